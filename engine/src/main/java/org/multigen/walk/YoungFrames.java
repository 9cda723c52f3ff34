package org.multigen.walk;

import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;

/** Where a walk reports the young entries it finds; it knows nothing of generations itself. */
public interface YoungFrames {
    /** No folio: leave the entry alone. */
    int REJECT = -1;

    /** The folio of a frame if this walk may look at it (its node, its memcg, its lists), else {@link #REJECT}. */
    int candidate(MmWalk walk, int frame, Vma vma);

    /** Pages of a folio. */
    int pages(int folio);

    /**
     * An entry of the folio (or one of a run of them, by the kernel's rules) was young and is old now.
     *
     * @param dirty the entry's dirty bit
     */
    void young(MmWalk walk, int folio, boolean dirty);

    /** Books what the walk has batched, under the lru lock. */
    void flush(Actor actor, MmWalk walk);

    /** The walk's generation is still the youngest. */
    boolean current(MmWalk walk);
}
