package org.multigen.memcg;

import org.multigen.base.Actor;

/** What a charge over a limit calls for help; reclaim and the OOM killer above implement it. */
public interface Relief {
    /**
     * Reclaims from a group and everything below.
     *
     * @param pages wanted
     * @return pages reclaimed
     */
    long reclaim(Actor actor, Memcg over, long pages);

    /** Kills in a group that cannot be brought below its limit; false if there is nobody to kill. */
    boolean outOfMemory(Actor actor, Memcg over);
}
