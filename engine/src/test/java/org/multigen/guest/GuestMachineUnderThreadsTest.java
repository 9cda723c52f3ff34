package org.multigen.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.multigen.addrspace.Advice;
import org.multigen.base.KernelError;
import org.multigen.base.Rng;
import org.multigen.fault.Touch;
import org.multigen.guest.LockDiscipline.Purpose;
import org.multigen.machine.Guest;
import org.multigen.machine.Machine;
import org.multigen.machine.Program;
import org.multigen.machine.SwapConfig;
import org.multigen.machine.Task;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.NodeConfig;
import org.multigen.pagetable.Pte;

/**
 * A whole machine with a guest under real threads: vCPUs that fault, touch and reclaim, kswapd and user space that age, a host that
 * takes pages and whole tables away. Freed tables are poisoned, so that whoever reads one fails.
 */
@Timeout(120)
class GuestMachineUnderThreadsTest {
    private static final int PAGES = 4096;
    private static final int TABLE = 512;
    private static final int VCPUS = 3;

    private static final class World implements AutoCloseable {
        final Machine machine;
        final Memcg memcg;
        final Task vmm;
        final Guest guest;

        World(AgingPolicy policy, LockDiscipline lock, String max) throws KernelError {
            machine = Machine.builder()
                    .kernel("6.18")
                    .cpus(4)
                    .node(NodeConfig.ofPages(0, 32768))
                    .swap(new SwapConfig(SwapConfig.Kind.ZRAM, "lzo-rle", 32768, 0))
                    .secondaryMmuPolicy(policy)
                    .realThreads(true)
                    .panicOnWarn(true)
                    .build();
            memcg = machine.createMemcg("vm");
            machine.writeCgroupFile("vm", "memory.max", max);
            vmm = machine.spawn("vmm", memcg);
            GuestSettings s = GuestWorld.settings(PAGES, lock).underThreads();
            guest = machine.createGuest(vmm, s, List.of(), VCPUS, new GuestOrder(PAGES, 0, 7));
        }

        /** As one slice of a vCPU's thread. */
        void touch(int vcpu, long first, long end) {
            Task t = guest.thread(vcpu);
            t.enter();
            for (long p = first; p < end; p++) {
                assertThat(guest.touch(vcpu, p, true)).isLessThan(Touch.KILLED);
            }
            t.leave();
        }

        void age() throws KernelError {
            long seq = machine.rooms().multigen().maxSeq(machine.lruvecs().of(memcg, 0));
            machine.lruGen().write("+ " + memcg.id() + " 0 " + seq);
        }

        boolean young(long page) {
            long entry = vmm.mm().pageTable.lookup(guest.mmu().hostPage(guest.gpn(page)));
            if (!Pte.mapsPage(entry)) {
                return false;
            }
            int gen = FolioFlags.gen(
                    machine.rooms().folios().flags(machine.rooms().folios().folioOf(Pte.frame(entry))));
            long max = machine.rooms().multigen().maxSeq(machine.lruvecs().of(memcg, 0));
            return gen >= 0 && Math.floorMod(max - gen, 4) <= 1;
        }

        void assertSound() {
            machine.quiesce();
            assertThat(machine.daemonFailure()).isNull();
            assertThat(machine.warnings().all()).isEmpty();
            for (long p = 0; p < PAGES; p++) {
                assertThat(guest.mmu().consistent(guest.gpn(p))).isTrue();
            }
        }

        @Override
        public void close() {
            machine.close();
        }
    }

    static List<Arguments> covered() {
        List<Arguments> cases = new ArrayList<>();
        for (LockDiscipline lock : LockDiscipline.values()) {
            cases.add(Arguments.of(AgingPolicy.LANDED, lock));
            cases.add(Arguments.of(AgingPolicy.V4, lock));
        }
        for (LockDiscipline lock : List.of(LockDiscipline.LOCKLESS, LockDiscipline.ENTRY_BIT)) {
            cases.add(Arguments.of(AgingPolicy.V2, lock));
            cases.add(Arguments.of(AgingPolicy.V3, lock));
            cases.add(Arguments.of(AgingPolicy.FAST_ONLY, lock));
        }
        return cases;
    }

    /**
     * Half of the guest is used before each pass and left alone during it, while in the other half vCPUs fault and touch and the host
     * takes pages and tables away: all of the first half is found young.
     */
    @ParameterizedTest
    @MethodSource("covered")
    void whatIsYoungDuringAQuietPassIsPromoted(AgingPolicy policy, LockDiscipline lock) throws Exception {
        try (World w = new World(policy, lock, "max")) {
            w.touch(0, 0, PAGES);
            w.age();
            AtomicBoolean stop = new AtomicBoolean();
            ExecutorService pool = Executors.newFixedThreadPool(3);
            List<Future<?>> others = new ArrayList<>();
            for (int i = 1; i < VCPUS; i++) {
                int vcpu = i;
                others.add(pool.submit(() -> {
                    Rng rng = new Rng(vcpu);
                    while (!stop.get()) {
                        long p = PAGES / 2 + rng.below(PAGES / 2 - 64);
                        w.touch(vcpu, p, p + 64);
                    }
                }));
            }
            Task host = w.vmm.thread("host");
            others.add(pool.submit(() -> {
                Rng rng = new Rng(9);
                while (!stop.get()) {
                    boolean table = rng.below(2) == 0;
                    long p = PAGES / 2 + (table ? rng.below(PAGES / 2 / TABLE) * TABLE : rng.below(PAGES / 2));
                    host.madvise(w.guest.mmu().hostPage(p), table ? TABLE : 1, Advice.DONTNEED);
                }
            }));
            while (w.guest.mmu().counters().invalidated() < TABLE
                    && others.stream().noneMatch(Future::isDone)) {
                Thread.onSpinWait();
            }
            for (int pass = 0; pass < 4; pass++) {
                w.touch(0, 0, PAGES / 2);
                w.age();
            }
            stop.set(true);
            finish(pool, others);
            for (long p = 0; p < PAGES / 2; p++) {
                assertThat(w.young(p)).as("page %d of the used half", p).isTrue();
            }
            w.assertSound();
        }
    }

    private static void finish(ExecutorService pool, List<Future<?>> running) throws Exception {
        pool.shutdown();
        for (Future<?> f : running) {
            try {
                f.get();
            } catch (ExecutionException e) {
                throw new AssertionError(e.getCause());
            }
        }
    }

    /** Twice as much memory as there is: vCPUs reclaim what others use, and age it. */
    @ParameterizedTest
    @EnumSource(LockDiscipline.class)
    void underPressureNothingStaysMappedThatTheHostTook(LockDiscipline lock) throws Exception {
        AgingPolicy policy = lock.fastHook() == org.multigen.addrspace.SecondaryMmu.FastHook.NONE
                ? AgingPolicy.LANDED
                : AgingPolicy.FAST_ONLY;
        try (World w = new World(policy, lock, "8M")) {
            w.machine.background("ager", stopping -> {
                while (!stopping.getAsBoolean()) {
                    try {
                        w.age();
                    } catch (KernelError late) {
                        // reclaim made that generation meanwhile
                    }
                }
            });
            List<Program> lanes = new ArrayList<>();
            for (int i = 0; i < VCPUS; i++) {
                lanes.add(new Lane(w, i));
            }
            w.machine.run(lanes, VCPUS);
            w.assertSound();
            assertThat(w.vmm.alive()).isTrue();
            LockWaits waits = w.guest.mmu().lockWaits();
            assertThat(waits.taken(Purpose.FAULT)).isGreaterThan(PAGES);
            assertThat(waits.taken(Purpose.UNMAP)).isGreaterThan(PAGES);
        }
    }

    /** A vCPU that touches pages at random. */
    private static final class Lane implements Program {
        private static final int TOUCHES = 5_000;

        private final World world;
        private final int vcpu;
        private final Rng rng;
        private int done;

        Lane(World world, int vcpu) {
            this.world = world;
            this.vcpu = vcpu;
            this.rng = new Rng(vcpu + 1);
        }

        @Override
        public Task task() {
            return world.guest.thread(vcpu);
        }

        @Override
        public boolean runUntil(long ns) {
            throw new IllegalStateException("runs on real threads");
        }

        @Override
        public boolean runSteps(int steps) {
            for (int i = 0; i < steps && done < TOUCHES; i++, done++) {
                if (world.guest.touch(vcpu, rng.below(PAGES), true) >= Touch.KILLED) {
                    return false;
                }
            }
            return done < TOUCHES;
        }
    }
}
