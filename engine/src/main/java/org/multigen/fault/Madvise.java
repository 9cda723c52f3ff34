package org.multigen.fault;

import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.Advice;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.base.Words;
import org.multigen.lru.FolioShrinker;
import org.multigen.lru.LruLists;
import org.multigen.lru.Lruvec;
import org.multigen.lru.ReclaimRequest;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.PhysicalMemory;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;
import org.multigen.reclaim.HugeMapping;
import org.multigen.storage.BackingFile;

/** Advice on ranges of mappings. Kernel: mm/madvise.c. */
public final class Madvise {
    private static final int RECENCY = Vma.SEQ_READ | Vma.RAND_READ;
    private static final int HUGE = Vma.HUGEPAGE | Vma.NOHUGEPAGE;

    private final MmContext mm;
    private final FolioTable folios;
    private final Mappings mappings;
    private final FolioShrinker shrinker;
    private final LruLists lists;
    private final PhysicalMemory memory;

    public Madvise(
            MmContext context, Mappings mappings, FolioShrinker shrinker, LruLists lists, PhysicalMemory memory) {
        this.mm = context;
        this.folios = context.folios();
        this.mappings = mappings;
        this.shrinker = shrinker;
        this.lists = lists;
        this.memory = memory;
    }

    public void advise(Actor actor, AddressSpace space, long vpn, long pages, Advice advice) {
        long end = vpn + pages;
        switch (advice) {
            case NORMAL -> flags(actor, space, vpn, end, RECENCY, 0);
            case RANDOM -> flags(actor, space, vpn, end, RECENCY, Vma.RAND_READ);
            case SEQUENTIAL -> flags(actor, space, vpn, end, RECENCY, Vma.SEQ_READ);
            case HUGEPAGE -> flags(actor, space, vpn, end, HUGE, Vma.HUGEPAGE);
            case NOHUGEPAGE -> flags(actor, space, vpn, end, HUGE, Vma.NOHUGEPAGE);
            case DONTNEED -> {
                mm.batches().drain(actor);
                mappings.discard(actor, space, vpn, end);
            }
            case FREE -> {
                mm.batches().drain(actor);
                free(actor, space, vpn, end);
            }
            case COLD -> {
                mm.batches().drain(actor);
                coldOrPageOut(actor, space, vpn, end, false);
            }
            case PAGEOUT -> {
                mm.batches().drain(actor);
                coldOrPageOut(actor, space, vpn, end, true);
            }
            case WILLNEED -> {
                mm.batches().drain(actor);
                willNeed(actor, space, vpn, end);
            }
        }
    }

    private static void flags(Actor actor, AddressSpace space, long first, long end, int clear, int set) {
        space.mmapLock.lock(actor);
        for (Vma v : Mappings.isolate(space, first, end)) {
            space.setFlags(v, clear, set);
        }
        space.mergeAround(first, end);
        space.mmapLock.unlock(actor);
    }

    private void willNeed(Actor actor, AddressSpace space, long first, long end) {
        space.mmapLock.enter(actor);
        Memcg memcg = mm.memcgs().of(space.memcgId);
        for (Vma v : Mappings.within(space, first, end)) {
            if (v.file instanceof BackingFile file) {
                long from = Math.max(first, v.start);
                mm.files().willNeed(actor, memcg, file, v.offsetOf(from), Math.min(end, v.end) - from);
            }
        }
        space.mmapLock.leave(actor);
    }

    // ---- FREE: the content may go while memory is tight. Kernel: madvise_free_pte_range.

    private void free(Actor actor, AddressSpace space, long first, long end) {
        space.mmapLock.enter(actor);
        for (Vma v : Mappings.within(space, first, end)) {
            if (v.file == null && !v.has(Vma.LOCKED)) {
                long to = Math.min(end, v.end);
                for (long vpn = Math.max(first, v.start); vpn < to; vpn++) {
                    freePage(actor, space, vpn);
                }
            }
        }
        space.mmapLock.leave(actor);
    }

    private void freePage(Actor actor, AddressSpace space, long vpn) {
        long at = smallEntry(actor, space, vpn);
        if (at != 0) {
            space.pageTable.lockLeaf(at);
            freeEntry(actor, space, vpn, at);
            space.pageTable.unlockLeaf(at);
        }
    }

    private void freeEntry(Actor actor, AddressSpace space, long vpn, long at) {
        long entry = Words.getLongOpaque(at);
        if (Pte.isSwap(entry)) {
            space.pageTable.clear(at);
            space.addSwapEntries(-1);
            mm.swap().release(Pte.slot(entry));
            folios.log().discarded(space.id, vpn);
            return;
        }
        if (!Pte.mapsPage(entry)) {
            return;
        }
        int folio = folios.folioOf(Pte.frame(entry));
        if (folios.mapCount(folio) != 1 || folios.has(folio, FolioFlags.HEAD)) {
            return;
        }
        if (!folios.tryLockShared(folio)) {
            return;
        }
        if (!folios.has(folio, FolioFlags.SWAPCACHE) || mm.swap().freeSwap(folio)) {
            folios.clear(folio, FolioFlags.DIRTY);
            Words.andLong(at, ~(Pte.ACCESSED | Pte.DIRTY));
            folios.set(folio, FolioFlags.EXCLUSIVE);
            folios.log().advisedCold(folio, true);
            mm.batches().lazyfree(actor, folio);
        }
        folios.unlockShared(folio);
    }

    /** Entry of a page, after splitting a huge one; 0 if there is no table. */
    private long smallEntry(Actor actor, AddressSpace space, long vpn) {
        PageTable table = space.pageTable;
        long pmdAt = table.entryAt(vpn, 1);
        if (pmdAt == 0) {
            return 0;
        }
        if (Pte.huge(Words.getLongOpaque(pmdAt))) {
            HugeMapping.split(actor, space, folios, vpn, pmdAt);
        }
        return table.leafAt(vpn);
    }

    // ---- COLD and PAGEOUT. Kernel: madvise_cold_or_pageout_pte_range.

    private void coldOrPageOut(Actor actor, AddressSpace space, long first, long end, boolean pageOut) {
        space.mmapLock.enter(actor);
        int isolated = folios.newListHead();
        for (Vma v : Mappings.within(space, first, end)) {
            if (v.has(Vma.LOCKED | Vma.SPECIAL | Vma.HUGETLB)) {
                continue;
            }
            long to = Math.min(end, v.end);
            for (long vpn = Math.max(first, v.start); vpn < to; vpn++) {
                coldPage(actor, space, vpn, to, pageOut, isolated);
                if (pageOut && (vpn & PageTable.PMD_PAGES - 1) == PageTable.PMD_PAGES - 1) {
                    reclaim(actor, isolated);
                }
            }
            reclaim(actor, isolated);
        }
        folios.freeListHead(isolated);
        space.mmapLock.leave(actor);
    }

    private void coldPage(Actor actor, AddressSpace space, long vpn, long end, boolean pageOut, int isolated) {
        long pmdAt = space.pageTable.entryAt(vpn, 1);
        if (pmdAt == 0) {
            return;
        }
        long pmd = Words.getLongOpaque(pmdAt);
        if (Pte.huge(pmd)) {
            boolean whole = (vpn & PageTable.PMD_PAGES - 1) == 0 && end - vpn >= PageTable.PMD_PAGES;
            if (whole && folios.mapCount(Pte.frame(pmd)) == 1) {
                space.pageTable.lockUpper(pmdAt);
                boolean same = Words.getLongOpaque(pmdAt) == pmd || !folios.shared();
                if (same) {
                    space.pageTable.takeAccessed(pmdAt);
                    cold(actor, Pte.frame(pmd), pageOut, isolated);
                }
                space.pageTable.unlockUpper(pmdAt);
                return;
            }
            if (!whole && (vpn & PageTable.PMD_PAGES - 1) != 0 && !folios.has(Pte.frame(pmd), FolioFlags.LRU)) {
                return; // handled with its first page
            }
            HugeMapping.split(actor, space, folios, vpn, pmdAt);
        }
        long at = space.pageTable.leafAt(vpn);
        if (at != 0) {
            space.pageTable.lockLeaf(at);
            coldEntry(actor, space, at, pageOut, isolated);
            space.pageTable.unlockLeaf(at);
        }
    }

    private void coldEntry(Actor actor, AddressSpace space, long at, boolean pageOut, int isolated) {
        long entry = Words.getLongOpaque(at);
        if (!Pte.mapsPage(entry)) {
            return;
        }
        int folio = folios.folioOf(Pte.frame(entry));
        long flags = folios.flags(folio);
        if ((flags & FolioFlags.LRU) == 0 || folios.mapCount(folio) != FolioFlags.pages(flags)) {
            return;
        }
        space.pageTable.takeAccessed(at);
        cold(actor, folio, pageOut, isolated);
    }

    private void cold(Actor actor, int folio, boolean pageOut, int isolated) {
        long before = folios.clear(folio, FolioFlags.REFERENCED);
        if ((before & FolioFlags.ACTIVE) != 0) {
            folios.set(folio, FolioFlags.WORKINGSET);
        }
        folios.log().advisedCold(folio, false);
        if (!pageOut) {
            deactivate(actor, folio);
            return;
        }
        if ((folios.clear(folio, FolioFlags.LRU) & FolioFlags.LRU) == 0) {
            return;
        }
        folios.get(folio);
        Lruvec lruvec = lists.lruvecs().of(folio);
        lruvec.lock.lock(actor);
        lists.remove(lruvec, folio);
        lruvec.lock.unlock(actor);
        if (folios.has(folio, FolioFlags.UNEVICTABLE)) {
            mm.batches().putBack(actor, folio);
        } else {
            folios.listAdd(isolated, folio);
        }
    }

    private void deactivate(Actor actor, int folio) {
        if (mm.multigen().enabled()
                && mm.rules().coldClearsUses()
                && mm.multigen().clearUses(folio)) {
            return;
        }
        mm.batches().deactivate(actor, folio);
    }

    /** Kernel: reclaim_pages. */
    private void reclaim(Actor actor, int isolated) {
        if (folios.listEmpty(isolated)) {
            return;
        }
        ReclaimRequest request = new ReclaimRequest(null, Long.MAX_VALUE);
        request.noDemotion = true;
        boolean outer = !actor.memalloc;
        actor.memalloc = true;
        actor.enterReclaim();
        shrinker.shrink(actor, isolated, memory.node(0), request, request.result, true);
        while (!folios.listEmpty(isolated)) {
            int folio = folios.listLast(isolated);
            folios.listDel(folio);
            mm.batches().putBack(actor, folio);
        }
        actor.leaveReclaim();
        if (outer) {
            actor.memalloc = false;
        }
    }
}
