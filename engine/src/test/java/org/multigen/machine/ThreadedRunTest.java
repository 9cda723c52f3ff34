package org.multigen.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.multigen.addrspace.Prot;
import org.multigen.lru.ReclaimTrace;
import org.multigen.memcg.Memcg;
import org.multigen.memory.NodeConfig;

/** Runs on real threads that go wrong end, and say why in one line. */
@Timeout(30)
class ThreadedRunTest {
    private static final long PATIENCE_NS = 1_500_000_000;

    private abstract static class Steps implements Program {
        final Task task;

        Steps(Machine machine, String name) {
            task = machine.spawn(name, machine.root());
        }

        @Override
        public Task task() {
            return task;
        }

        @Override
        public boolean runUntil(long ns) {
            throw new IllegalStateException();
        }
    }

    /** Touches new pages for ever, until the machine is stopped. */
    private static final class Endless extends Steps {
        private static final int PAGES = 6000;
        private final long first;
        private int i;

        Endless(Machine machine, String name) {
            super(machine, name);
            first = task.mmapAnon(-1, PAGES, Prot.READ_WRITE);
        }

        @Override
        public boolean runSteps(int steps) {
            for (int n = 0; n < steps; n++) {
                task.touch(first + i++ % PAGES, true);
            }
            return true;
        }
    }

    private static Machine machine() {
        return Machine.builder()
                .realThreads(true)
                .cpus(3)
                .node(NodeConfig.ofPages(0, 8192))
                .swap(new SwapConfig(SwapConfig.Kind.ZRAM, "lz4", 40_000, 0))
                .build();
    }

    @Test
    void aProgramThatFailsEndsTheRunAndIsNamed() {
        try (Machine machine = machine()) {
            Steps broken = new Steps(machine, "broken") {
                @Override
                public boolean runSteps(int steps) {
                    throw new IllegalStateException("two and two are five");
                }
            };
            assertThatThrownBy(() -> machine.run(List.of(broken, new Endless(machine, "x")), 2))
                    .isInstanceOf(ThreadFailure.class)
                    .message()
                    .matches("thread multigen-\\d failed: IllegalStateException: two and two are five at"
                            + " ThreadedRunTest\\.java:\\d+");
        }
    }

    /** It holds a lock that the others want when it fails. */
    @Test
    void nobodyWaitsForTheLocksOfAThreadThatFailed() {
        try (Machine machine = machine()) {
            Steps broken = new Steps(machine, "broken") {
                @Override
                public boolean runSteps(int steps) {
                    machine.kernel.memcgs.control().lock();
                    throw new IllegalStateException("with a lock");
                }
            };
            Steps wanting = new Steps(machine, "wanting") {
                @Override
                public boolean runSteps(int steps) {
                    machine.asShell(() -> {});
                    return true;
                }
            };
            assertThatThrownBy(() -> machine.run(List.of(broken, wanting), 2)).hasMessageContaining("with a lock");
        }
    }

    @Test
    void aDaemonThatFailsEndsTheRun() {
        try (Machine machine = machine()) {
            machine.traceReclaim(new ReclaimTrace() {
                @Override
                public void isolate(boolean file, int scanned, int taken) {
                    fail();
                }

                @Override
                public void shrink(long reclaimed, int scanned, long activated, long kept, int priority) {
                    fail();
                }

                @Override
                public void begin(@Nullable Memcg target) {
                    fail();
                }

                private void fail() {
                    if (Thread.currentThread().getName().equals("kswapd0")) {
                        throw new IllegalStateException("nothing to reclaim");
                    }
                }
            });
            assertThatThrownBy(() -> machine.run(List.of(new Endless(machine, "x"), new Endless(machine, "y")), 2))
                    .hasMessageContaining("thread kswapd0 failed: IllegalStateException: nothing to reclaim");
        }
    }

    @Test
    void whoWaitsForNobodyIsFound() {
        try (Machine machine = machine()) {
            Steps waiting = new Steps(machine, "waiting") {
                @Override
                public boolean runSteps(int steps) {
                    return true;
                }

                @Override
                public long waitNs() {
                    return OTHERS;
                }
            };
            assertThatThrownBy(() -> new ThreadedRun(machine, List.of(waiting), PATIENCE_NS).run(2))
                    .hasMessageMatching("no thread got on for 1 s: multigen-0 at .*, multigen-1 at .*");
        }
    }

    @Test
    void aThreadThatHangsIsFoundWithItsPlace() {
        try (Machine machine = machine()) {
            Steps hanging = new Steps(machine, "hanging") {
                @Override
                public boolean runSteps(int steps) {
                    while (!Thread.currentThread().isInterrupted()) {
                        LockSupport.park();
                    }
                    return false;
                }
            };
            assertThatThrownBy(() -> new ThreadedRun(machine, List.of(hanging), PATIENCE_NS).run(2))
                    .hasMessageContaining("no thread got on")
                    .hasMessageContaining(" at ThreadedRunTest.java:");
        }
    }

    @Test
    void anInterruptedCallerEndsTheRun() {
        try (Machine machine = machine()) {
            ThreadedRun run = new ThreadedRun(machine, List.of(new Endless(machine, "endless")));
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> run.run(2)).hasMessageContaining("InterruptedException");
            assertThat(Thread.interrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
    }

    /** Who sleeps longer than the patience is not stuck, and who is born in a slice is run too. */
    @Test
    void sleepersAreLeftAloneAndTheBornAreRun() {
        try (Machine machine = machine()) {
            AtomicInteger ran = new AtomicInteger();
            ArrayDeque<Program> born = new ArrayDeque<>();
            Steps child = new Steps(machine, "child") {
                @Override
                public boolean runSteps(int steps) {
                    ran.getAndIncrement();
                    return false;
                }
            };
            Steps sleeper = new Steps(machine, "sleeper") {
                private final long wake = System.nanoTime() + 2 * PATIENCE_NS;

                @Override
                public boolean runSteps(int steps) {
                    ran.getAndIncrement();
                    born.add(child);
                    return false;
                }

                @Override
                public long waitNs() {
                    return Math.max(0, wake - System.nanoTime());
                }

                @Override
                public List<? extends Program> takeBorn() {
                    List<Program> taken = List.copyOf(born);
                    born.clear();
                    return taken;
                }
            };
            new ThreadedRun(machine, List.of(sleeper), PATIENCE_NS).run(2);
            assertThat(ran).hasValue(2);
        }
    }
}
