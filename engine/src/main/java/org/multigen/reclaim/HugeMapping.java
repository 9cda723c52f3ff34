package org.multigen.reclaim;

import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.SecondaryMmu;
import org.multigen.base.Actor;
import org.multigen.base.VmEvent;
import org.multigen.base.Words;
import org.multigen.memory.FolioTable;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;

/** Turns an entry that maps 2 MiB into 512 entries of the same folio. Kernel: mm/huge_memory.c __split_huge_pmd_locked. */
public final class HugeMapping {
    private static final long KEPT = Pte.PRESENT | Pte.PROTNONE | Pte.WRITABLE | Pte.ACCESSED | Pte.DIRTY;

    private HugeMapping() {}

    /** Splits, unless reclaim for the table's sake has done so meanwhile. */
    public static void split(Actor actor, AddressSpace mm, FolioTable folios, long vpn, long pmdAt) {
        int child = mm.pageTable.tableForSplit(actor);
        if (!Pte.huge(Words.getLongOpaque(pmdAt))) {
            mm.pageTable.giveBack(actor, child);
            return;
        }
        long first = vpn & -(long) PageTable.PMD_PAGES;
        mm.invalidate(actor, first, first + PageTable.PMD_PAGES, SecondaryMmu.Why.CHANGE);
        mm.pageTable.lockUpper(pmdAt);
        boolean huge = Pte.huge(Words.getLongOpaque(pmdAt));
        if (huge) {
            // the mappings come first: whoever finds the small entries may take them away
            folios.addMappings(Pte.frame(Words.getLongOpaque(pmdAt)), PageTable.PMD_PAGES - 1);
            mm.pageTable.splitHuge(pmdAt, child, KEPT);
        }
        mm.pageTable.unlockUpper(pmdAt);
        mm.invalidated(actor, first, first + PageTable.PMD_PAGES);
        if (!huge) {
            mm.pageTable.giveBack(actor, child);
            return;
        }
        actor.count(VmEvent.THP_SPLIT_PMD, 1);
    }
}
