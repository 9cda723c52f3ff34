package org.multigen.memory;

import java.util.List;
import org.multigen.base.Actor;

/**
 * Where rooms below reclaim get their frames from; the page allocator above implements it by waking kswapd, reclaiming directly
 * and killing, as the kernel's slow path does.
 */
public interface FrameSource {
    /** A page of a process or of the page cache; see {@link #allocate(Actor, int, int, boolean, Mobility)}. */
    default int allocate(Actor actor, int order, int node, boolean mayReclaim) {
        return allocate(actor, order, node, mayReclaim, Mobility.MOVABLE);
    }

    /**
     * Allocates a folio that belongs to no memcg yet.
     *
     * @param order log2 of its pages
     * @param node preferred node
     * @param mayReclaim false: only what is free above the low watermark (readahead, large folios)
     * @return its frame with one reference, or {@link FolioTable#NONE}
     */
    int allocate(Actor actor, int order, int node, boolean mayReclaim, Mobility mobility);

    /**
     * Allocates without reclaiming, from the given nodes only, in their order, above the min watermarks. Their kswapds are woken
     * if none has enough above the low ones.
     *
     * @return as {@link #allocate}
     */
    int allocateOn(Actor actor, int order, List<Node> nodes);

    /** Frees a folio that nothing holds any more (both counts are zero); it must be on no list. */
    void free(Actor actor, int pfn);
}
