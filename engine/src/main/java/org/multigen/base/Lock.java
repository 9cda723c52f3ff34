package org.multigen.base;

import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock of the machine. In virtual time it remembers when it becomes free, so that whoever takes it earlier than that waits
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

    private static final class Virtual extends Lock {
        private long freeAtNs;
        private int holder = -1;

        Virtual(String name) {
            super(name);
        }

        @Override
        public void lock(Actor actor) {
            if (freeAtNs > actor.clockNs()) {
                actor.addStall(freeAtNs - actor.clockNs());
                actor.advanceTo(freeAtNs);
            }
            holder = actor.id;
        }

        @Override
        public boolean tryLock(Actor actor) {
            if (holder >= 0 || freeAtNs > actor.clockNs()) {
                return false;
            }
            holder = actor.id;
            return true;
        }

        @Override
        public void unlock(Actor actor) {
            holder = -1;
            freeAtNs = actor.clockNs();
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
