package org.multigen.fault;

import java.util.List;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.SecondaryMmu;
import org.multigen.addrspace.Vma;
import org.multigen.addrspace.VmaIndex;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Words;
import org.multigen.memory.FolioTable;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;
import org.multigen.reclaim.HugeMapping;

/**
 * Resizes a mapping, and moves it with the pages it has if it must or shall lie elsewhere: entries change their place, pages stay
 * what they are. Entries are moved under the locks of both tables and of the reverse maps, so that no walk misses a page that is on its
 * way; no other mapping of the address space can fault meanwhile. Kernel: mm/mremap.c move_vma, move_page_tables.
 */
final class Remap {
    /** The mapping cannot be resized there; nothing has changed. */
    static final long REFUSED = -1;
    /** There is no memory for page tables; what lay at the new place, and pages behind the new size, are gone. */
    static final long NO_MEMORY = -2;

    private final MmContext mm;
    private final FolioTable folios;
    private final Mappings mappings;

    Remap(MmContext context, Mappings mappings) {
        this.mm = context;
        this.folios = context.folios();
        this.mappings = mappings;
    }

    /**
     * Resizes [vpn, vpn + pages) to {@code newPages}; under the mmap lock.
     *
     * @param to where it must lie then, or -1 for the same place if it fits, else the lowest free one from {@code lowest} on
     * @return its first page, {@link #REFUSED} (not within one mapping, or no room) or {@link #NO_MEMORY}
     */
    long remap(Actor actor, AddressSpace space, long vpn, long pages, long newPages, long to, long lowest) {
        Vma vma = space.vma(vpn);
        boolean apart = to < 0 || to == vpn || to + newPages <= vpn || to >= vpn + pages;
        if (vma == null || vma.end < vpn + pages || newPages < 1 || !apart) {
            return REFUSED;
        }
        if (to < 0 || to == vpn) {
            if (inPlace(actor, space, vma, vpn, pages, newPages)) {
                return vpn;
            }
            if (to == vpn) {
                return REFUSED;
            }
        }
        long target = to < 0 ? space.freeRange(lowest, newPages) : to;
        if (target < 0 || target + newPages > space.pageTable.pages()) {
            return REFUSED;
        }
        mappings.unmapRange(actor, space, target, target + newPages);
        mappings.unmapRange(actor, space, vpn + Math.min(pages, newPages), vpn + pages);
        return move(actor, space, vpn, Math.min(pages, newPages), target, newPages) ? target : NO_MEMORY;
    }

    private boolean inPlace(Actor actor, AddressSpace space, Vma vma, long vpn, long pages, long newPages) {
        long more = newPages - pages;
        if (more <= 0) {
            mappings.unmapRange(actor, space, vpn + newPages, vpn + pages);
            return true;
        }
        boolean last = vma.end == vpn + pages && vma.end + more <= space.pageTable.pages();
        if (!last || !Mappings.within(space, vma.end, vma.end + more).isEmpty()) {
            return false;
        }
        if (vma.has(Vma.LOCKED)) {
            space.lockedPages += more;
        }
        space.extend(vma, more);
        return true;
    }

    private boolean move(Actor actor, AddressSpace space, long vpn, long pages, long target, long newPages) {
        List<Vma> old = Mappings.isolate(space, vpn, vpn + pages);
        Vma from = old.getFirst();
        Vma moved = space.copyTo(from, target, newPages);
        space.invalidate(actor, vpn, vpn + pages, SecondaryMmu.Why.CHANGE);
        long done = moveEntries(actor, space, from, vpn, target, pages);
        space.invalidated(actor, vpn, vpn + pages);
        if (done < pages) {
            moveEntries(actor, space, moved, target, vpn, done); // its tables are still there
            space.unmap(moved);
            mm.shootdown().flush(actor, space);
            space.pageTable.freeTables(actor, target, target + newPages);
            space.mergeAround(vpn, vpn + pages);
            return false;
        }
        folios.log().remapped(space.id, vpn, target, pages);
        if (from.has(Vma.LOCKED)) {
            space.lockedPages += newPages - pages;
        }
        space.unmap(from);
        mm.shootdown().flush(actor, space);
        space.pageTable.freeTables(actor, vpn, vpn + pages);
        space.mergeAround(target, target + newPages);
        return true;
    }

    /** Moves entries in ascending order; returns how many pages it dealt with before memory for tables ran out. */
    private long moveEntries(Actor actor, AddressSpace space, Vma of, long from, long to, long pages) {
        PageTable table = space.pageTable;
        for (long i = 0; i < pages; i++) {
            long pmdAt = table.entryAt(from + i, 1);
            if (pmdAt == 0) {
                i = toNext(from + i, PageTable.PUD_PAGES) - from - 1;
                continue;
            }
            long pmd = Words.getLongOpaque(pmdAt);
            if (Pte.none(pmd)) {
                i = toNext(from + i, PageTable.PMD_PAGES) - from - 1;
                continue;
            }
            if (Pte.huge(pmd)) {
                boolean whole = (from + i | to + i) % PageTable.PMD_PAGES == 0 && pages - i >= PageTable.PMD_PAGES;
                if (whole && moveHuge(actor, space, of, pmdAt, to + i)) {
                    i += PageTable.PMD_PAGES - 1;
                } else {
                    HugeMapping.split(actor, space, folios, from + i, pmdAt);
                    i--;
                }
                continue;
            }
            long at = table.leafAt(from + i);
            if (Pte.none(Words.getLongOpaque(at))) {
                continue;
            }
            long target = table.ensureEntry(actor, to + i, 0);
            if (target == 0) {
                return i;
            }
            long end = Math.min(toNext(from + i, PageTable.PMD_PAGES) - from, toNext(to + i, PageTable.PMD_PAGES) - to);
            int run = (int) (Math.min(pages, end) - i);
            moveRun(actor, space, of, at, target, run);
            i += run - 1;
        }
        return pages;
    }

    private static long toNext(long vpn, long span) {
        return (vpn & -span) + span;
    }

    /** False if a table of leaf entries is in the way, or there is no memory for the tables above. */
    private static boolean moveHuge(Actor actor, AddressSpace space, Vma of, long pmdAt, long to) {
        long target = space.pageTable.ensureEntry(actor, to, 1);
        if (target == 0) {
            return false;
        }
        List<VmaIndex> locked = space.lockReverseMaps(of);
        boolean moved = space.pageTable.moveHuge(pmdAt, target);
        space.unlockReverseMaps(locked);
        if (moved) {
            actor.charge(Cost.PTE_COPY);
        }
        return moved;
    }

    /** Moves neighbouring entries from one table to one other; finding memory for tables may have dropped some. */
    private static void moveRun(Actor actor, AddressSpace space, Vma of, long at, long target, int run) {
        PageTable table = space.pageTable;
        List<VmaIndex> locked = space.lockReverseMaps(of);
        table.lockLeaves(at, target);
        for (int k = 0; k < run; k++) {
            if (!Pte.none(Words.getLongOpaque(at + 8L * k))) {
                table.install(target + 8L * k, table.clear(at + 8L * k));
                actor.charge(Cost.PTE_COPY);
            }
        }
        table.unlockLeaves(at, target);
        space.unlockReverseMaps(locked);
    }
}
