package org.multigen.pagetable;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.multigen.base.Grace;
import org.multigen.base.Locks;
import org.multigen.base.Words;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * The stack of free tables under two threads. Its benign race: the word that tells what is below the top may be read of a table that is
 * taken and written meanwhile. Hazard: the same table for both, or an entry left in one that is given out.
 */
public class FreeTablesStackStress {
    private static final TablePool POOL = new TablePool(1 << 16, new Grace(Locks.REAL));

    static {
        int[] some = new int[4];
        for (int i = 0; i < some.length; i++) {
            some[i] = POOL.take(0);
        }
        for (int table : some) {
            POOL.give(table);
        }
    }

    /** One takes a table; the other takes two, writes one and gives one back: the top is the same as before, what is below is not. */
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "Different tables, empty when they were given out.")
    @Outcome(expect = FORBIDDEN, desc = "A table went to both, or was not empty.")
    @State
    public static class TakeAndGive {
        private int one;
        private int kept;
        private boolean empty1;
        private boolean empty2;

        @Actor
        public void take() {
            one = POOL.take(0);
            empty1 = Words.getLong(POOL.address(one)) == 0;
        }

        @Actor
        public void takeTwoAndGiveOne() {
            int first = POOL.take(0);
            kept = POOL.take(0);
            empty2 = Words.getLong(POOL.address(first)) == 0 && Words.getLong(POOL.address(kept)) == 0;
            Words.setLong(POOL.address(kept), -1);
            POOL.give(first);
        }

        @Arbiter
        public void after(ZZ_Result r) {
            r.r1 = one != kept;
            r.r2 = empty1 && empty2;
            Words.setLong(POOL.address(kept), 0);
            POOL.give(one);
            if (one != kept) {
                POOL.give(kept);
            }
        }
    }
}
