package org.multigen.base;

/** Makes the locks of one machine: modelled ones for virtual time, real ones for real threads. */
public enum Locks {
    VIRTUAL,
    REAL;

    public boolean real() {
        return this == REAL;
    }

    /** A lock on which actors wait in virtual time too. */
    public Lock lock(LockClass lockClass, String name) {
        return real() ? Lock.real(lockClass, name) : Lock.virtual(name);
    }

    /** The same, which readers share. */
    public Lock sharedLock(LockClass lockClass, String name) {
        return real() ? Lock.realShared(lockClass, name) : Lock.virtual(name);
    }

    public Guard guard(LockClass lockClass) {
        return new Guard(lockClass, real());
    }

    public SharedGuard sharedGuard(LockClass lockClass) {
        return new SharedGuard(lockClass, real());
    }
}
