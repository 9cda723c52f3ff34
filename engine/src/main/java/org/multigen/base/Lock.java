package org.multigen.base;

import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock of the machine. In virtual time it remembers when it was held, so that whoever comes within such a time waits for its end
 * (its clock moves, and the wait counts as stall); under real threads it is a real lock.
 */
public abstract sealed class Lock {
    final String name;

    Lock(String name) {
        this.name = name;
    }

    public static Lock virtual(String name) {
        return new Virtual(name);
    }

    public static Lock real(String name) {
        return new Real(name);
    }

    public abstract void lock(Actor actor);

    public abstract boolean tryLock(Actor actor);

    public abstract void unlock(Actor actor);

    /** True if somebody is waiting for it or it is held by another. Kernel: spin_is_contended. */
    public abstract boolean contended(Actor actor);

    /**
     * Remembers when it was held lately, because actors do not come in the order of their clocks: one that ran ahead has held the
     * lock for moments, and who is behind finds it free in between.
     */
    private static final class Virtual extends Lock {
        private static final int REMEMBERED = 32;

        /** Times at which it was taken and given back, the last ones. */
        private final long[] taken = new long[REMEMBERED];

        private final long[] given = new long[REMEMBERED];
        private int next;
        private long lastGiven;
        private long takenNow;
        private int holder = -1;

        Virtual(String name) {
            super(name);
        }

        @Override
        public void lock(Actor actor) {
            long free = freeFrom(actor.clockNs());
            if (free > actor.clockNs()) {
                actor.addStall(free - actor.clockNs());
                actor.advanceTo(free);
            }
            take(actor);
        }

        @Override
        public boolean tryLock(Actor actor) {
            if (holder >= 0 || freeFrom(actor.clockNs()) > actor.clockNs()) {
                return false;
            }
            take(actor);
            return true;
        }

        private void take(Actor actor) {
            holder = actor.id;
            takenNow = actor.clockNs();
        }

        @Override
        public void unlock(Actor actor) {
            holder = -1;
            long now = actor.clockNs();
            if (now > takenNow) {
                taken[next] = takenNow;
                given[next] = now;
                next = (next + 1) % REMEMBERED;
                lastGiven = Math.max(lastGiven, now);
            }
        }

        /** The first moment from one on at which nobody held it. */
        private long freeFrom(long ns) {
            long free = ns;
            if (free >= lastGiven) {
                return free;
            }
            for (int i = 0; i < REMEMBERED; i++) {
                if (taken[i] <= free && free < given[i]) {
                    free = given[i];
                    i = -1; // it may run into another one
                }
            }
            return free;
        }

        @Override
        public boolean contended(Actor actor) {
            return false;
        }
    }

    private static final class Real extends Lock {
        private final ReentrantLock lock = new ReentrantLock();

        Real(String name) {
            super(name);
        }

        @Override
        public void lock(Actor actor) {
            lock.lock();
        }

        @Override
        public boolean tryLock(Actor actor) {
            return lock.tryLock();
        }

        @Override
        public void unlock(Actor actor) {
            lock.unlock();
        }

        @Override
        public boolean contended(Actor actor) {
            return lock.hasQueuedThreads();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
