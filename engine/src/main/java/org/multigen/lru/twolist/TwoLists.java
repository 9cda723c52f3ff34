package org.multigen.lru.twolist;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Actor;
import org.multigen.lru.Lruvec;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;

/**
 * The four lists of one lruvec and what the classic LRU knows about it. Lists are numbered as in {@link Lruvec}; the young end is
 * the head. Kernel: struct lruvec.
 *
 * <p>Lists and costs are guarded by the lruvec's lock. Sums over the subtree are atomic; who looks at them calls
 * {@link #refresh} first.
 */
final class TwoLists {
    static final int ANON = 0;
    static final int FILE = 1;
    static final int TYPES = 2;
    static final int LISTS = 4;

    private static final int PAGES_PER_GIB_SHIFT = 18;

    final Lruvec lruvec;
    /** That of the parent group on the same node; null for the root. */
    final @Nullable TwoLists parent;

    private final FolioTable folios;
    private final int[] heads = new int[LISTS];
    private final Sums sums;
    private final AtomicLongArray isolated = new AtomicLongArray(TYPES);
    private final AtomicLong nonresidentAge = new AtomicLong();
    private final long[] snapshot = new long[TYPES];

    /** What reclaiming each type has cost lately, in the kernel's unit. */
    final long[] cost = new long[TYPES];

    /**
     * @param stale statistics are up to two seconds old, see {@link Sums}
     */
    TwoLists(Lruvec lruvec, @Nullable TwoLists parent, FolioTable folios, boolean stale) {
        this.sums = new Sums(stale);
        this.lruvec = lruvec;
        this.parent = parent;
        this.folios = folios;
        java.util.Arrays.setAll(heads, i -> folios.newListHead());
    }

    // ---- lists

    static int listOf(int type, boolean active) {
        return type * 2 + (active ? 1 : 0);
    }

    static int typeOf(int list) {
        return list >> 1;
    }

    static boolean active(int list) {
        return (list & 1) != 0;
    }

    private static int listOf(long flags) {
        return listOf(FolioFlags.type(flags), (flags & FolioFlags.ACTIVE) != 0);
    }

    int head(int list) {
        return heads[list];
    }

    /** Puts a page on the list that its flags say. */
    void add(int folio, boolean toTail) {
        long flags = folios.flags(folio);
        int list = listOf(flags);
        resize(list, flags, FolioFlags.pages(flags));
        if (toTail) {
            folios.listAddTail(heads[list], folio);
        } else {
            folios.listAdd(heads[list], folio);
        }
    }

    /** Takes a page off the list that its flags say. */
    void remove(int folio) {
        long flags = folios.flags(folio);
        resize(listOf(flags), flags, -FolioFlags.pages(flags));
        folios.listDel(folio);
    }

    private void resize(int list, long flags, long pages) {
        lruvec.addSize(list, FolioFlags.zone(flags), pages);
        for (TwoLists l = this; l != null; l = l.parent) {
            l.sums.add(list, pages);
        }
    }

    // ---- sums over the subtree

    /** Pages of a list, here and below, as statistics show them: see {@link Sums}. */
    long size(int list) {
        return sums.shown(list);
    }

    /** Pages of a list, here and below, at this moment. */
    long sizeNow(int list) {
        return sums.now(list);
    }

    /** Pages of all four lists, here and below. */
    long size() {
        return size(Lruvec.INACTIVE_ANON)
                + size(Lruvec.ACTIVE_ANON)
                + size(Lruvec.INACTIVE_FILE)
                + size(Lruvec.ACTIVE_FILE);
    }

    /** Somebody is about to look at the sums. */
    void refresh(Actor actor) {
        sums.refresh(actor.clockNs());
    }

    /** Somebody reads the statistics. */
    void addUp() {
        sums.addUp();
    }

    /** Kernel: mm/vmscan.c inactive_is_low. */
    boolean inactiveIsLow(int type) {
        long inactive = size(listOf(type, false));
        long active = size(listOf(type, true));
        return inactive * inactiveRatio(inactive + active) < active;
    }

    /** Active pages that may stand against one inactive page in lists of so many pages. */
    static long inactiveRatio(long pages) {
        long gib = pages >> PAGES_PER_GIB_SHIFT;
        return gib == 0 ? 1 : (long) Math.sqrt(10.0 * gib);
    }

    /** Pages of a type that reclaim holds at the moment, here and below. */
    long isolated(int type) {
        return isolated.get(type);
    }

    void addIsolated(int type, long pages) {
        lruvec.isolated[type] += pages;
        for (TwoLists l = this; l != null; l = l.parent) {
            l.isolated.addAndGet(type, pages);
        }
    }

    // ---- refaults

    /** Evictions and activations so far, here and below. */
    long nonresidentAge() {
        return nonresidentAge.get();
    }

    /** Kernel: mm/workingset.c workingset_age_nonresident. */
    void ageNonresident(long pages) {
        for (TwoLists l = this; l != null; l = l.parent) {
            l.nonresidentAge.addAndGet(pages);
        }
    }

    void countActivatedRefault(int type, long pages) {
        for (TwoLists l = this; l != null; l = l.parent) {
            l.sums.add(Sums.ACTIVATED + type, pages);
        }
    }

    /** Refaulting pages of a type were activated since the last snapshot. */
    boolean refaultedSinceSnapshot(int type) {
        return sums.shown(Sums.ACTIVATED + type) != snapshot[type];
    }

    void takeSnapshot() {
        for (int type = 0; type < TYPES; type++) {
            snapshot[type] = sums.shown(Sums.ACTIVATED + type);
        }
    }
}
