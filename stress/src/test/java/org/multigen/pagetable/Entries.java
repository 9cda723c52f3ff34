package org.multigen.pagetable;

import java.util.concurrent.atomic.AtomicInteger;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Grace;
import org.multigen.base.Locks;

/**
 * A page table under real threads, with a page for each state of a test, one per cache line. States are made by the million: pages are
 * used again, long after the state that had them is gone.
 */
final class Entries {
    static final int FRAME = 77;
    private static final int STATES = 1 << 16;
    private static final int PER_LINE = 8;
    static final TablePool POOL = new TablePool(8192, new Grace(Locks.REAL));
    static final PageTable TABLE = new PageTable(POOL, new Unaccounted(), 4);
    static final Actor ACTOR = new Actor("stress", 0, 0, new long[Cost.values().length]);
    private static final AtomicInteger NEXT = new AtomicInteger();

    private Entries() {}

    /** A page of its own for a state; its tables are there. */
    static long page() {
        return (long) (NEXT.getAndIncrement() & STATES - 1) * PER_LINE;
    }

    /** Address of the leaf entry of a page. */
    static long leaf(long vpn) {
        long at = TABLE.leafAt(vpn);
        return at != 0 ? at : TABLE.ensureEntry(ACTOR, vpn, 0);
    }

    /** Tables cost nothing. */
    static final class Unaccounted implements TableAccounting {
        @Override
        public int tableNeeded(Actor actor) {
            return 0;
        }

        @Override
        public void tableFreed(Actor actor, int frame) {}
    }
}
