package org.multigen.pagetable;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.multigen.base.Cost;
import org.multigen.base.Grace;
import org.multigen.base.Locks;
import org.multigen.base.Words;
import org.multigen.stress.Control;
import org.multigen.stress.Quick;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * A touch descends while the leaf table below is taken out, given back and, if nobody waits, made the table of somebody else.
 * Hazard: the touch marks an entry of another page, or is allowed to a page that is not its own.
 */
public class TableFreeStress {
    private static final int FOREIGN = 4711;
    private static final int OFFSET = 3;

    private static final int STATES = 1 << 14;
    private static final org.multigen.base.Actor READER =
            new org.multigen.base.Actor("reader", 1, 0, new long[Cost.values().length]);
    private static final Grace GRACE = new Grace(Locks.REAL);
    private static final TablePool POOL = new TablePool(1 << 16, GRACE);
    private static final PageTable TABLE = new PageTable(POOL, new Entries.Unaccounted(), 4);
    private static final AtomicInteger NEXT = new AtomicInteger();

    static {
        GRACE.setReaders(List.of(READER));
        for (long vpn = 0; vpn < (long) STATES * PageTable.PMD_PAGES; vpn += PageTable.PUD_PAGES) {
            // so that tables above the leaves stay
            TABLE.install(TABLE.ensureEntry(Entries.ACTOR, vpn, 0), Pte.of(Entries.FRAME, Pte.PRESENT));
        }
    }

    /** A page whose leaf table holds nothing else. */
    private static long page() {
        int i = NEXT.getAndIncrement() & STATES - 1;
        long vpn = (long) i * PageTable.PMD_PAGES + OFFSET;
        if (vpn % PageTable.PUD_PAGES == OFFSET) {
            return page(); // the first of each 512 stays
        }
        TABLE.install(TABLE.ensureEntry(Entries.ACTOR, vpn, 0), Pte.of(Entries.FRAME, Pte.PRESENT | Pte.WRITABLE));
        return vpn;
    }

    /** Takes a page and its table out; then asks for a table for somebody else, who maps the page of the same number. */
    private static int takeOutAndReuse(long vpn) {
        long at = TABLE.leafAt(vpn);
        TABLE.lockLeaf(at);
        TABLE.clear(at);
        TABLE.unlockLeaf(at);
        TABLE.freeTables(Entries.ACTOR, vpn - OFFSET, vpn - OFFSET + PageTable.PMD_PAGES);
        int table = POOL.take(0);
        Words.setLongRelease(POOL.address(table) + 8L * OFFSET, Pte.of(FOREIGN, Pte.PRESENT | Pte.WRITABLE));
        return table;
    }

    private static boolean marked(int table) {
        long at = POOL.address(table) + 8L * OFFSET;
        boolean touched = (Words.getLong(at) & (Pte.ACCESSED | Pte.DIRTY)) != 0;
        Words.setLong(at, 0);
        POOL.give(table);
        return touched;
    }

    /** The reader says when it begins and ends. Result: the touch was allowed; the other's entry was marked. */
    @JCStressTest
    @Quick
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "Touched its own page before it went.")
    @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "Too late: a fault.")
    @Outcome(expect = FORBIDDEN, desc = "The touch used a table that was somebody else's by then.")
    @State
    public static class WithGrace {
        private final long vpn = page();
        private int table;

        @Actor
        public void touch(ZZ_Result r) {
            GRACE.enter(READER);
            r.r1 = TABLE.touch(vpn, true);
            GRACE.leave(READER);
        }

        @Actor
        public void takeOut() {
            table = takeOutAndReuse(vpn);
        }

        @Arbiter
        public void after(ZZ_Result r) {
            r.r2 = marked(table);
        }
    }

    /** The reader says nothing. */
    @JCStressTest
    @Control
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "Touched its own page before it went.")
    @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "Too late: a fault.")
    @Outcome(id = "true, true", expect = ACCEPTABLE_INTERESTING, desc = "Touched somebody else's page.")
    @Outcome(expect = FORBIDDEN, desc = "Nothing else can happen.")
    @State
    public static class WithoutGrace {
        private final long vpn = page();
        private int table;

        @Actor
        public void touch(ZZ_Result r) {
            r.r1 = TABLE.touch(vpn, true);
        }

        @Actor
        public void takeOut() {
            table = takeOutAndReuse(vpn);
        }

        @Arbiter
        public void after(ZZ_Result r) {
            r.r2 = marked(table);
        }
    }
}
