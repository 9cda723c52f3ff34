package org.multigen.lru.twolist;

import org.multigen.base.Actor;
import org.multigen.lru.Lruvec;
import org.multigen.rules.KernelRules;

/**
 * What reclaiming anonymous and file pages has cost lately: pages written out or read back, and pages looked at in vain. The type
 * that cost more is asked for less. Kernel: mm/swap.c lru_note_cost.
 */
final class LruCost {
    /** A page of IO counts as much as so many rotated ones. */
    private static final int IO_WEIGHT = 32;

    private final boolean weighted;

    LruCost(KernelRules rules) {
        this.weighted = rules.ioCostWeighted();
    }

    /**
     * Books a cost with a lruvec and all its ancestors. Where costs exceed a quarter of the pages, both types' are halved, so that
     * old ones fade.
     *
     * @param io pages written out or refaulted from the working set
     * @param rotated pages looked at and kept
     */
    void note(Actor actor, TwoLists lists, int type, long io, long rotated) {
        long cost = weighted ? io * IO_WEIGHT + rotated : io;
        for (TwoLists l = lists; l != null; l = l.parent) {
            Lruvec lruvec = l.lruvec;
            lruvec.lock.lock(actor);
            l.refresh(actor);
            l.cost[type] += cost;
            fade(l.cost, l.size());
            lruvec.lock.unlock(actor);
        }
    }

    static void fade(long[] cost, long pages) {
        if (cost[TwoLists.ANON] + cost[TwoLists.FILE] > pages / 4) {
            cost[TwoLists.ANON] /= 2;
            cost[TwoLists.FILE] /= 2;
        }
    }
}
