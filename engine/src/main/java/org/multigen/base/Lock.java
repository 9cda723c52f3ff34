package org.multigen.base;

import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A lock of the machine. In virtual time it remembers when it was held, so that whoever comes within such a time waits for its end
 * (its clock moves, and the wait counts as stall); under real threads it is a real lock.
 *
 * <p>A lock that readers share is {@link #enter}ed by who only has to keep changes out, such as a fault: in virtual time changes
 * are single steps, so that costs nothing. A walk takes it with {@link #tryShare}, which in virtual time excludes others as
 * {@link #tryLock} does.
 */
public abstract sealed class Lock {
    final String name;

    Lock(String name) {
        this.name = name;
    }

    public static Lock virtual(String name) {
        return new Virtual(name);
    }

    public static Lock real(LockClass lockClass, String name) {
        return new Real(lockClass, name);
    }

    public static Lock realShared(LockClass lockClass, String name) {
        return new RealShared(lockClass, name);
    }

    public abstract void lock(Actor actor);

    public abstract boolean tryLock(Actor actor);

    public abstract void unlock(Actor actor);

    /** Keeps changes out. Nests. Kernel: mmap_read_lock. */
    public abstract void enter(Actor actor);

    public abstract void leave(Actor actor);

    /** Keeps changes out unless somebody is making one, the actor itself included. Kernel: mmap_read_trylock. */
    public abstract boolean tryShare(Actor actor);

    public abstract void unshare(Actor actor);

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
        public void enter(Actor actor) {}

        @Override
        public void leave(Actor actor) {}

        @Override
        public boolean tryShare(Actor actor) {
            return tryLock(actor);
        }

        @Override
        public void unshare(Actor actor) {
            unlock(actor);
        }

        @Override
        public boolean contended(Actor actor) {
            return false;
        }
    }

    private static final class Real extends Lock {
        private final LockClass lockClass;
        private final ReentrantLock lock = new ReentrantLock();

        Real(LockClass lockClass, String name) {
            super(name);
            this.lockClass = lockClass;
        }

        @Override
        public void lock(Actor actor) {
            assert LockOrder.acquiring(lockClass);
            lock.lock();
            assert LockOrder.acquired(lockClass);
        }

        @Override
        public boolean tryLock(Actor actor) {
            if (!lock.tryLock()) {
                return false;
            }
            assert LockOrder.acquired(lockClass);
            return true;
        }

        @Override
        public void unlock(Actor actor) {
            assert LockOrder.released(lockClass);
            lock.unlock();
        }

        @Override
        public void enter(Actor actor) {
            lock(actor);
        }

        @Override
        public void leave(Actor actor) {
            unlock(actor);
        }

        @Override
        public boolean tryShare(Actor actor) {
            return tryLock(actor);
        }

        @Override
        public void unshare(Actor actor) {
            unlock(actor);
        }

        @Override
        public boolean contended(Actor actor) {
            return lock.hasQueuedThreads();
        }
    }

    private static final class RealShared extends Lock {
        private final LockClass lockClass;
        private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

        RealShared(LockClass lockClass, String name) {
            super(name);
            this.lockClass = lockClass;
        }

        @Override
        public void lock(Actor actor) {
            assert LockOrder.acquiring(lockClass);
            lock.writeLock().lock();
            assert LockOrder.acquired(lockClass);
        }

        @Override
        public boolean tryLock(Actor actor) {
            if (!lock.writeLock().tryLock()) {
                return false;
            }
            assert LockOrder.acquired(lockClass);
            return true;
        }

        @Override
        public void unlock(Actor actor) {
            assert LockOrder.released(lockClass);
            lock.writeLock().unlock();
        }

        @Override
        public void enter(Actor actor) {
            assert lock.getReadHoldCount() > 0 || LockOrder.acquiring(lockClass);
            lock.readLock().lock();
            assert LockOrder.acquired(lockClass);
        }

        @Override
        public void leave(Actor actor) {
            assert LockOrder.released(lockClass);
            lock.readLock().unlock();
        }

        @Override
        public boolean tryShare(Actor actor) {
            if (lock.isWriteLockedByCurrentThread() || !lock.readLock().tryLock()) {
                return false;
            }
            assert LockOrder.acquired(lockClass);
            return true;
        }

        @Override
        public void unshare(Actor actor) {
            leave(actor);
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
