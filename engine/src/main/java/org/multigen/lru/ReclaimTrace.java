package org.multigen.lru;

import org.jspecify.annotations.Nullable;
import org.multigen.memcg.Memcg;

/**
 * Told of each step of reclaim, as the kernel's tracepoints of vmscan are. Called on the reclaiming actor's thread; costs nothing
 * while nobody listens.
 */
public interface ReclaimTrace {
    /** A reclaim call begins, for a group or (null) the whole machine. */
    default void begin(@Nullable Memcg target) {}

    /** Somebody tries to make the generation after {@code seq}. */
    default void ageing(long seq) {}

    /** Pages were looked at and taken from a list. */
    default void isolate(boolean file, int scanned, int taken) {}

    /** Pages were handed to the freeing stage. */
    default void shrink(long reclaimed, int scanned, long activated, long referencedKept, int priority) {}

    default void end(long reclaimed) {}
}
