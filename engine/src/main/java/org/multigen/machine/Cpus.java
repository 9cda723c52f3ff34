package org.multigen.machine;

import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.AddressSpace;
import org.multigen.pagetable.Tlb;

/** Which address space each CPU runs, and what translations it has cached. A CPU's part belongs to whoever runs on it. */
final class Cpus {
    private final @Nullable AddressSpace[] current;
    private final Tlb @Nullable [] tlbs;
    private final boolean tagged;
    private final int entries;

    /**
     * @param tlbEntries translations that a CPU caches, 0 for none
     * @param tagged they outlive switches to other address spaces
     */
    Cpus(int n, int tlbEntries, boolean tagged) {
        this.current = new AddressSpace[n];
        this.tagged = tagged;
        this.entries = tlbEntries;
        if (tlbEntries == 0) {
            tlbs = null;
            return;
        }
        tlbs = new Tlb[n];
        java.util.Arrays.setAll(tlbs, i -> new Tlb(tlbEntries));
    }

    /** The CPU runs an address space from now on. */
    void run(int cpu, AddressSpace mm) {
        AddressSpace last = current[cpu];
        if (last != mm) {
            if (last != null) {
                last.leaveCpu(cpu);
            }
            mm.enterCpu(cpu);
            current[cpu] = mm;
            forget(cpu);
        }
    }

    /** The CPU ran something else for a moment. */
    void switchedAway(int cpu) {
        forget(cpu);
    }

    private void forget(int cpu) {
        if (tlbs != null && !tagged) {
            tlbs[cpu].flush();
        }
    }

    /** The address space is gone. */
    void left(AddressSpace mm) {
        for (int cpu = 0; cpu < current.length; cpu++) {
            if (current[cpu] == mm) {
                mm.leaveCpu(cpu);
                current[cpu] = null;
            }
        }
    }

    boolean cacheTranslations() {
        return tlbs != null;
    }

    /** Translations outlive a switch to another address space. */
    boolean tagged() {
        return tagged;
    }

    /** A cache for a thread of its own, under real threads, where several may share a CPU; null if none is modelled. */
    @Nullable
    Tlb newTlb() {
        return tlbs == null ? null : new Tlb(entries);
    }

    /** Translations of a CPU; only if they are cached. */
    Tlb tlb(int cpu) {
        if (tlbs == null) {
            throw new IllegalStateException("no translations are cached");
        }
        return tlbs[cpu];
    }
}
