package org.multigen.lru.multigen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multigen.addrspace.Prot;
import org.multigen.lru.ReclaimRequest;
import org.multigen.machine.Machine;
import org.multigen.machine.SwapConfig;
import org.multigen.machine.Task;
import org.multigen.memcg.Memcg;
import org.multigen.memory.NodeConfig;
import org.multigen.memory.PageLog;

/**
 * Two reclaimers age the same group: the first is stopped in the middle of its address space, the second does the other one and comes
 * to the end of the list. Who is last to finish wins; what the loser does meanwhile depends on the kernel.
 */
@Timeout(60)
class AgeingRaceTest {
    private static final int PAGES = 200;
    private static final int SWAPPINESS = 60;
    private static final long LONG_NS = 600_000_000_000L;

    private final CountDownLatch inTheMiddle = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    private Machine machine;
    private Memcg group;
    private Generations g;
    private Task first;
    private Task second;
    private CompletableFuture<Boolean> winner;

    private void build(String kernel) {
        machine = Machine.builder()
                .kernel(kernel)
                .lruGenEnabled(7)
                .realThreads(true)
                .cpus(3)
                .node(NodeConfig.ofPages(0, 20_000))
                .swap(new SwapConfig(SwapConfig.Kind.ZRAM, "lz4", 10_000, 0))
                .build();
        group = machine.createMemcg("A");
        for (String name : new String[] {"x", "y"}) {
            Task t = machine.spawn(name, group);
            long at = t.mmapAnon(-1, PAGES, Prot.READ_WRITE);
            for (int i = 0; i < PAGES; i++) {
                t.touch(at + i, true);
            }
            t.drainBatches();
        }
        first = machine.spawn("first", machine.root());
        second = machine.spawn("second", machine.root());
        g = machine.rooms().multigen().generationsOf(machine.lruvecs().of(group, 0));
    }

    @AfterEach
    void close() throws InterruptedException {
        goOn.countDown();
        winner.join();
        machine.close();
    }

    /** Starts the first reclaimer and waits until it is in the middle of an address space. */
    private void stopTheFirst() throws InterruptedException {
        Thread[] who = new Thread[1];
        CountDownLatch known = new CountDownLatch(1);
        machine.rooms().folios().setLog(new PageLog() {
            @Override
            public void used(int folio, int by, boolean moved) {
                if (by == BY_WALK && Thread.currentThread() == who[0]) {
                    inTheMiddle.countDown();
                    uninterrupted(goOn);
                }
            }
        });
        winner = run(() -> {
            who[0] = Thread.currentThread();
            known.countDown();
            return age(first, ReclaimRequest.DEFAULT_PRIORITY, false);
        });
        known.await();
        inTheMiddle.await();
    }

    private static void uninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> CompletableFuture<T> run(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread t = new Thread(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        t.setDaemon(true);
        t.start();
        return result;
    }

    private boolean age(Task by, int priority, boolean kswapd) {
        ReclaimRequest request = new ReclaimRequest(group, 32);
        request.priority = priority;
        request.kswapd = kswapd;
        by.enter();
        try {
            return machine.rooms().multigen().aging().age(by.actor(), g, g.maxSeq(), SWAPPINESS, true, request);
        } finally {
            by.leave();
        }
    }

    /** Waits until the loser sleeps, or has come back without. */
    private boolean sleeps(CompletableFuture<Boolean> loser) {
        while (!loser.isDone() && g.arrival.sleepers() == 0) {
            Thread.onSpinWait();
        }
        return !loser.isDone();
    }

    @ParameterizedTest
    @CsvSource({
        "6.1, 10, false",
        "6.1, 0, false",
        "6.1, 10, true", // everybody from two steps below the default on
        "v10, 0, false" // direct reclaim at the last priority
    })
    void theLoserSleepsUntilTheGenerationMovedAndIsWoken(String kernel, int priority, boolean kswapd) throws Exception {
        build(kernel);
        stopTheFirst();
        long before = g.maxSeq();
        CompletableFuture<Boolean> loser = run(() -> age(second, priority, kswapd));
        assertThat(sleeps(loser)).isTrue();
        // waits for a signal alone: without one this test does not end
        CompletableFuture<Boolean> witness = run(() -> {
            g.arrival.awaitUpTo(LONG_NS, () -> g.maxSeq() > before);
            return true;
        });
        while (g.arrival.sleepers() < 2) {
            Thread.onSpinWait();
        }
        assertThat(g.maxSeq()).isEqualTo(before);
        assertThat(loser).isNotDone();
        assertThat(g.iteration.seq()).as("the list was done to its end").isEqualTo(before);

        goOn.countDown();
        assertThat(winner.get()).isTrue();
        assertThat(loser.get()).as("there is a new generation for it").isTrue();
        assertThat(witness.get()).isTrue();
        assertThat(g.maxSeq()).as("one generation, not two").isEqualTo(before + 1);
        assertThat(g.arrival.slept()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "6.1, 11, false", "6.1, 12, true", // too early to care
        "v10, 1, false", "v10, 0, true" // not at the bottom yet; kswapd never waits
    })
    void theLoserGoesOnWithout(String kernel, int priority, boolean kswapd) throws Exception {
        build(kernel);
        stopTheFirst();
        long before = g.maxSeq();
        CompletableFuture<Boolean> loser = run(() -> age(second, priority, kswapd));
        assertThat(loser.get()).as("nothing has moved").isFalse();
        assertThat(g.maxSeq()).isEqualTo(before);
        goOn.countDown();
        assertThat(winner.get()).isTrue();
        assertThat(g.maxSeq()).isEqualTo(before + 1);
        assertThat(g.arrival.slept()).isZero();
    }

    /** From 6.12 on who comes to the end wins, and the one in the middle leaves: nobody waits. */
    @ParameterizedTest
    @CsvSource({"6.12", "6.18", "7.2"})
    void whoReachesTheEndWins(String kernel) throws Exception {
        build(kernel);
        stopTheFirst();
        long before = g.maxSeq();
        CompletableFuture<Boolean> other = run(() -> age(second, 0, false));
        assertThat(other.get()).isTrue();
        assertThat(g.maxSeq()).isEqualTo(before + 1);
        goOn.countDown();
        assertThat(winner.get()).as("it came too late").isFalse();
        assertThat(g.maxSeq()).isEqualTo(before + 1);
        assertThat(g.arrival.slept()).isZero();
    }

    @Test
    void aSleeperThatIsKilledDoesNotWaitForTheWinner() throws Exception {
        build("6.1");
        stopTheFirst();
        long before = g.maxSeq();
        CompletableFuture<Boolean> loser = run(() -> age(second, 5, false));
        assertThat(sleeps(loser)).isTrue();
        second.kill(first.actor());
        assertThat(loser.get()).isFalse();
        assertThat(g.maxSeq()).isEqualTo(before);
    }
}
