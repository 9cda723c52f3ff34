package org.multigen.guest;

import org.multigen.base.Actor;
import org.multigen.guest.LockDiscipline.Mode;
import org.multigen.guest.LockDiscipline.Purpose;

/**
 * The lock of a guest's MMU, shared or alone. It is never taken twice by one actor, and nothing else is taken under it. Kernel:
 * kvm->mmu_lock.
 */
abstract sealed class MmuLock permits VirtualMmuLock, ThreadedMmuLock {
    final LockWaits waits = new LockWaits();

    /** Waits as long as it takes. {@link Mode#NONE} takes nothing. */
    abstract void enter(Actor actor, Purpose purpose, Mode mode);

    /** Takes it alone if nobody has it. */
    abstract boolean tryEnter(Actor actor, Purpose purpose);

    /** True if somebody waits for what the holder has. Kernel: rwlock_needbreak. */
    abstract boolean contended();

    abstract void exit(Actor actor, Mode mode);
}
