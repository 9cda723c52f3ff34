package org.multigen.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.MappableTable;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Lock;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.TableAccounting;
import org.multigen.pagetable.TablePool;
import org.multigen.rules.KernelRules;
import org.multigen.rules.Kernels;

/** One list, any number of walkers, and address spaces that come and go under them: both cursor rules. */
class MmIterationTest {
    private static final int NODE = 0;

    private final TablePool pool = new TablePool(64);
    private final Actor actor = new Actor("walker", 0, 0, new long[Cost.values().length]);
    private final MmList list = new MmList(Lock.virtual("list"));
    private final MmList elsewhere = new MmList(Lock.virtual("elsewhere"));
    private final Map<AddressSpace, Integer> handed = new HashMap<>();
    private final List<Walker> walkers = new ArrayList<>();
    private int created;
    private int winners;
    private long seq = 3;
    private MmIteration iteration = iteration("6.12");

    @AfterEach
    void free() {
        pool.close();
    }

    private MmIteration iteration(String kernel) {
        KernelRules rules = Kernels.find(kernel);
        assertThat(rules).isNotNull();
        return new MmIteration(list, rules, NODE, new BloomFilter(FilterSettings.KERNEL), 1, true);
    }

    private AddressSpace add() {
        AddressSpace mm = create();
        list.add(actor, mm);
        return mm;
    }

    private AddressSpace create() {
        TableAccounting none = new TableAccounting() {
            @Override
            public int tableNeeded(Actor a) {
                return 0;
            }

            @Override
            public void tableFreed(Actor a, int frame) {}
        };
        int id = ++created;
        PageTable table = new PageTable(pool, none, 4);
        AddressSpace mm = new AddressSpace(id, "mm" + id, table, new MappableTable(), Lock.virtual("mmap"), 1);
        mm.anonPages = 100;
        mm.markUsed();
        return mm;
    }

    /** Takes part in an iteration from now on, with the first address space at hand if there is one. */
    private final class Walker {
        final MmWalk walk = new MmWalk(1);
        final MmIteration.Step step = new MmIteration.Step();
        AddressSpace at;
        boolean done;

        Walker() {
            walk.seq = seq;
            walk.swappiness = 60;
            walkers.add(this);
            next();
        }

        void next() {
            iteration.next(actor, walk, at, step);
            at = step.mm;
            if (at != null) {
                handed.merge(at, 1, Integer::sum);
            } else {
                done = true;
                winners += step.last ? 1 : 0;
            }
        }
    }

    private void finish() {
        while (walkers.stream().anyMatch(w -> !w.done)) {
            walkers.stream().filter(w -> !w.done).forEach(Walker::next);
        }
        walkers.clear();
        assertThat(iteration.seq()).as("the iteration is over, once").isEqualTo(seq);
        seq++;
    }

    private void wholeIteration() {
        new Walker();
        finish();
        winners = 0;
        handed.clear();
    }

    // ---- an address space leaves under head or under tail

    private enum Leaving {
        EXIT,
        EXEC,
        MIGRATION
    }

    private static Stream<Arguments> leavings() {
        List<Arguments> all = new ArrayList<>();
        for (String kernel : List.of("v10", "6.1", "6.12", "7.2")) {
            for (Leaving l : Leaving.values()) {
                for (int n : List.of(0, 1, 3)) {
                    all.add(Arguments.of(kernel, l, n, true));
                    all.add(Arguments.of(kernel, l, n, false));
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0}: {1} with {2} walkers, under head {3}")
    @MethodSource("leavings")
    void leavesInMidIteration(String kernel, Leaving how, int n, boolean underHead) {
        iteration = iteration(kernel);
        boolean headIsNext = Kernels.find(kernel).headIsNext();
        List<AddressSpace> old = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            old.add(add());
        }
        wholeIteration();
        List<AddressSpace> newcomers = List.of(add(), add(), add());
        newcomers.forEach(mm -> mm.takeUsage(NODE)); // only their coming makes them worth a visit
        old.forEach(AddressSpace::markUsed);
        for (int i = 0; i < n; i++) {
            new Walker();
        }
        // With nobody under way, head rests where the next iteration starts.
        int head = n == 0 ? 0 : headIsNext ? n : n - 1;
        AddressSpace leaves = underHead ? old.get(head) : newcomers.get(0);
        int before = handed.getOrDefault(leaves, 0);
        leave(leaves, how);
        if (n == 0) {
            new Walker();
        }
        finish();

        assertThat(winners).as("one makes the generation").isEqualTo(1);
        for (AddressSpace mm : old) {
            if (mm != leaves) {
                assertThat(handed.get(mm)).as(mm.name).isEqualTo(1);
            }
        }
        for (AddressSpace mm : newcomers) {
            if (mm != leaves) {
                assertThat(handed.get(mm)).as("newcomer " + mm.name).isEqualTo(1);
            }
        }
        int again = how == Leaving.EXEC ? 1 : 0; // exec makes a newcomer of it
        assertThat(handed.getOrDefault(leaves, 0)).isEqualTo(before + again);
        nextIterationVisitsEverybodyOnce();
    }

    private void leave(AddressSpace mm, Leaving how) {
        switch (how) {
            case EXIT -> {
                mm.users = 0;
                MmList.remove(actor, mm);
            }
            case EXEC -> MmList.renew(actor, mm);
            case MIGRATION -> elsewhere.migrate(actor, mm);
        }
    }

    private void nextIterationVisitsEverybodyOnce() {
        winners = 0;
        handed.clear();
        list.all().forEach(AddressSpace::markUsed);
        new Walker();
        finish();
        assertThat(winners).isEqualTo(1);
        assertThat(handed.keySet()).containsExactlyInAnyOrderElementsOf(list.all());
        assertThat(handed.values()).containsOnly(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v10", "6.1", "6.12", "6.18", "7.2"})
    void allLeaveInMidIteration(String kernel) {
        iteration = iteration(kernel);
        List<AddressSpace> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(add());
        }
        new Walker();
        new Walker();
        all.forEach(mm -> MmList.remove(actor, mm));
        finish();
        assertThat(winners).isEqualTo(1);
        assertThat(list.isEmpty()).isTrue();
    }

    // ---- who gets what

    @ParameterizedTest
    @ValueSource(strings = {"v10", "6.1", "6.12", "6.18", "7.2"})
    void eachWalkerGetsItsOwn(String kernel) {
        iteration = iteration(kernel);
        for (int i = 0; i < 10; i++) {
            add();
        }
        for (int i = 0; i < 3; i++) {
            new Walker();
        }
        assertThat(handed.values()).containsOnly(1).hasSize(3);
        finish();
        assertThat(handed.values()).containsOnly(1).hasSize(10);
        assertThat(winners).isEqualTo(1);
    }

    @Test
    void theLastToFinishWinsInTheFirstKernels() {
        iteration = iteration("6.1");
        add();
        add();
        Walker first = new Walker();
        Walker second = new Walker();
        first.next();
        assertThat(first.done).isTrue();
        assertThat(first.step.last).as("another one is still at it").isFalse();
        second.next();
        assertThat(second.step.last).isTrue();
    }

    @Test
    void whoReachesTheEndWinsLater() {
        add();
        add();
        Walker first = new Walker();
        Walker second = new Walker();
        first.next();
        assertThat(first.step.last).isTrue();
        second.next();
        assertThat(second.done).isTrue();
        assertThat(second.step.last).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v10", "6.1", "6.12", "6.18", "7.2"})
    void aStaleStarterLeavesAtOnce(String kernel) {
        iteration = iteration(kernel);
        add();
        wholeIteration();
        seq--;
        Walker late = new Walker();
        assertThat(late.done).isTrue();
        assertThat(late.step.last).isFalse();
        assertThat(handed).isEmpty();
    }

    // ---- who is skipped

    @ParameterizedTest
    @ValueSource(strings = {"v10", "6.1", "6.12", "6.18", "7.2"})
    void skipsWhatWasNotUsedSinceTheLastWalkOfItsNode(String kernel) {
        iteration = iteration(kernel);
        AddressSpace used = add();
        AddressSpace idle = add();
        wholeIteration();
        used.markUsed();
        new Walker();
        finish();
        assertThat(handed.keySet()).containsExactly(used);
        assertThat(idle.takeUsage(NODE)).isFalse();
        assertThat(used.takeUsage(NODE)).as("taken by the visit").isFalse();
        assertThat(used.takeUsage(NODE + 1))
                .as("other nodes have hints of their own")
                .isTrue();
    }

    @Test
    void onlyTheFirstKernelVisitsWhatIsOnACpuRegardless() {
        for (String kernel : List.of("v10", "6.1", "6.12")) {
            seq = 3;
            iteration = iteration(kernel);
            AddressSpace mm = add();
            wholeIteration();
            mm.enterCpu(1);
            new Walker();
            finish();
            assertThat(handed.containsKey(mm)).as(kernel).isEqualTo(kernel.equals("v10"));
            mm.leaveCpu(1);
            MmList.remove(actor, mm);
            iteration.close();
            handed.clear();
        }
    }

    @Test
    void theFirstKernelsSkipSmallOnesAndOnlyTheVeryFirstOomVictims() {
        for (String kernel : List.of("v10", "6.1", "6.12")) {
            seq = 3;
            iteration = iteration(kernel);
            AddressSpace small = add();
            small.anonPages = 63;
            AddressSpace victim = add();
            victim.oomVictim = true;
            new Walker();
            finish();
            assertThat(handed.containsKey(small)).as(kernel).isEqualTo(kernel.equals("6.12"));
            assertThat(handed.containsKey(victim)).as(kernel).isEqualTo(!kernel.equals("v10"));
            list.all().forEach(mm -> MmList.remove(actor, mm));
            iteration.close();
            handed.clear();
        }
    }

    @Test
    void anonymousPagesCountForItsSizeOnlyWithSwap() {
        iteration = iteration("6.1");
        add();
        Walker w = new Walker();
        assertThat(w.at).isNotNull();
        finish();
        list.all().forEach(AddressSpace::markUsed);
        MmWalk files = new MmWalk(1);
        files.seq = seq;
        MmIteration.Step step = new MmIteration.Step();
        iteration.next(actor, files, null, step);
        assertThat(step.mm).isNull();
    }

    // ---- without walks

    @Test
    void anIterationWithoutWalksForgetsWhereItWas() {
        List<AddressSpace> all = List.of(add(), add());
        wholeIteration();
        assertThat(iteration.skip(actor, seq)).isTrue();
        assertThat(iteration.skip(actor, seq)).as("it is done").isFalse();
        seq++;
        all.forEach(mm -> mm.takeUsage(NODE));
        Walker w = new Walker();
        assertThat(w.walk.forceScan).as("the next one looks at everything").isTrue();
        finish();
        assertThat(handed.keySet()).containsExactlyInAnyOrderElementsOf(all);
    }

    // ---- lists

    @Test
    void isOnOneListAtATime() {
        AddressSpace mm = add();
        assertThatIllegalStateException()
                .isThrownBy(() -> elsewhere.add(actor, mm))
                .withMessageContaining(mm.name);
        elsewhere.migrate(actor, mm);
        assertThat(list.isEmpty()).isTrue();
        assertThat(elsewhere.all()).containsExactly(mm);
        AddressSpace never = create();
        elsewhere.migrate(actor, never);
        assertThat(elsewhere.all()).as("ignored: it was never added").containsExactly(mm);
    }
}
