package org.multigen.lru.twolist;

import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.VmEvent;
import org.multigen.lru.FolioBatches;
import org.multigen.lru.LruLists;
import org.multigen.lru.Lruvec;
import org.multigen.lru.References;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;

/**
 * Moves pages from the old end of an active list to the inactive list. Their accessed bits are cleared on the way, but only
 * executable file pages in use stay: the inactive list gives the others time to be used again. Kernel: mm/vmscan.c
 * shrink_active_list.
 */
final class ActiveList {
    private final FolioTable folios;
    private final LruLists lists;
    private final FolioBatches batches;
    private final References references;
    private final Isolation isolation;
    private final LruCost costs;

    ActiveList(
            FolioTable folios,
            LruLists lists,
            FolioBatches batches,
            References references,
            Isolation isolation,
            LruCost costs) {
        this.folios = folios;
        this.lists = lists;
        this.batches = batches;
        this.references = references;
        this.isolation = isolation;
        this.costs = costs;
    }

    /** Looks at up to {@code limit} pages of a type. */
    void shrink(Round r, int type, int limit) {
        Actor actor = r.actor;
        Lruvec lruvec = r.lists.lruvec;
        int held = folios.newListHead();
        int stay = folios.newListHead();
        int down = folios.newListHead();
        batches.drain(actor);
        lruvec.lock.lock(actor);
        isolation.take(r, TwoLists.listOf(type, true), limit, held);
        lruvec.lock.unlock(actor);
        countRefill(r);

        long rotated = sort(r, held, stay, down);

        lruvec.lock.lock(actor);
        isolation.putBack(r, stay);
        long deactivated = isolation.putBack(r, down);
        r.lists.addIsolated(type, -r.taken);
        lruvec.lock.unlock(actor);
        actor.count(VmEvent.PGDEACTIVATE, deactivated);
        lruvec.memcg.count(VmEvent.PGDEACTIVATE, deactivated);
        if (rotated > 0) {
            costs.note(actor, r.lists, type, 0, rotated);
        }
        folios.freeListHead(held);
        folios.freeListHead(stay);
        folios.freeListHead(down);
    }

    private static void countRefill(Round r) {
        if (!r.request.memcgReclaim()) {
            r.actor.count(VmEvent.PGREFILL, r.looked);
        }
        r.lists.lruvec.memcg.count(VmEvent.PGREFILL, r.looked);
    }

    /** Oldest first; returns the pages that stay. */
    private long sort(Round r, int held, int stay, int down) {
        long rotated = 0;
        while (!folios.listEmpty(held)) {
            int folio = folios.listLast(held);
            folios.listDel(folio);
            r.actor.charge(Cost.SHRINK_ACTIVE);
            if (!lists.evictable(folio)) {
                batches.putBack(r.actor, folio);
            } else if (usedAsProgram(r, folio)) {
                folios.listAdd(stay, folio);
                rotated += folios.pages(folio);
            } else {
                folios.update(folio, FolioFlags.ACTIVE, FolioFlags.WORKINGSET);
                folios.log().deactivated(folio);
                folios.listAdd(down, folio);
            }
        }
        return rotated;
    }

    /** Asks all mappings, which forgets their use; true for a file page that an executable mapping used. */
    private boolean usedAsProgram(Round r, int folio) {
        long flags = folios.flags(folio);
        if (!folios.isAnon(folio) && (flags & FolioFlags.LOCKED) != 0) {
            return false; // its index of mappings is not stable without the page's lock
        }
        int used = references.referenced(r.actor, folio, r.request.target);
        return used != 0 && (references.vmaFlags(r.actor) & Vma.EXEC) != 0 && FolioFlags.type(flags) == TwoLists.FILE;
    }
}
