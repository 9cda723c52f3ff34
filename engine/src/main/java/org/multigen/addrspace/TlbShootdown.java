package org.multigen.addrspace;

import org.multigen.base.Actor;
import org.multigen.base.Cost;

/**
 * What it costs to make other CPUs forget translations. Reclaim unmaps page by page and flushes a batch at a time; system calls
 * flush at once. Kernel: arch_tlbbatch_flush, flush_tlb_mm_range.
 *
 * <p>Without modelled caches only reclaim's batches cost something, as on a machine with one more CPU. The time that the other
 * CPUs lose is not charged to them.
 */
public final class TlbShootdown {
    private final boolean modelled;

    /**
     * @param modelled CPUs cache translations
     */
    public TlbShootdown(boolean modelled) {
        this.modelled = modelled;
    }

    /** An entry was cleared; the flush may wait until its batch is complete. */
    public void defer(Actor actor, AddressSpace mm) {
        if (modelled) {
            actor.unflushedCpus |= mm.cpuMask();
        }
    }

    /** Ends a batch of reclaim. */
    public void flushBatch(Actor actor) {
        actor.charge(Cost.TLB_FLUSH);
        if (modelled) {
            actor.charge(Cost.TLB_CPU, Math.max(0, others(actor, actor.unflushedCpus) - 1));
            actor.unflushedCpus = 0;
        }
    }

    /** A system call has changed or removed entries: flushes at once. */
    public void flush(Actor actor, AddressSpace mm) {
        if (modelled) {
            actor.charge(Cost.TLB_LOCAL);
            int others = others(actor, mm.cpuMask());
            if (others > 0) {
                actor.charge(Cost.TLB_FLUSH);
                actor.charge(Cost.TLB_CPU, others - 1);
            }
        }
    }

    private static int others(Actor actor, long cpus) {
        return Long.bitCount(cpus & ~(1L << actor.cpu));
    }
}
