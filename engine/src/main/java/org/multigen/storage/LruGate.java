package org.multigen.storage;

import org.multigen.base.Actor;

/** What the page cache and the swap cache tell the LRU; the room above implements it. */
public interface LruGate {
    /** A folio that may come back: what its shadow says about it. Before {@link #add}. Kernel: workingset_refault. */
    void refault(Actor actor, int folio, long shadow);

    /** A new folio enters the LRU (by way of the CPU's batch). Kernel: folio_add_lru. */
    void add(Actor actor, int folio);

    /** The program used a page through a file descriptor. Kernel: folio_mark_accessed. */
    void markAccessed(Actor actor, int folio);

    /** Writing a page is done: if reclaim waits for it, it goes to the tail. Kernel: folio_rotate_reclaimable. */
    void writtenBack(Actor actor, int folio);

    /** Nothing holds the folio any more: takes it off its list, uncharges and frees it. */
    void free(Actor actor, int folio);
}
