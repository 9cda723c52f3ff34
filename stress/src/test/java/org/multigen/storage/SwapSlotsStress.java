package org.multigen.storage;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.multigen.base.Locks;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Slots of a swap device under two threads that share a CPU's hand: the benign race of the search. Hazard: one slot for two pages. */
public class SwapSlotsStress {
    /** Both take a slot. Result: different ones; the count is right. */
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "Each has its own.")
    @Outcome(expect = FORBIDDEN, desc = "Two pages would share a slot, or the count is off.")
    @State
    public static class TwoTake {
        private final SwapArea area = new SwapArea(BlockDevice.ZRAM, 0, 0, 64, Locks.REAL, 1);
        private int one;
        private int other;

        @Actor
        public void one() {
            one = area.take(0);
        }

        @Actor
        public void other() {
            other = area.take(0);
        }

        @Arbiter
        public void after(ZZ_Result r) {
            r.r1 = one != other && one >= 0 && other >= 0;
            r.r2 = area.inUse() == 2;
        }
    }

    /** One gives a slot back while the other takes one. */
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "One slot in use, the one that was taken.")
    @Outcome(expect = FORBIDDEN, desc = "A slot was lost or is in use twice.")
    @State
    public static class GiveAndTake {
        private final SwapArea area = new SwapArea(BlockDevice.ZRAM, 0, 0, 64, Locks.REAL, 1);
        private final int had = area.take(0);
        private int taken;

        @Actor
        public void give() {
            area.give(had);
        }

        @Actor
        public void take() {
            taken = area.take(0);
        }

        @Arbiter
        public void after(ZZ_Result r) {
            r.r1 = taken >= 0 && area.isUsed(taken);
            r.r2 = area.inUse() == 1 && (taken == had || !area.isUsed(had));
        }
    }
}
