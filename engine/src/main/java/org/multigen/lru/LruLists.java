package org.multigen.lru;

import java.util.List;
import org.multigen.base.Actor;
import org.multigen.base.VmEvent;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;

/**
 * Puts pages on the list they belong to and takes them off, whichever LRU is on: while one is switched, pages of both exist. All
 * under the lruvec's lock. Kernel: include/linux/mm_inline.h.
 */
public final class LruLists {
    private final FolioTable folios;
    private final Lruvecs lruvecs;
    private final List<PageLru> lrus;

    /**
     * @param lrus in the order in which they are asked to take a page
     */
    public LruLists(FolioTable folios, Lruvecs lruvecs, List<PageLru> lrus) {
        this.folios = folios;
        this.lruvecs = lruvecs;
        this.lrus = lrus;
    }

    /** Kernel: lruvec_add_folio. */
    public void add(Lruvec lruvec, int folio) {
        add(lruvec, folio, false);
    }

    /** At the end that reclaim takes from. Kernel: lruvec_add_folio_tail. */
    public void addTail(Lruvec lruvec, int folio) {
        add(lruvec, folio, true);
    }

    private void add(Lruvec lruvec, int folio, boolean toTail) {
        link(lruvec, folio, folios.set(folio, FolioFlags.LRU), toTail);
    }

    private void link(Lruvec lruvec, int folio, long flags, boolean toTail) {
        if ((flags & FolioFlags.UNEVICTABLE) != 0) {
            lruvec.addSize(Lruvec.UNEVICTABLE, FolioFlags.zone(flags), FolioFlags.pages(flags));
            folios.listAdd(lruvec.unevictable, folio);
            return;
        }
        for (PageLru lru : lrus) {
            if (lru.add(lruvec, folio, toTail)) {
                return;
            }
        }
        throw new IllegalStateException("no LRU takes folio " + folio);
    }

    /** Takes a page off its list, keeping whether it was in use. Kernel: lruvec_del_folio. */
    public void remove(Lruvec lruvec, int folio) {
        unlink(lruvec, folio, folios.clear(folio, FolioFlags.LRU));
    }

    private void unlink(Lruvec lruvec, int folio, long flags) {
        if ((flags & FolioFlags.UNEVICTABLE) != 0) {
            lruvec.addSize(Lruvec.UNEVICTABLE, FolioFlags.zone(flags), -FolioFlags.pages(flags));
            folios.listDel(folio);
            return;
        }
        for (PageLru lru : lrus) {
            if (lru.remove(lruvec, folio, false)) {
                return;
            }
        }
        throw new IllegalStateException("folio " + folio + " is on no list");
    }

    /** Puts a page that is unevictable now, and on no list, on the list of those; its list flag stays as it is. */
    public void linkUnevictable(Lruvec lruvec, int folio) {
        link(lruvec, folio, folios.flags(folio), false);
    }

    /**
     * Moves a page to the list that it belongs to now. Whoever has taken the page's list flag to isolate it, and waits for the
     * lock, still has it afterwards.
     */
    public void relink(Lruvec lruvec, int folio) {
        unlink(lruvec, folio, folios.flags(folio));
        link(lruvec, folio, folios.flags(folio), false);
    }

    /** Not locked in memory, and its mapping may be reclaimed. Kernel: folio_evictable. */
    public boolean evictable(int folio) {
        return !folios.has(folio, FolioFlags.MLOCKED);
    }

    /** A page comes to a list for the first time or again: unevictable ones are sorted out. Kernel: lru_add. */
    public void addSorted(Actor actor, Lruvec lruvec, int folio) {
        boolean was = (folios.clear(folio, FolioFlags.UNEVICTABLE) & FolioFlags.UNEVICTABLE) != 0;
        int pages = folios.pages(folio);
        if (evictable(folio)) {
            if (was) {
                actor.count(VmEvent.UNEVICTABLE_PGS_RESCUED, pages);
            }
        } else {
            folios.update(folio, FolioFlags.ACTIVE, FolioFlags.UNEVICTABLE);
            if (!was) {
                actor.count(VmEvent.UNEVICTABLE_PGS_CULLED, pages);
            }
        }
        add(lruvec, folio, false);
    }

    /**
     * Re-adds up to {@code chunk} pages that the last LRU asked holds, so that the first one takes them.
     *
     * @return how many there were
     */
    public int refillFromClassic(Lruvec lruvec, int chunk) {
        PageLru classic = lrus.get(lrus.size() - 1);
        for (int i = 0; i < chunk; i++) {
            int folio = classic.anyPage(lruvec);
            if (folio == FolioTable.NONE) {
                return i;
            }
            relink(lruvec, folio);
        }
        return chunk;
    }

    public Lruvecs lruvecs() {
        return lruvecs;
    }
}
