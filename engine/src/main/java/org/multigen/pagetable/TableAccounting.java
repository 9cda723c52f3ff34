package org.multigen.pagetable;

import org.multigen.base.Actor;

/** Told of each table that an address space gains or gives back: tables are charged to a memcg and need a frame. */
public interface TableAccounting {
    /**
     * A table is needed.
     *
     * @return the frame that holds it (only for accounting), or -1 if there is no memory for it
     */
    int tableNeeded(Actor actor);

    void tableFreed(Actor actor, int frame);
}
