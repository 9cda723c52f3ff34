package org.multigen.base;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Where threads sleep until something has happened, or they are killed. Kernel: wait_queue_head, wait_event_killable. */
public final class Arrival {
    /** A killed sleeper notices at the latest then. */
    private static final long LOOK_NS = 10_000_000;

    private final boolean real;
    private final AtomicInteger sleepers = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final AtomicInteger slept = new AtomicInteger();

    public Arrival(Locks locks) {
        this.real = locks.real();
    }

    /** Whether anybody can ever sleep here. */
    public boolean real() {
        return real;
    }

    /** Sleeps until a condition holds that {@link #happened} tells of. */
    public void await(Actor actor, BooleanSupplier condition) {
        actor.tick();
        long from = actor.clockNs();
        sleepers.getAndIncrement();
        boolean waited = false;
        lock.lock();
        try {
            while (!condition.getAsBoolean() && !actor.killed) {
                waited = true;
                changed.awaitNanos(LOOK_NS);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
            sleepers.getAndDecrement();
        }
        if (waited) {
            slept.getAndIncrement();
        }
        actor.tick();
        actor.addStall(actor.clockNs() - from);
    }

    /** After the condition has come true: wakes who sleeps. */
    public void happened() {
        if (sleepers.get() > 0) {
            lock.lock();
            changed.signalAll();
            lock.unlock();
        }
    }

    /** Who sleeps at the moment. */
    public int sleepers() {
        return sleepers.get();
    }

    /** Sleeps so far. */
    public int slept() {
        return slept.get();
    }

    /** Waits up to a time for a signal, if the condition does not hold yet. For daemons. */
    public void awaitUpTo(long ns, BooleanSupplier condition) throws InterruptedException {
        sleepers.getAndIncrement();
        lock.lock();
        try {
            long left = ns;
            while (left > 0 && !condition.getAsBoolean()) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
            sleepers.getAndDecrement();
        }
    }
}
