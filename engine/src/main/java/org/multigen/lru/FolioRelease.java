package org.multigen.lru;

import org.multigen.addrspace.Rmap;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Warnings;
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
    private Warnings warnings = new Warnings(true);

    public FolioRelease(
            FolioTable folios, LruLists lists, Rmap rmap, MemcgTree memcgs, Charge charge, FrameSource frames) {
        this.folios = folios;
        this.lists = lists;
        this.rmap = rmap;
        this.memcgs = memcgs;
        this.charge = charge;
        this.frames = frames;
    }

    /** Where broken invariants are reported; without it the first one throws. */
    public void setWarnings(Warnings to) {
        warnings = to;
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
        long flags = folios.flags(folio);
        if (unfit(folio, flags)) {
            return; // rather a leak than a frame with two owners
        }
        rmap.leave(folio);
        int memcg = FolioFlags.memcg(flags);
        if (memcg != 0) {
            charge.uncharge(memcgs.of(memcg), FolioFlags.pages(flags));
        }
        frames.free(actor, folio);
    }

    /** Reports a folio that must not be freed. */
    private boolean unfit(int folio, long flags) {
        if ((flags & (FolioFlags.LRU | FolioFlags.FREE | FolioFlags.TAIL)) == 0 && folios.unheld(folio)) {
            return false;
        }
        String what = (flags & FolioFlags.FREE) != 0
                ? "freed twice"
                : (flags & FolioFlags.LRU) != 0 ? "freed while on a list" : "freed while held";
        warnings.warn("FolioRelease.free " + what, "folio " + folio + " flags 0x" + Long.toHexString(flags));
        return true;
    }

    /** Drops a reference and frees the folio if it was the last. */
    public void put(Actor actor, int folio) {
        if (folios.put(folio)) {
            free(actor, folio);
        }
    }
}
