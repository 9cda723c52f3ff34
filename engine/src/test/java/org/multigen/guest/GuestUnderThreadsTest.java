package org.multigen.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.multigen.addrspace.SecondaryMmu.Why;
import org.multigen.addrspace.YoungWindow;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Rng;
import org.multigen.guest.LockDiscipline.Mode;
import org.multigen.guest.LockDiscipline.Purpose;
import org.multigen.pagetable.PageTable;

/**
 * A guest's MMU under real threads: vCPUs, several agers, and a host that takes pages away. The test plays the host; freed tables are
 * poisoned.
 */
@Timeout(60)
class GuestUnderThreadsTest {
    private static final int PAGES = 4096;
    private static final int TABLE = 512;
    private static final long[] FREE = new long[Cost.values().length];
    private static final long RUN_NS = 250_000_000;
    private static final int ROUNDS = 100;

    private static Actor actor(int id) {
        return new Actor("thread" + id, id, 0, FREE);
    }

    private static GuestWorld world(LockDiscipline lock) {
        GuestWorld w = new GuestWorld(
                "6.18", AgingPolicy.LANDED, GuestWorld.settings(PAGES, lock).underThreads());
        w.touchAll(true);
        return w;
    }

    /** A vCPU's touch, with the host's part of a fault left out: the host's pages are there, or come back soon. */
    private static void touch(GuestMmu mmu, Vcpu v, long gpn) {
        while (!mmu.touch(v, gpn, true)) {
            long begun = mmu.beginFault(v);
            if (!mmu.restore(v, gpn, true)) {
                mmu.map(v, gpn, true, begun);
            }
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @EnumSource(LockDiscipline.class)
    void nothingStaysMappedThatTheHostTookAndNoFreedTableIsRead(LockDiscipline lock) throws Exception {
        try (GuestWorld w = world(lock)) {
            GuestMmu mmu = w.guest.mmu();
            AtomicBoolean stop = new AtomicBoolean();
            List<Callable<Void>> threads = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                threads.add(vcpu(mmu, mmu.vcpus().get(i), i, stop));
                threads.add(ager(w, 100 + i, stop));
            }
            AtomicLong taken = new AtomicLong();
            threads.add(host(w, stop, taken));
            runFor(0, stop, threads);
            assertThat(taken.get()).isEqualTo(ROUNDS);
            w.assertConsistent();
            assertThat(mmu.lockWaits().taken(Purpose.FAULT)).isGreaterThan(0);
        }
    }

    private static Callable<Void> vcpu(GuestMmu mmu, Vcpu v, int seed, AtomicBoolean stop) {
        return () -> {
            Rng rng = new Rng(seed + 1);
            while (!stop.get()) {
                touch(mmu, v, rng.below(PAGES));
            }
            return null;
        };
    }

    private static Callable<Void> ager(GuestWorld w, int id, AtomicBoolean stop) {
        return () -> {
            Actor a = actor(id);
            YoungWindow window = new YoungWindow();
            while (!stop.get()) {
                for (long p = 0; p < PAGES && !stop.get(); p += YoungWindow.PAGES) {
                    window.ask(w.hostPage(0) + p, -1L);
                    if (!w.guest.mmu().testClearYoungFastOnly(a, window, true)) {
                        w.guest.mmu().clearYoung(a, w.hostPage(0) + p, w.hostPage(0) + p + YoungWindow.PAGES);
                    }
                }
            }
            return null;
        };
    }

    /** Takes a page, or all pages of a table, away and brings them back. */
    private static Callable<Void> host(GuestWorld w, AtomicBoolean stop, AtomicLong taken) {
        return () -> {
            Actor a = actor(200);
            Rng rng = new Rng(9);
            PageTable host = w.vmm.mm().pageTable;
            GuestMmu mmu = w.guest.mmu();
            while (taken.get() < ROUNDS && !stop.get()) {
                boolean table = rng.below(4) == 0;
                long gpn = table ? rng.below(PAGES / TABLE) * TABLE : rng.below(PAGES);
                int n = table ? TABLE : 1;
                long vpn = mmu.hostPage(gpn);
                long[] old = new long[n];
                mmu.invalidate(a, vpn, vpn + n, Why.RECLAIM);
                for (int i = 0; i < n; i++) {
                    old[i] = host.replace(host.leafAt(vpn + i), 0);
                }
                mmu.invalidated(a, vpn, vpn + n);
                for (int look = 0; look < 2 * TABLE; look++) {
                    if (mmu.isMapped(gpn + look % n)) {
                        throw new AssertionError("mapped after the host took it");
                    }
                }
                for (int i = 0; i < n; i++) {
                    host.replace(host.leafAt(vpn + i), old[i]);
                }
                taken.incrementAndGet();
            }
            stop.set(true);
            return null;
        };
    }

    /** What was young when several agers went over it is found by one of them, once, whatever else goes on elsewhere. */
    @ParameterizedTest
    @EnumSource(
            value = LockDiscipline.class,
            names = {"WRITE", "RW_READER", "LOCKLESS", "ENTRY_BIT"})
    void noYoungBitIsLost(LockDiscipline lock) throws Exception {
        try (GuestWorld w = world(lock)) {
            GuestMmu mmu = w.guest.mmu();
            long base = w.hostPage(0);
            Actor quiet = actor(300);
            for (int round = 0; round < 20; round++) {
                mmu.clearFlushYoung(quiet, base, base + PAGES);
                for (long p = 0; p < PAGES / 2; p += 2) {
                    touch(mmu, mmu.vcpus().getFirst(), p);
                }
                AtomicBoolean stop = new AtomicBoolean();
                AtomicLong found = new AtomicLong();
                List<Callable<Void>> threads = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    threads.add(counter(mmu, 100 + i, base, found));
                }
                Vcpu other = mmu.vcpus().get(1);
                threads.add(() -> {
                    for (long p = PAGES / 2; p < PAGES; p++) {
                        touch(mmu, other, p);
                    }
                    return null;
                });
                runFor(0, stop, threads);
                assertThat(found.get()).isEqualTo(PAGES / 4);
            }
        }
    }

    private static Callable<Void> counter(GuestMmu mmu, int id, long base, AtomicLong found) {
        return () -> {
            Actor a = actor(id);
            for (long p = 0; p < PAGES / 2; p++) {
                if (mmu.clearYoung(a, base + p, base + p + 1)) {
                    found.incrementAndGet();
                }
            }
            return null;
        };
    }

    /** Readers that never leave the lock empty hold a writer up for one hold at most, where writers go first. */
    @Test
    void writersAreNotStarvedWhereTheyGoFirst() throws Exception {
        long first = writes(new ThreadedMmuLock(true));
        assertThat(first).isGreaterThanOrEqualTo(20);
    }

    /** The opposite fairness is what it says: overlapping readers keep a writer out until they pause. */
    @Test
    void readersGoFirstWhereTheFairnessSaysSo() throws Exception {
        ThreadedMmuLock lock = new ThreadedMmuLock(false);
        Actor reader = actor(1);
        lock.enter(reader, Purpose.AGE, Mode.SHARED);
        AtomicBoolean in = new AtomicBoolean();
        CountDownLatch passed = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        ExecutorService pool = Executors.newCachedThreadPool();
        Future<?> writer = pool.submit(() -> {
            lock.enter(actor(2), Purpose.UNMAP, Mode.ALONE);
            in.set(true);
            lock.exit(actor(2), Mode.ALONE);
        });
        while (!lock.contended()) {
            Thread.onSpinWait();
        }
        Future<Void> second = pool.submit(() -> {
            lock.enter(actor(3), Purpose.AGE, Mode.SHARED);
            passed.countDown();
            leave.await();
            lock.exit(actor(3), Mode.SHARED);
            return null;
        });
        assertThat(passed.await(10, TimeUnit.SECONDS))
                .as("passes the waiting writer")
                .isTrue();
        lock.exit(reader, Mode.SHARED);
        assertThat(in.get()).isFalse();
        leave.countDown();
        second.get(10, TimeUnit.SECONDS);
        writer.get(10, TimeUnit.SECONDS);
        pool.shutdown();
        assertThat(in.get()).isTrue();
        assertThat(lock.waits.waitedNs(Purpose.UNMAP)).isGreaterThan(0);
    }

    /** Without a lock several agers flush at once; a flush that an unmap relies on must not get lost among them. */
    @Test
    void noFlushIsLost() throws Exception {
        GuestSettings s = GuestWorld.settings(PAGES, LockDiscipline.LOCKLESS)
                .flushing(true)
                .underThreads();
        try (GuestWorld w = new GuestWorld("6.18", AgingPolicy.LANDED, s)) {
            w.touchAll(true);
            VcpuTlbs tlbs = w.guest.mmu().tlbs();
            long before = w.guest.mmu().counters().flushes();
            int generation = tlbs.generation();
            List<Callable<Void>> threads = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Actor a = actor(100 + i);
                threads.add(() -> {
                    for (int n = 0; n < 20_000; n++) {
                        tlbs.flush(a);
                    }
                    return null;
                });
            }
            runFor(0, new AtomicBoolean(), threads);
            assertThat(w.guest.mmu().counters().flushes() - before).isEqualTo(60_000);
            assertThat(tlbs.generation() - generation).isEqualTo(60_000);
        }
    }

    /** How often a writer gets in while two readers always overlap. */
    private static long writes(ThreadedMmuLock lock) throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong writes = new AtomicLong();
        List<Callable<Void>> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Actor a = actor(i);
            threads.add(() -> {
                while (!stop.get()) {
                    lock.enter(a, Purpose.AGE, Mode.SHARED);
                    long until = System.nanoTime() + 50_000;
                    while (System.nanoTime() < until) {
                        Thread.onSpinWait();
                    }
                    lock.exit(a, Mode.SHARED);
                }
                return null;
            });
        }
        Actor w = actor(9);
        threads.add(() -> {
            while (!stop.get()) {
                lock.enter(w, Purpose.UNMAP, Mode.ALONE);
                writes.incrementAndGet();
                lock.exit(w, Mode.ALONE);
                Thread.onSpinWait();
            }
            return null;
        });
        runFor(2 * RUN_NS, stop, threads);
        return writes.get();
    }

    private static void runFor(long ns, AtomicBoolean stop, List<Callable<Void>> work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(work.size());
        try {
            List<Future<Void>> running = new ArrayList<>();
            work.forEach(w -> running.add(pool.submit(w)));
            if (ns > 0) {
                long end = System.nanoTime() + ns;
                while (System.nanoTime() < end && running.stream().noneMatch(Future::isDone)) {
                    Thread.sleep(5);
                }
            }
            if (ns > 0) {
                stop.set(true);
            }
            for (Future<Void> f : running) {
                try {
                    f.get();
                } catch (ExecutionException e) {
                    stop.set(true);
                    throw new AssertionError(e.getCause());
                }
            }
        } finally {
            stop.set(true);
            pool.shutdown();
        }
    }
}
