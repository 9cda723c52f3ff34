package org.multigen.walk;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.multigen.stress.Control;
import org.multigen.stress.Quick;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** The pair of filters under walkers and look-arounds that insert while others test, and while the next one is cleared. */
public class BloomFilterStress {
    private static final FilterSettings SMALL =
            new FilterSettings(true, 6, true, false, FilterSettings.Hash.GOLDEN_RATIO);
    private static final long SEQ = 4;
    private static final long ONE = 12345;
    private static final long OTHER = 99;

    private static BloomFilter filter() {
        BloomFilter f = new BloomFilter(SMALL);
        f.reset(SEQ);
        return f;
    }

    /** Two walkers insert into one word of bits. Hazard: one takes the other's bits back, and a table is passed over. */
    @JCStressTest
    @Quick
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "Both are found.")
    @Outcome(expect = FORBIDDEN, desc = "An insertion was lost.")
    @State
    public static class TwoInsert {
        private final BloomFilter filter = filter();

        @Actor
        public void one() {
            filter.insert(SEQ, ONE);
        }

        @Actor
        public void other() {
            filter.insert(SEQ, OTHER);
        }

        @Arbiter
        public void after(ZZ_Result r) {
            r.r1 = filter.test(SEQ, ONE);
            r.r2 = filter.test(SEQ, OTHER);
        }
    }

    /** The first walker of an iteration clears the next filter while others test this one. Hazard: it clears what they ask. */
    @JCStressTest
    @Quick
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "This generation's filter is as it was.")
    @Outcome(expect = FORBIDDEN, desc = "A table worth a visit is passed over.")
    @State
    public static class TestWhileNextIsCleared {
        private final BloomFilter filter = filter();

        /** With something in it. */
        public TestWhileNextIsCleared() {
            filter.insert(SEQ, ONE);
        }

        @Actor
        public void clearNext() {
            filter.reset(SEQ + 1);
        }

        @Actor
        public void walk(ZZ_Result r) {
            r.r1 = filter.test(SEQ, ONE);
        }

        @Arbiter
        public void after(ZZ_Result r) {
            r.r2 = filter.test(SEQ, ONE);
        }
    }

    /**
     * The benign race: an insertion into the next filter while it is cleared. Worst case: it is lost whole or in part, and the next walk
     * passes the table over. Nothing else may come of it: what is inserted afterwards is found.
     */
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "Inserted after the clearing.")
    @Outcome(id = "false, true", expect = ACCEPTABLE_INTERESTING, desc = "The next walk passes the table over.")
    @Outcome(expect = FORBIDDEN, desc = "A later insertion was lost too.")
    @State
    @Control
    public static class InsertWhileCleared {
        private final BloomFilter filter = filter();

        /** The filter of the generation before last is there still. */
        public InsertWhileCleared() {
            filter.reset(SEQ - 1);
            filter.insert(SEQ - 1, OTHER);
        }

        @Actor
        public void clearNext() {
            filter.reset(SEQ + 1);
        }

        @Actor
        public void walk() {
            filter.insert(SEQ + 1, ONE);
        }

        @Arbiter
        public void after(ZZ_Result r) {
            r.r1 = filter.test(SEQ + 1, ONE);
            filter.insert(SEQ + 1, ONE);
            r.r2 = filter.test(SEQ + 1, ONE);
        }
    }
}
