package org.multigen.testkit.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multigen.addrspace.Prot;
import org.multigen.base.KernelError;
import org.multigen.fault.Touch;
import org.multigen.machine.Machine;
import org.multigen.machine.SwapConfig;
import org.multigen.machine.Task;
import org.multigen.memory.FrameContents;
import org.multigen.memory.NodeConfig;
import org.multigen.memory.PageLog;

/**
 * A touch holds nothing that the whole machine needs: while one thread stands still in the middle of its touch, with whatever locks
 * it has there, another process touches resident pages, faults, swaps out and in. A lock that both need, of whatever kind, lets the
 * test run into its timeout.
 */
@Timeout(60)
class IndependentTouchesTest {
    /** More than a group holds, so that touches reclaim. */
    private static final int PAGES = 900;

    private static final int LIMIT = 400;

    private enum Stop {
        FRESH_PAGE,
        SWAP_OUT,
        SWAP_IN,
        EVICTED,
        SCANNED,
        FAULTED
    }

    /** Stops a thread at the first event of a kind. */
    private static final class Gate implements PageLog, FrameContents {
        private final Stop where;
        private final CountDownLatch stopped = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private volatile Thread who;

        Gate(Stop where) {
            this.where = where;
        }

        private void at(Stop here) {
            if (here == where && Thread.currentThread() == who) {
                stopped.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        @Override
        public void zeroed(int frame) {
            at(Stop.FRESH_PAGE);
        }

        @Override
        public void swappedOut(int frame, int slot) {
            at(Stop.SWAP_OUT);
        }

        @Override
        public void swappedIn(int slot, int frame) {
            at(Stop.SWAP_IN);
        }

        @Override
        public void copied(int from, int to) {}

        @Override
        public void evicted(int folio, int pages, int by) {
            at(Stop.EVICTED);
        }

        @Override
        public void scanned(int folio, int generations, int tier) {
            at(Stop.SCANNED); // on the way off its list, under the lock of the group's lists
        }

        @Override
        public void faulted(int space, long vpn, int found, boolean major, int file, long index) {
            at(Stop.FAULTED);
        }
    }

    private static Task process(Machine machine, String group, int cpu) throws KernelError {
        Task t = machine.spawn("in" + group, machine.createMemcg(group));
        machine.writeCgroupFile(group, "memory.max", Long.toString(LIMIT * 4096L));
        t.actor().cpu = cpu;
        return t;
    }

    /** Touches all pages twice, so that each is swapped out and in. */
    private static void turns(Task t, long first) {
        for (int i = 0; i < 2 * PAGES; i++) {
            assertThat(t.touch(first + i % PAGES, true)).isNotEqualTo(Touch.KILLED);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "6.12,7,FRESH_PAGE", "6.12,7,SWAP_OUT", "6.12,7,SWAP_IN", "6.12,7,EVICTED", "6.12,7,SCANNED", "6.12,7,FAULTED",
        "6.12,0,FRESH_PAGE", "6.12,0,SWAP_OUT", "6.12,0,SWAP_IN", "6.12,0,EVICTED", "6.12,0,SCANNED", "6.12,0,FAULTED"
    })
    void othersGoOnWhileOneStandsStillInATouch(String kernel, int enabled, Stop where) throws Exception {
        try (Machine machine = Machine.builder()
                .kernel(kernel)
                .lruGenEnabled(enabled)
                .realThreads(true)
                .cpus(2)
                .node(NodeConfig.ofPages(0, 20_000))
                .swap(new SwapConfig(SwapConfig.Kind.ZRAM, "lz4", 10_000, 0))
                .build()) {
            Task one = process(machine, "A", 0);
            Task other = process(machine, "B", 1);
            long ofOne = one.mmapAnon(-1, PAGES, Prot.READ_WRITE);
            long ofOther = other.mmapAnon(-1, PAGES, Prot.READ_WRITE);
            turns(other, ofOther);
            Gate gate = new Gate(where);
            machine.rooms().folios().setLog(gate);
            machine.rooms().folios().setContents(gate);
            AtomicReference<Throwable> failed = new AtomicReference<>();
            AtomicBoolean done = new AtomicBoolean();
            Thread still = new Thread(() -> {
                try {
                    gate.who = Thread.currentThread();
                    turns(one, ofOne);
                    done.set(true);
                } catch (Throwable t) {
                    failed.set(t);
                }
            });
            still.setDaemon(true);
            still.start();
            gate.stopped.await();
            long before = other.majorFaults();
            turns(other, ofOther);
            long last = ofOther + PAGES - 1;
            assertThat(other.touch(last, true)).isEqualTo(Touch.RESIDENT);
            assertThat(other.majorFaults()).isGreaterThan(before);
            assertThat(done).isFalse();
            gate.goOn.countDown();
            still.join();
            assertThat(failed).hasNullValue();
            assertThat(done).isTrue();
        }
    }
}
