package org.multigen.lru;

import org.multigen.base.Actor;

/** Those who write dirty file pages, as reclaim sees them. */
public interface Flushers {
    /** Asks them to write what is dirty. Kernel: wakeup_flusher_threads. */
    void wake();

    /**
     * They have been asked, and the reclaimer holds no lock: in virtual time they do now what is due, as in a kernel, where they
     * run long before a reclaimer has tried all priorities.
     */
    void run(Actor reclaimer);
}
