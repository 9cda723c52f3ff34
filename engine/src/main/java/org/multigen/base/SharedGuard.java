package org.multigen.base;

import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/** A {@link Guard} that readers share. */
public final class SharedGuard {
    private final LockClass lockClass;
    private final @Nullable ReentrantReadWriteLock lock;

    SharedGuard(LockClass lockClass, boolean real) {
        this.lockClass = lockClass;
        this.lock = real ? new ReentrantReadWriteLock() : null;
    }

    public void read() {
        ReentrantReadWriteLock l = lock;
        if (l != null) {
            assert LockOrder.acquiring(lockClass);
            l.readLock().lock();
            assert LockOrder.acquired(lockClass);
        }
    }

    public void readDone() {
        ReentrantReadWriteLock l = lock;
        if (l != null) {
            assert LockOrder.released(lockClass);
            l.readLock().unlock();
        }
    }

    public void write() {
        ReentrantReadWriteLock l = lock;
        if (l != null) {
            assert LockOrder.acquiring(lockClass);
            l.writeLock().lock();
            assert LockOrder.acquired(lockClass);
        }
    }

    public void writeDone() {
        ReentrantReadWriteLock l = lock;
        if (l != null) {
            assert LockOrder.released(lockClass);
            l.writeLock().unlock();
        }
    }
}
