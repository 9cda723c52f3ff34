package org.multigen.testkit.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.addrspace.Prot;
import org.multigen.base.KernelError;
import org.multigen.base.Rng;
import org.multigen.fault.Touch;
import org.multigen.machine.Machine;
import org.multigen.machine.Program;
import org.multigen.machine.SwapConfig;
import org.multigen.machine.Task;
import org.multigen.memcg.Memcg;
import org.multigen.memory.NodeConfig;
import org.multigen.testkit.MmInvariants;

/** Groups are made and removed while other threads fault, age and reclaim under the same parent: nothing of them is left. */
class RemovalUnderLoadTest {
    private static final int THREADS = 3;
    private static final long BASE = 1L << 20;
    private static final int PAGES = 1200;
    private static final int GROUPS = 25;
    /** Two filters of 4 KiB. */
    private static final long FILTERS = 2 * 4096;

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "7.2"})
    void groupsGoWhileOthersWork(String kernel) throws KernelError {
        try (Machine machine = Machine.builder()
                .kernel(kernel)
                .cpus(THREADS)
                .lruGenEnabled(7)
                .realThreads(true)
                .panicOnWarn(true)
                .seed(1)
                .node(NodeConfig.ofPages(0, 20_000))
                .swap(new SwapConfig(SwapConfig.Kind.ZRAM, "lz4", 30_000, 0))
                .build()) {
            machine.createMemcg("parent");
            machine.createMemcg("parent/stays");
            machine.writeCgroupFile("parent", "memory.max", Long.toString(2500L * 4096));
            Churn churn = new Churn(machine);
            List<Program> programs = new ArrayList<>(List.of(churn));
            for (int i = 1; i < THREADS; i++) {
                programs.add(new Worker(machine, i, churn));
            }
            machine.run(programs, THREADS);
            machine.quiesce();
            assertThat(churn.removed).hasSize(GROUPS);
            for (Memcg gone : churn.removed) {
                assertThat(gone.usage()).as("pages charged to " + gone.path()).isZero();
                assertThat(gone.swapUsage())
                        .as("slots charged to " + gone.path())
                        .isZero();
            }
            machine.createMemcg("last"); // lets go of what nobody waited for
            assertThat(machine.memcgs().all()).as("root, parent, stays, last").hasSize(4);
            assertThat(machine.rooms().multigen().filterBytes()).isLessThanOrEqualTo(4 * FILTERS);
            assertThat(MmInvariants.check(machine)).isEmpty();
            assertThat(machine.warnings().all()).isEmpty();
        }
    }

    /** What the shell does: a group, a process in it that uses memory and is aged, and both go. */
    private static final class Churn implements Program {
        final List<Memcg> removed = new ArrayList<>();
        private final Machine machine;
        private final Task own;
        volatile boolean done;

        Churn(Machine machine) {
            this.machine = machine;
            own = machine.spawn("shell", machine.memcg("parent/stays"));
            own.mmapAnon(BASE, 1, Prot.READ_WRITE);
        }

        @Override
        public Task task() {
            return own;
        }

        @Override
        public boolean runUntil(long ns) {
            throw new IllegalStateException();
        }

        @Override
        public boolean runSteps(int steps) {
            String path = "parent/g" + removed.size();
            Memcg group = machine.createMemcg(path);
            Task task = machine.spawn("in " + path, group);
            task.mmapAnon(BASE, PAGES, Prot.READ_WRITE);
            for (int i = 0; i < PAGES; i++) {
                task.touch(BASE + i, true);
            }
            age(group);
            for (int i = 0; i < PAGES; i += 3) {
                task.touch(BASE + i, false);
            }
            age(group);
            if (removed.size() % 2 == 0) {
                task.moveTo(machine.memcg("parent/stays"));
            }
            task.exit();
            machine.removeMemcg(path);
            removed.add(group);
            done = removed.size() == GROUPS;
            return !done;
        }

        private void age(Memcg group) {
            long max = machine.rooms().multigen().maxSeq(machine.lruvecs().of(group, 0));
            try {
                machine.lruGen().write("+ %d 0 %d 60 1".formatted(group.id(), max));
            } catch (KernelError late) {
                assertThat(late.errno()).isIn("EINVAL", "EEXIST", "ERANGE");
            }
        }
    }

    /** Uses more than its share until the groups have come and gone. */
    private static final class Worker implements Program {
        private final Task task;
        private final Rng rng;
        private final Churn churn;

        Worker(Machine machine, int number, Churn churn) {
            this.task = machine.spawn("worker " + number, machine.memcg("parent/stays"));
            this.rng = new Rng(number);
            this.churn = churn;
            task.mmapAnon(BASE, PAGES, Prot.READ_WRITE);
        }

        @Override
        public Task task() {
            return task;
        }

        @Override
        public boolean runUntil(long ns) {
            throw new IllegalStateException();
        }

        @Override
        public boolean runSteps(int steps) {
            for (int i = 0; i < 500; i++) {
                if (task.touch(BASE + rng.below(PAGES), rng.below(2) == 0) >= Touch.KILLED) {
                    return false;
                }
            }
            return !churn.done;
        }
    }
}
