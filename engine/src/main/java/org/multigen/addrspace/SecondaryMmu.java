package org.multigen.addrspace;

/**
 * Anything that maps an address space's pages by itself and keeps accessed bits of its own, such as a hypervisor. It is told
 * before the host unmaps and asked whether pages were used. Kernel: struct mmu_notifier_ops.
 */
public interface SecondaryMmu {
    /** Before the host unmaps [first, end). */
    void invalidate(long first, long end);

    boolean testYoung(long vpn);

    /** Tests and clears without flushing anybody's TLB. */
    boolean clearYoung(long first, long end);

    /** Tests and clears, and flushes what was young. */
    boolean clearFlushYoung(long first, long end);
}
