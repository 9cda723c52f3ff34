package org.multigen.addrspace;

import org.multigen.base.Actor;

/**
 * Anything that maps an address space's pages by itself and keeps accessed bits of its own, such as a hypervisor. It is told
 * before the host changes or removes entries, and asked whether pages were used. Ranges are host page numbers, the end not
 * included. Kernel: struct mmu_notifier_ops.
 */
public interface SecondaryMmu {
    /** Why entries go. */
    enum Why {
        /** A page is about to be paged out or dropped. */
        RECLAIM,
        /** Its mapping changes: by the program, a fault, a migration. */
        CHANGE
    }

    /** How fast the accessed bits can be asked for. */
    enum FastHook {
        /** There is no {@link SecondaryMmu#testClearYoungFastOnly}. */
        NONE,
        /** It tries a lock and gives up where that is taken. */
        TRY,
        /** It takes no lock of the whole MMU. */
        LOCKLESS
    }

    /**
     * Before the host changes [first, end): nothing there may stay mapped, and nothing be mapped until {@link #invalidated}.
     */
    void invalidate(Actor actor, long first, long end, Why why);

    /** The host has changed what {@link #invalidate} announced. */
    void invalidated(Actor actor, long first, long end);

    boolean testYoung(Actor actor, long first, long end);

    /** Tests and clears without flushing anybody's TLB. */
    boolean clearYoung(Actor actor, long first, long end);

    /** Tests and clears, and flushes what was young where the MMU still does so. */
    boolean clearFlushYoung(Actor actor, long first, long end);

    FastHook fastHook();

    /** Whether the architecture is x86: some policies trust its tables alone. */
    boolean x86();

    /**
     * Tests the pages of a window and clears them if asked to, fast or not at all.
     *
     * @return false if there is no such hook or it gave up: then nothing was learnt
     */
    boolean testClearYoungFastOnly(Actor actor, YoungWindow window, boolean clear);
}
