package org.multigen.lru.twolist;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/** The benign race of {@code Sums}: two lookers refresh at once. Hazard: a sum that never was, or one from before the period. */
public class SumsStress {
    /** Two lookers in the second period, 5 pages since the first. Result: what each saw, and what the next one sees. */
    @JCStressTest
    @Outcome(id = "5, 5, 5", expect = ACCEPTABLE, desc = "Both saw the refreshed sum.")
    @Outcome(
            id = {"0, 5, 5", "5, 0, 5"},
            expect = ACCEPTABLE,
            desc = "One looked while the other was refreshing: the last period's.")
    @Outcome(expect = FORBIDDEN, desc = "A sum that never was, or it stays old.")
    @State
    public static class TwoLookers {
        private final Sums sums = new Sums(true);

        /** The first period shows nothing; then 5 pages come. */
        public TwoLookers() {
            sums.refresh(0);
            sums.add(0, 5);
        }

        @Actor
        public void one(JJJ_Result r) {
            sums.refresh(Sums.PERIOD_NS);
            r.r1 = sums.shown(0);
        }

        @Actor
        public void other(JJJ_Result r) {
            sums.refresh(Sums.PERIOD_NS);
            r.r2 = sums.shown(0);
        }

        @Arbiter
        public void after(JJJ_Result r) {
            r.r3 = sums.shown(0);
        }
    }
}
