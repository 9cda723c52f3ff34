package org.multigen.fault;

import org.multigen.addrspace.Rmap;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.base.VmEvent;
import org.multigen.lru.FolioBatches;
import org.multigen.lru.LruLists;
import org.multigen.lru.Lruvec;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;

/**
 * Pages of locked mappings: marked while any locked mapping maps them, and then on the list that reclaim does not scan. Kernel:
 * mlock_folio, munlock_folio; instead of a count per page, the reverse map is asked when a locked mapping lets a page go.
 */
public final class MlockedPages {
    private final FolioTable folios;
    private final Rmap rmap;
    private final LruLists lists;
    private final FolioBatches batches;

    public MlockedPages(FolioTable folios, Rmap rmap, LruLists lists, FolioBatches batches) {
        this.folios = folios;
        this.rmap = rmap;
        this.lists = lists;
        this.batches = batches;
    }

    /** A locked mapping maps the page. */
    void lock(Actor actor, int folio) {
        if ((folios.set(folio, FolioFlags.MLOCKED) & FolioFlags.MLOCKED) == 0) {
            actor.count(VmEvent.UNEVICTABLE_PGS_MLOCKED, 1);
            sort(actor, folio);
        }
    }

    /** A mapping that was locked is so no longer, or maps the page no longer; others may still. */
    void unlock(Actor actor, int folio) {
        if (!folios.has(folio, FolioFlags.MLOCKED) || inLockedMapping(folio)) {
            return;
        }
        if ((folios.clear(folio, FolioFlags.MLOCKED) & FolioFlags.MLOCKED) == 0) {
            return; // the last two mappings that were locked are so no longer at the same time
        }
        actor.count(VmEvent.UNEVICTABLE_PGS_MUNLOCKED, 1);
        sort(actor, folio);
    }

    private boolean inLockedMapping(int folio) {
        if (!folios.mapped(folio)) {
            return false;
        }
        boolean[] found = {false};
        rmap.walk(folio, new Rmap.Visitor() {
            @Override
            public boolean wants(Vma vma) {
                return vma.has(Vma.LOCKED);
            }

            @Override
            public boolean mapping(Vma vma, long vpn, long entryAt, boolean huge) {
                found[0] = true;
                return false;
            }
        });
        return found[0];
    }

    /** Moves a page between its list and the unevictable one. */
    private void sort(Actor actor, int folio) {
        if (!folios.has(folio, FolioFlags.LRU)) {
            batches.drain(actor);
        }
        if ((folios.clear(folio, FolioFlags.LRU) & FolioFlags.LRU) == 0) {
            return; // somebody else has isolated it, and sorts it when it is put back
        }
        Lruvec lruvec = lists.lruvecs().of(folio);
        lruvec.lock.lock(actor);
        if (folios.has(folio, FolioFlags.UNEVICTABLE) != folios.has(folio, FolioFlags.MLOCKED)) {
            lists.remove(lruvec, folio);
            lists.addSorted(actor, lruvec, folio);
        } else {
            folios.set(folio, FolioFlags.LRU);
        }
        lruvec.lock.unlock(actor);
    }
}
