package org.multigen.lru.multigen;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Actor;
import org.multigen.memory.Node;
import org.multigen.memory.Zone;
import org.multigen.walk.MmWalk;

/**
 * Memory for the states of walks. The page-out daemon of a node has its own, which keeps what it was last told; others take one
 * without blocking and may get none. Under the monitor. Kernel: set_mm_walk, pglist_data.mm_walk.
 */
final class WalkStates {
    /** By the node's number. */
    private final Map<Integer, MmWalk> daemons = new HashMap<>();

    private final Deque<MmWalk> spare = new ArrayDeque<>();

    synchronized @Nullable MmWalk take(Actor actor, Generations g) {
        if (actor.kswapd) {
            return daemons.computeIfAbsent(g.lruvec.node.id(), n -> new MmWalk(g.slots()));
        }
        if (!available(g.lruvec.node)) {
            return null;
        }
        MmWalk walk = spare.poll();
        return walk != null && walk.deltas.length == g.slots() ? walk : new MmWalk(g.slots());
    }

    synchronized void giveBack(Actor actor, MmWalk walk) {
        if (!actor.kswapd) {
            walk.reset();
            spare.push(walk);
        }
    }

    /** A small object may be taken from half of what the min watermark keeps, not from the rest. Kernel: __GFP_HIGH, __GFP_NOMEMALLOC. */
    private static boolean available(Node node) {
        for (Zone z : node.zones()) {
            if (z.free() > z.min() / 2) {
                return true;
            }
        }
        return false;
    }
}
