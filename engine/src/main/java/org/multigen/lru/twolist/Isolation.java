package org.multigen.lru.twolist;

import org.multigen.base.Cost;
import org.multigen.base.VmEvent;
import org.multigen.lru.FolioBatches;
import org.multigen.lru.FolioRelease;
import org.multigen.lru.LruLists;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.rules.KernelRules;

/**
 * Takes pages off a list for reclaim, and puts those that stay back. Both under the lruvec's lock. Kernel: mm/vmscan.c
 * isolate_lru_folios, move_folios_to_lru.
 */
final class Isolation {
    private final FolioTable folios;
    private final KernelRules rules;
    private final LruLists lists;
    private final FolioBatches batches;
    private final FolioRelease release;

    Isolation(FolioTable folios, KernelRules rules, LruLists lists, FolioBatches batches, FolioRelease release) {
        this.folios = folios;
        this.rules = rules;
        this.lists = lists;
        this.batches = batches;
        this.release = release;
    }

    /**
     * Takes pages from the old end; the oldest ends up at the tail of {@code into}. Pages of zones above the request's are stepped
     * over and do not count. The round says what was taken and looked at.
     *
     * @param limit pages to look at in the zones allowed
     * @param into head of an empty list
     */
    void take(Round r, int list, int limit, int into) {
        int head = r.lists.head(list);
        int tooHigh = folios.newListHead();
        int entriesTooHigh = 0;
        int counted = 0;
        r.taken = 0;
        r.looked = 0;
        boolean scan = !TwoLists.active(list);
        while (counted < limit && !folios.listEmpty(head)) {
            int folio = folios.listLast(head);
            long flags = folios.flags(folio);
            int pages = FolioFlags.pages(flags);
            r.looked += pages;
            if (scan) {
                folios.log().scanned(folio, -1, 0);
            }
            r.actor.charge(Cost.ISOLATE);
            if (FolioFlags.zone(flags) > r.request.maxZone && entriesTooHigh < rules.skippedPerIsolation()) {
                entriesTooHigh++;
                r.actor.count(VmEvent.PGSCAN_SKIP, pages);
                move(folio, tooHigh);
                continue;
            }
            counted += pages;
            if (takeOne(r, folio)) {
                folios.listAdd(into, folio);
                r.taken += pages;
            } else {
                move(folio, head);
            }
        }
        folios.listSplice(tooHigh, head);
        folios.freeListHead(tooHigh);
        r.lists.addIsolated(TwoLists.typeOf(list), r.taken);
    }

    /** Off its list with a reference, unless it is being freed, somebody else owns its place, or it may not be unmapped. */
    private boolean takeOne(Round r, int folio) {
        if (!folios.has(folio, FolioFlags.LRU) || (!r.request.mayUnmap && folios.mapped(folio))) {
            return false;
        }
        if (!folios.tryGet(folio)) {
            return false;
        }
        if ((folios.clear(folio, FolioFlags.LRU) & FolioFlags.LRU) == 0) {
            folios.put(folio);
            return false;
        }
        r.lists.remove(folio);
        return true;
    }

    private void move(int folio, int head) {
        folios.listDel(folio);
        folios.listAdd(head, folio);
    }

    /**
     * Puts isolated pages back on the lists that their flags say, the one at the tail first, and drops the references; frees those
     * that nobody else holds.
     *
     * @return pages that are on lists now
     */
    long putBack(Round r, int from) {
        long moved = 0;
        while (!folios.listEmpty(from)) {
            int folio = folios.listLast(from);
            folios.listDel(folio);
            if (!lists.evictable(folio)) {
                r.lists.lruvec.lock.unlock(r.actor);
                batches.putBack(r.actor, folio);
                r.lists.lruvec.lock.lock(r.actor);
                continue;
            }
            folios.set(folio, FolioFlags.LRU);
            if (folios.put(folio)) {
                folios.clear(folio, FolioFlags.LRU | FolioFlags.ACTIVE);
                release.freeOffList(r.actor, folio);
                continue;
            }
            boolean active = folios.has(folio, FolioFlags.ACTIVE);
            lists.add(r.lists.lruvec, folio);
            int pages = folios.pages(folio);
            moved += pages;
            if (active) {
                r.lists.ageNonresident(pages);
            }
        }
        return moved;
    }
}
