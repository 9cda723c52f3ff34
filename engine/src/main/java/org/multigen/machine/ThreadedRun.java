package org.multigen.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Actor;
import org.multigen.base.Warnings;

/**
 * Runs programs on platform threads: each thread takes the next program that nobody runs, for a slice, and puts it back at the
 * end of the queue. No lock is held meanwhile. A watchdog ends a run in which nobody gets on.
 */
final class ThreadedRun {
    private static final int STEPS = 4096;
    private static final long IDLE_NS = 50_000;
    private static final long LOOK_MS = 20;
    private static final long WATCH_NS = 500_000_000;
    private static final long END_MS = 3_000;
    /** Longer than anybody sleeps for memory.high or waits for a device, on a machine with a load. */
    private static final long PATIENCE_NS = 120_000_000_000L;

    private final Machine machine;
    private final ConcurrentLinkedQueue<Program> waiting;
    private final AtomicInteger left;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();
    private final long patienceNs;
    private final LongAdder slices = new LongAdder();

    // the watchdog's
    private long watchedNs = System.nanoTime();
    private long movedNs = watchedNs;
    private long moved;

    ThreadedRun(Machine machine, List<? extends Program> programs) {
        this(machine, programs, PATIENCE_NS);
    }

    /** @param patienceNs for how long it is bearable that nobody gets on */
    ThreadedRun(Machine machine, List<? extends Program> programs, long patienceNs) {
        this.machine = machine;
        this.waiting = new ConcurrentLinkedQueue<>(programs);
        this.left = new AtomicInteger(programs.size());
        this.patienceNs = patienceNs;
    }

    /**
     * Runs all programs to their ends.
     *
     * @throws Warnings.Panic if an invariant was broken and the machine panics on that
     * @throws ThreadFailure if a thread of the run or a daemon failed, none got on, or the caller was interrupted; the machine is not
     *     usable any more
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
            watch();
            if (failure.get() != null) {
                break;
            }
            try {
                join(LOOK_MS);
            } catch (InterruptedException e) {
                failure.compareAndSet(
                        null, ThreadFailure.of(Thread.currentThread().getName(), e));
            }
        }
        end();
    }

    private void end() {
        Throwable failed = failure.get();
        if (failed == null) {
            return;
        }
        machine.abandon();
        threads.forEach(Thread::interrupt);
        try {
            join(END_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failed.getCause() instanceof InterruptedException) {
            Thread.currentThread().interrupt(); // now that nobody is waited for any more
        }
        switch (failed) {
            case Warnings.Panic broken -> throw broken;
            case ThreadFailure f -> throw f;
            default -> throw ThreadFailure.of("of the run", failed);
        }
    }

    /** Looks now and then whether anything moves. */
    private void watch() {
        long now = System.nanoTime();
        if (now - watchedNs < WATCH_NS) {
            return;
        }
        watchedNs = now;
        long sum = slices.sum();
        for (Actor a : machine.kernel.actors()) {
            sum += a.steps();
        }
        if (sum != moved) {
            moved = sum;
            movedNs = now;
        } else if (now - movedNs > patienceNs) {
            failure.compareAndSet(null, ThreadFailure.stuck(patienceNs / 1_000_000_000, threads));
        }
    }

    /** Waits for the threads, so long at most. */
    private void join(long ms) throws InterruptedException {
        long until = System.nanoTime() + ms * 1_000_000;
        for (Thread t : threads) {
            t.join(Math.max(1, (until - System.nanoTime()) / 1_000_000));
        }
    }

    private void work(int cpu) {
        try {
            int idle = 0;
            while (left.get() > 0 && failure.get() == null) {
                Program p = waiting.poll();
                long wait = p == null ? Program.OTHERS : p.waitNs();
                if (p != null && wait == 0) {
                    idle = 0;
                    carryOn(p, cpu);
                    continue;
                }
                if (p != null) {
                    waiting.add(p);
                }
                if (wait > 0) {
                    slices.increment(); // asleep of its own will: that is getting on
                }
                if (p == null || ++idle > waiting.size()) {
                    idle = 0;
                    LockSupport.parkNanos(IDLE_NS); // somebody else may put one back
                }
            }
        } catch (RealSleep.Stopped ended) {
            // another thread's failure is reported
        } catch (Warnings.Panic broken) {
            failure.compareAndSet(null, broken);
        } catch (Throwable t) {
            failure.compareAndSet(null, ThreadFailure.of(Thread.currentThread().getName(), t));
        }
    }

    private void carryOn(Program p, int cpu) {
        boolean more = slice(p, cpu);
        slices.increment();
        for (Program born : p.takeBorn()) {
            left.getAndIncrement();
            waiting.add(born);
        }
        if (more) {
            waiting.add(p);
        } else {
            left.getAndDecrement();
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
