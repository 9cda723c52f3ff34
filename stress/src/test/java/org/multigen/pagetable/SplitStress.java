package org.multigen.pagetable;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.multigen.base.Words;
import org.multigen.stress.Quick;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * A store through a huge entry while it is split into 512 small ones. Hazards: the small entries were written before the store
 * marked the huge one, and the mark is in none of them; or the store marks an entry that has become a link to a table.
 */
public class SplitStress {
    private static final int STATES = 1 << 11;
    private static final long FIRST = 1L << 27; // away from the small entries of other tests
    private static final long KEPT = Pte.PRESENT | Pte.WRITABLE | Pte.ACCESSED | Pte.DIRTY;
    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final int[] TABLES = new int[STATES];

    /** Result: the store was allowed; its page is dirty afterwards, in the small entry. */
    @JCStressTest
    @Quick
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "The mark is there, wherever the store went.")
    @Outcome(expect = FORBIDDEN, desc = "A store was lost, or refused although the page was there all the time.")
    @State
    public static class StoreWhileSplit {
        private final int slot = NEXT.getAndIncrement() & STATES - 1;
        private final long vpn = FIRST + (long) slot * PageTable.PMD_PAGES + 3;
        private final long pmdAt;

        /** A huge entry, and a table for its split. */
        public StoreWhileSplit() {
            if (TABLES[slot] == 0) {
                TABLES[slot] = Entries.TABLE.tableForSplit(Entries.ACTOR);
            }
            pmdAt = Entries.TABLE.ensureEntry(Entries.ACTOR, vpn, 1);
            Words.setLong(pmdAt, Pte.of(512 * (slot + 1), Pte.PRESENT | Pte.WRITABLE | Pte.HUGE));
        }

        @Actor
        public void store(ZZ_Result r) {
            boolean stored = Entries.TABLE.touch(vpn, true);
            if (!stored) {
                stored = Entries.TABLE.touch(vpn, true); // refused once if the leaf became a link
            }
            r.r1 = stored;
        }

        @Actor
        public void split() {
            Entries.TABLE.lockUpper(pmdAt);
            Entries.TABLE.splitHuge(pmdAt, TABLES[slot], KEPT);
            Entries.TABLE.unlockUpper(pmdAt);
        }

        @Arbiter
        public void after(ZZ_Result r) {
            r.r2 = Pte.dirty(Words.getLong(Entries.TABLE.leafAt(vpn)));
        }
    }
}
