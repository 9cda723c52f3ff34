package org.multigen.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Warnings;

/**
 * Runs programs on platform threads: each thread takes the next program that nobody runs, for a slice, and puts it back at the
 * end of the queue. No lock is held meanwhile.
 */
final class ThreadedRun {
    private static final int STEPS = 4096;
    private static final long IDLE_NS = 50_000;
    private static final long LOOK_MS = 20;
    private static final long END_MS = 10_000;

    private final Machine machine;
    private final ConcurrentLinkedQueue<Program> waiting;
    private final AtomicInteger left;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();

    ThreadedRun(Machine machine, List<? extends Program> programs) {
        this.machine = machine;
        this.waiting = new ConcurrentLinkedQueue<>(programs);
        this.left = new AtomicInteger(programs.size());
    }

    /**
     * Runs all programs to their ends.
     *
     * @throws Warnings.Panic if an invariant was broken and the machine panics on that
     * @throws IllegalStateException if a thread of the run or a daemon failed; the machine is not usable any more
     */
    void run(int count) {
        for (int i = 0; i < count; i++) {
            int cpu = i % machine.kernel.config.cpus;
            Thread t = new Thread(() -> work(cpu), "multigen-" + i);
            t.setDaemon(true);
            threads.add(t);
        }
        threads.forEach(Thread::start);
        while (threads.stream().anyMatch(Thread::isAlive)) {
            Throwable daemon = machine.daemonFailure();
            if (daemon != null) {
                failure.compareAndSet(null, daemon);
            }
            if (failure.get() != null) {
                break;
            }
            for (Thread t : threads) {
                join(t, LOOK_MS);
            }
        }
        Throwable failed = failure.get();
        if (failed != null) {
            machine.abandon();
            threads.forEach(Thread::interrupt);
            threads.forEach(t -> join(t, END_MS));
            if (failed instanceof Warnings.Panic broken) {
                throw broken;
            }
            throw new IllegalStateException("a thread of the run failed: " + failed, failed);
        }
    }

    private static void join(Thread t, long ms) {
        try {
            t.join(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work(int cpu) {
        try {
            while (left.get() > 0 && failure.get() == null) {
                Program p = waiting.poll();
                if (p == null) {
                    LockSupport.parkNanos(IDLE_NS); // somebody else may put one back
                } else if (slice(p, cpu)) {
                    waiting.add(p);
                } else {
                    left.getAndDecrement();
                }
            }
        } catch (RealSleep.Stopped ended) {
            // another thread's failure is reported
        } catch (Throwable t) {
            failure.compareAndSet(null, t);
        }
    }

    private static boolean slice(Program p, int cpu) {
        Task first = p.task();
        first.actor().cpu = cpu;
        first.enter();
        try {
            return p.runSteps(STEPS);
        } finally {
            p.task().leave();
        }
    }
}
