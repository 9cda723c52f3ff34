package org.multigen.lru.twolist;

import org.multigen.base.Actor;
import org.multigen.lru.ReclaimRequest;
import org.multigen.lru.ShrinkResult;

/** One call of reclaim on one lruvec: who, where, for which request, and scratch that its steps hand each other. */
final class Round {
    final Actor actor;
    final TwoLists lists;
    final ReclaimRequest request;
    final ShrinkResult result = new ShrinkResult();
    /** Pages still to look at, per list. */
    final long[] left = new long[TwoLists.LISTS];

    /** What the last isolation took, in pages. */
    long taken;
    /** What it looked at, pages of zones too high included. */
    long looked;

    Round(Actor actor, TwoLists lists, ReclaimRequest request) {
        this.actor = actor;
        this.lists = lists;
        this.request = request;
    }
}
