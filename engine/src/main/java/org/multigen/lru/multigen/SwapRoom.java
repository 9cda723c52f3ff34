package org.multigen.lru.multigen;

import org.multigen.lru.Lruvec;
import org.multigen.lru.ReclaimRequest;

/** Whether and how readily anonymous pages of a lruvec may go; answered by reclaim, which knows swap and demotion. */
public interface SwapRoom {
    /** 0 none, 1..200 the swappiness in force, 201 anonymous only. Kernel: get_swappiness. */
    int swappiness(Lruvec lruvec, ReclaimRequest request);

    /** Global reclaim may stop: the node's zones have enough free pages. */
    boolean watermarksMet(Lruvec lruvec, ReclaimRequest request);
}
