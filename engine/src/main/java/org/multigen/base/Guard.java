package org.multigen.base;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A lock that exists under real threads only: what it guards is changed in one step of virtual time, where nobody can come in
 * between and nobody waits. Who has it may take it again.
 */
public final class Guard {
    private final LockClass lockClass;
    private final @Nullable ReentrantLock lock;

    Guard(LockClass lockClass, boolean real) {
        this.lockClass = lockClass;
        this.lock = real ? new ReentrantLock() : null;
    }

    public void lock() {
        ReentrantLock l = lock;
        if (l != null) {
            assert l.isHeldByCurrentThread() || LockOrder.acquiring(lockClass);
            l.lock();
            assert LockOrder.acquired(lockClass);
        }
    }

    public void unlock() {
        ReentrantLock l = lock;
        if (l != null) {
            assert LockOrder.released(lockClass);
            l.unlock();
        }
    }
}
