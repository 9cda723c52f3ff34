package org.multigen.fault;

import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.SecondaryMmu;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Words;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;
import org.multigen.reclaim.HugeMapping;
import org.multigen.storage.BackingFile;

/**
 * Clears entries for munmap, exit, MADV_DONTNEED and files that are cut off, for which others of the address space may be at it too.
 * Kernel: mm/memory.c zap_pte_range.
 */
final class Zap {
    private final MmContext mm;
    private final FolioTable folios;

    Zap(MmContext context) {
        this.mm = context;
        this.folios = context.folios();
    }

    /** Clears all entries of [first, end), which lies within the mapping. */
    void range(Actor actor, Vma vma, long first, long end) {
        AddressSpace space = vma.mm;
        space.invalidate(actor, first, end, SecondaryMmu.Why.CHANGE);
        PageTable table = space.pageTable;
        long vpn = first;
        while (vpn < end) {
            long next = Math.min(end, (vpn & -(long) PageTable.PMD_PAGES) + PageTable.PMD_PAGES);
            long pmdAt = table.entryAt(vpn, 1);
            if (pmdAt == 0) {
                vpn = skipEmpty(table, vpn, end);
                continue;
            }
            long pmd = Words.getLongOpaque(pmdAt);
            if (Pte.huge(pmd) && next - vpn < PageTable.PMD_PAGES) {
                HugeMapping.split(actor, space, folios, vpn, pmdAt);
                pmd = Words.getLongOpaque(pmdAt);
            }
            if (Pte.huge(pmd)) {
                zapHuge(actor, vma, pmdAt);
            } else if (Pte.present(pmd)) {
                zapTable(actor, vma, vpn, next);
            }
            vpn = next;
        }
        space.invalidated(actor, first, end);
    }

    private static long skipEmpty(PageTable table, long vpn, long end) {
        long span = PageTable.PUD_PAGES;
        if (table.levels() > 3 && table.entryAt(vpn, 2) == 0) {
            span *= PageTable.ENTRIES;
        }
        return Math.min(end, (vpn & -span) + span);
    }

    private void zapHuge(Actor actor, Vma vma, long pmdAt) {
        PageTable table = vma.mm.pageTable;
        table.lockUpper(pmdAt);
        long entry = Words.getLongOpaque(pmdAt);
        boolean huge = Pte.huge(entry);
        int folio = Pte.frame(entry);
        if (huge) {
            hold(folio);
            table.clear(pmdAt);
        }
        table.unlockUpper(pmdAt);
        if (huge) {
            actor.charge(Cost.ZAP_PTE);
            unmapped(actor, vma, folio, PageTable.PMD_PAGES);
        }
    }

    private void zapTable(Actor actor, Vma vma, long first, long end) {
        long at = vma.mm.pageTable.leafAt(first);
        for (long vpn = first; at != 0 && vpn < end; vpn++, at += 8) {
            if (!Pte.none(Words.getLongOpaque(at))) {
                folios.log().discarded(vma.mm.id, vpn);
                zapEntry(actor, vma, at);
            }
        }
    }

    private void zapEntry(Actor actor, Vma vma, long at) {
        AddressSpace space = vma.mm;
        space.pageTable.lockLeaf(at);
        int folio = FolioTable.NONE;
        if (folios.shared()) {
            long now = Words.getLongOpaque(at);
            if (Pte.mapsPage(now)) {
                folio = folios.folioOf(Pte.frame(now));
                hold(folio);
            }
        }
        long entry = space.pageTable.clear(at);
        space.pageTable.unlockLeaf(at);
        if (Pte.none(entry)) {
            return;
        }
        actor.charge(Cost.ZAP_PTE);
        if (Pte.isSwap(entry)) {
            space.addSwapEntries(-1);
            releaseSlot(actor, Pte.slot(entry));
            return;
        }
        if (!Pte.mapsPage(entry)) {
            return;
        }
        if (folio == FolioTable.NONE) {
            folio = folios.folioOf(Pte.frame(entry));
        }
        if (!folios.isAnon(folio)) {
            if (Pte.dirty(entry) && vma.file instanceof BackingFile file) {
                mm.files().dirtied(actor, file, folio);
            }
            if (Pte.young(entry) && vma.hasRecency(mm.rules().noReuseCounts())) {
                mm.lru().markAccessed(actor, folio);
            }
        }
        unmapped(actor, vma, folio, 1);
    }

    /** Under real threads the folio stays until {@link #unmapped} is done with it. */
    private void hold(int folio) {
        if (folios.shared()) {
            folios.get(folio);
        }
    }

    /** One entry less maps pages of a folio. */
    private void unmapped(Actor actor, Vma vma, int folio, int pages) {
        if (mm.mapped().unmapped(vma.mm, folio, pages, 1)) {
            mm.release().free(actor, folio);
            return;
        }
        if (vma.has(Vma.LOCKED)) {
            mm.mlocked().unlock(actor, folio);
        }
        if (folios.isAnon(folio) && !folios.mapped(folio)) {
            dropCached(actor, folio);
        }
        if (folios.shared()) {
            mm.release().put(actor, folio);
        }
    }

    private void releaseSlot(Actor actor, int slot) {
        if (mm.swap().release(slot) > 0) {
            return;
        }
        if (folios.shared()) {
            int cached = mm.swap().getCached(slot);
            if (cached != FolioTable.NONE) {
                dropCached(actor, cached);
                mm.release().put(actor, cached);
            }
            return;
        }
        int cached = mm.swap().cached(slot);
        if (cached != FolioTable.NONE && !folios.mapped(cached)) {
            dropCached(actor, cached);
        }
    }

    /** The swap cache alone holds a page that nobody can reach any more. Kernel: free_swap_cache. */
    private void dropCached(Actor actor, int folio) {
        if (!folios.tryLockShared(folio)) {
            return; // whoever has it reclaims it
        }
        boolean cached = folios.has(folio, FolioFlags.SWAPCACHE) && !folios.mapped(folio);
        boolean last = cached
                && !folios.has(folio, FolioFlags.WRITEBACK)
                && mm.swap().references(folios.slot(folio)) == 0
                && mm.swap().remove(folio, 0);
        folios.unlockShared(folio);
        if (last) {
            mm.release().free(actor, folio);
        }
    }
}
