package org.multigen.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Actor;
import org.multigen.base.Warnings;
import org.multigen.reclaim.Kswapd;
import org.multigen.storage.Writeback;
import org.multigen.tier.Tiering;

/**
 * The daemons of a machine under real threads: a page-out thread per node, those of memory tiers, and the flusher, which also
 * buries removed groups.
 */
final class Daemons {
    private static final long LOOK_NS = 50_000_000;
    private static final long FLUSHER_LOOK_NS = 2_000_000;
    private static final long REAPER_LOOK_NS = 1_000_000;
    private static final long END_MS = 20_000;
    /** After a failure one of them may wait for a lock for ever. */
    private static final long INTERRUPTED_END_MS = 2_000;

    private final Kernel kernel;
    private final Actor flusher;
    private final List<Thread> threads = new ArrayList<>();
    private final ConcurrentLinkedQueue<Task> killed = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean stopping;
    private volatile boolean interrupted;

    Daemons(Kernel kernel, Actor flusher) {
        this.kernel = kernel;
        this.flusher = flusher;
    }

    void start() {
        for (Kswapd k : kernel.kswapds) {
            begin("kswapd" + k.node().id(), () -> pageOut(k));
        }
        kernel.tiering.daemons().forEach(d -> begin(d.actor().name, () -> ofTiers(d)));
        begin("flusher", this::flush);
        begin("oom_reaper", this::reap);
    }

    /** Something else that goes on until the end; told when that has come. */
    void also(String name, Consumer<BooleanSupplier> work) {
        begin(name, () -> work.accept(() -> stopping));
    }

    private void begin(String name, Runnable work) {
        Thread t = new Thread(() -> guarded(work), name);
        t.setDaemon(true);
        threads.add(t);
        t.start();
    }

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (RealSleep.Stopped ended) {
            // by stop
        } catch (Warnings.Panic broken) {
            failure.compareAndSet(null, broken);
        } catch (Throwable t) {
            failure.compareAndSet(null, ThreadFailure.of(Thread.currentThread().getName(), t));
        }
    }

    /** What ended a daemon, or null. */
    @Nullable
    Throwable failure() {
        return failure.get();
    }

    private void pageOut(Kswapd k) {
        while (!stopping) {
            if (!k.sleepUntilWoken(LOOK_NS)) {
                continue;
            }
            kernel.grace.enter(k.actor());
            k.actor().tick();
            k.run();
            kernel.grace.leave(k.actor());
        }
    }

    /** Scanning and promoting daemons go by their own times. */
    private void ofTiers(Tiering.Daemon daemon) {
        Actor actor = daemon.actor();
        while (!stopping) {
            actor.tick();
            long wait = daemon.nextNs() - actor.clockNs();
            if (wait > 0) {
                LockSupport.parkNanos(Math.min(wait, LOOK_NS));
                continue;
            }
            kernel.grace.enter(actor);
            daemon.step();
            kernel.grace.leave(actor);
        }
    }

    private void flush() {
        Writeback writeback = kernel.files.writeback();
        while (!stopping) {
            flusher.sleep(FLUSHER_LOOK_NS);
            kernel.grace.enter(flusher);
            flusher.tick();
            boolean more = writeback.nextNs() <= flusher.clockNs();
            while (more && !stopping) {
                more = writeback.run(flusher);
                flusher.tick();
            }
            kernel.grace.leave(flusher);
            kernel.memcgs.reap();
        }
    }

    /** Takes the memory of killed processes that nobody runs; those that run notice by themselves. Kernel: oom_reaper. */
    private void reap() {
        while (!stopping) {
            LockSupport.parkNanos(REAPER_LOOK_NS);
            for (int n = killed.size(); n > 0 && !stopping; n--) {
                Task t = killed.poll();
                if (t != null && !t.exitIfIdle()) {
                    killed.add(t);
                }
            }
        }
    }

    /** A process was killed and is to go even if nobody runs it. */
    void reap(Task task) {
        killed.add(task);
    }

    /** Ends all of them; true if they have ended. */
    boolean stop() {
        stopping = true;
        boolean all = true;
        long until = System.nanoTime() + (interrupted ? INTERRUPTED_END_MS : END_MS) * 1_000_000;
        for (Thread t : threads) {
            try {
                t.join(Math.max(1, (until - System.nanoTime()) / 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            all &= !t.isAlive();
        }
        return all;
    }

    /** Makes them give up what they are at, after a failure. */
    void interrupt() {
        stopping = true;
        interrupted = true;
        threads.forEach(Thread::interrupt);
    }
}
