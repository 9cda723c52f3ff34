package org.multigen.lru.twolist;

import org.multigen.base.Actor;
import org.multigen.lru.Lruvec;
import org.multigen.lru.ReclaimRequest;

/** What the classic LRU asks of the rooms above it. */
public interface Surroundings {
    /** vm.swappiness, 0..200. */
    int swappiness();

    /** Pages of a lruvec may be moved to a slower one instead of being freed. Kernel: can_demote. */
    default boolean canDemote(Lruvec lruvec, ReclaimRequest request) {
        return false;
    }

    /** All pages taken were dirty and nobody writes them: somebody should. Kernel: wakeup_flusher_threads. */
    default void wakeFlushers(Actor actor) {}
}
