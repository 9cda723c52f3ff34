package org.multigen.lru;

import org.multigen.base.Actor;

/** What both LRUs implement: the two lists and the generations. All list operations are called under the lruvec's lock. */
public interface PageLru {
    /** A lruvec exists from now on. */
    void created(Lruvec lruvec);

    /**
     * Puts a page on a list.
     *
     * @param toTail it is to be reclaimed next (written back while reclaim waited)
     * @return false if this LRU does not take it: it is switched off
     */
    boolean add(Lruvec lruvec, int folio, boolean toTail);

    /**
     * Takes a page off its list.
     *
     * @param forReclaim false keeps the fact that it was in use for its next list
     * @return false if it is on none of this LRU's lists
     */
    boolean remove(Lruvec lruvec, int folio, boolean forReclaim);

    /** Reclaims from one lruvec as much as the request's pressure asks for. Kernel: shrink_lruvec. */
    void shrink(Actor actor, Lruvec lruvec, ReclaimRequest request);

    /** What a page's shadow remembers when it is evicted, and counts the eviction. 62 bits. */
    long evicted(Actor actor, Lruvec lruvec, int folio, ReclaimRequest request);

    /** A page comes back: what its shadow says about it. Before it is added. */
    void refault(Actor actor, int folio, long shadow);

    /** The program used the page through a file descriptor. */
    void markAccessed(Actor actor, int folio);

    /** A page that it holds, from the end that reclaim takes from, or {@link org.multigen.memory.FolioTable#NONE}. */
    default int anyPage(Lruvec lruvec) {
        return org.multigen.memory.FolioTable.NONE;
    }
}
