package org.multigen.lru;

import org.multigen.addrspace.Rmap;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.memcg.Charge;
import org.multigen.memcg.MemcgTree;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.FrameSource;

/** The end of a folio: off its list, out of its family, uncharged, its frames free again. Kernel: __folio_put. */
public final class FolioRelease {
    private final FolioTable folios;
    private final LruLists lists;
    private final Rmap rmap;
    private final MemcgTree memcgs;
    private final Charge charge;
    private final FrameSource frames;

    public FolioRelease(
            FolioTable folios, LruLists lists, Rmap rmap, MemcgTree memcgs, Charge charge, FrameSource frames) {
        this.folios = folios;
        this.lists = lists;
        this.rmap = rmap;
        this.memcgs = memcgs;
        this.charge = charge;
        this.frames = frames;
    }

    /** Frees a folio whose counts are both zero. */
    public void free(Actor actor, int folio) {
        if (folios.has(folio, FolioFlags.LRU)) {
            Lruvec lruvec = lists.lruvecs().of(folio);
            lruvec.lock.lock(actor);
            lists.remove(lruvec, folio);
            lruvec.lock.unlock(actor);
        }
        freeOffList(actor, folio);
    }

    /** Frees a folio that is on no list. */
    public void freeOffList(Actor actor, int folio) {
        actor.charge(Cost.FREE);
        rmap.leave(folio);
        long flags = folios.flags(folio);
        int memcg = FolioFlags.memcg(flags);
        if (memcg != 0) {
            charge.uncharge(memcgs.of(memcg), FolioFlags.pages(flags));
        }
        frames.free(actor, folio);
    }

    /** Drops a reference and frees the folio if it was the last. */
    public void put(Actor actor, int folio) {
        if (folios.put(folio)) {
            free(actor, folio);
        }
    }
}
