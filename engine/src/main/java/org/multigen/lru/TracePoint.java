package org.multigen.lru;

import org.jspecify.annotations.Nullable;

/** Where reclaim reports its steps; set while no actor runs. */
public final class TracePoint {
    private volatile @Nullable ReclaimTrace listener;

    public void listen(@Nullable ReclaimTrace trace) {
        listener = trace;
    }

    /** The listener, or null while nobody listens. */
    public @Nullable ReclaimTrace listener() {
        return listener;
    }
}
