package org.multigen.pagetable;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.multigen.base.Words;
import org.multigen.stress.Control;
import org.multigen.stress.Quick;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/**
 * A store to a page while its entry is taken away, as before a page-out. Hazards: the store is allowed, but its dirty bit is in
 * neither the entry that was taken nor the one that is there; or the touch writes into an entry that is no longer the page's.
 */
public class TouchAndUnmapStress {
    private static final long SWAPPED = Pte.swap(5, false);

    /** Result: the store was allowed; the entry taken was dirty; what was put there is still there. */
    @JCStressTest
    @Quick
    @Outcome(id = "true, true, true", expect = ACCEPTABLE, desc = "Stored before: its mark came along.")
    @Outcome(id = "false, false, true", expect = ACCEPTABLE, desc = "Too late: a fault.")
    @Outcome(expect = FORBIDDEN, desc = "A dirty page goes out as clean, or an entry came back.")
    @State
    public static class StoreAndSwapOut {
        private final long vpn = Entries.page();
        private final long at = Entries.leaf(vpn);

        /** A clean entry. */
        public StoreAndSwapOut() {
            Words.setLong(at, Pte.of(Entries.FRAME, Pte.PRESENT | Pte.WRITABLE | Pte.ACCESSED));
        }

        @Actor
        public void store(ZZZ_Result r) {
            r.r1 = Entries.TABLE.touch(vpn, true);
        }

        @Actor
        public void unmap(ZZZ_Result r) {
            Entries.TABLE.lockLeaf(at);
            r.r2 = Pte.dirty(Entries.TABLE.replace(at, SWAPPED));
            Entries.TABLE.unlockLeaf(at);
        }

        @Arbiter
        public void after(ZZZ_Result r) {
            r.r3 = Words.getLong(at) == SWAPPED;
        }
    }

    /** The same, but a walk comes before the unmapping: what it clears and what the store sets is dealt with in any order. */
    @JCStressTest
    @Outcome(id = "true, true, true", expect = ACCEPTABLE, desc = "Stored before: its mark came along.")
    @Outcome(id = "false, false, true", expect = ACCEPTABLE, desc = "Too late: a fault.")
    @Outcome(expect = FORBIDDEN, desc = "A dirty page goes out as clean, or an entry came back.")
    @State
    public static class StoreAndWalkThenSwapOut {
        private final long vpn = Entries.page();
        private final long at = Entries.leaf(vpn);

        /** A clean entry. */
        public StoreAndWalkThenSwapOut() {
            Words.setLong(at, Pte.of(Entries.FRAME, Pte.PRESENT | Pte.WRITABLE | Pte.ACCESSED));
        }

        @Actor
        public void store(ZZZ_Result r) {
            r.r1 = Entries.TABLE.touch(vpn, true);
        }

        @Actor
        public void walkAndUnmap(ZZZ_Result r) {
            if (Entries.TABLE.tryLockLeaf(at)) {
                Entries.TABLE.takeAccessed(at, Words.getLongOpaque(at));
                Entries.TABLE.unlockLeaf(at);
            }
            Entries.TABLE.lockLeaf(at);
            r.r2 = Pte.dirty(Entries.TABLE.replace(at, SWAPPED));
            Entries.TABLE.unlockLeaf(at);
        }

        @Arbiter
        public void after(ZZZ_Result r) {
            r.r3 = Words.getLong(at) == SWAPPED;
        }
    }

    /** Two who take the entry away, a walk among them: the lock of the table gives it to each in one piece. */
    @JCStressTest
    @Outcome(id = "true, false, true", expect = ACCEPTABLE, desc = "One of them got it.")
    @Outcome(id = "false, true, true", expect = ACCEPTABLE, desc = "The other one did.")
    @Outcome(expect = FORBIDDEN, desc = "Both got the page, or nobody did.")
    @State
    public static class TwoUnmaps {
        private final long vpn = Entries.page();
        private final long at = Entries.leaf(vpn);

        /** An entry. */
        public TwoUnmaps() {
            Words.setLong(at, Pte.of(Entries.FRAME, Pte.PRESENT | Pte.WRITABLE));
        }

        private boolean take() {
            Entries.TABLE.lockLeaf(at);
            boolean mine = Pte.mapsPage(Words.getLongOpaque(at)) && Pte.present(Entries.TABLE.replace(at, SWAPPED));
            Entries.TABLE.unlockLeaf(at);
            return mine;
        }

        @Actor
        public void one(ZZZ_Result r) {
            r.r1 = take();
        }

        @Actor
        public void other(ZZZ_Result r) {
            r.r2 = take();
        }

        @Arbiter
        public void after(ZZZ_Result r) {
            r.r3 = Words.getLong(at) == SWAPPED;
        }
    }

    /** The unmapping of virtual time, which reads and then writes: a store in between is lost. */
    @JCStressTest
    @Control
    @Outcome(id = "true, true, true", expect = ACCEPTABLE, desc = "Stored before.")
    @Outcome(id = "false, false, true", expect = ACCEPTABLE, desc = "Too late.")
    @Outcome(id = "true, false, true", expect = ACCEPTABLE_INTERESTING, desc = "The page goes out as clean.")
    @Outcome(expect = FORBIDDEN, desc = "Nothing else can happen.")
    @State
    public static class PlainUnmap {
        private final long vpn = Entries.page();
        private final long at = Entries.leaf(vpn);

        /** A clean entry. */
        public PlainUnmap() {
            Words.setLong(at, Pte.of(Entries.FRAME, Pte.PRESENT | Pte.WRITABLE | Pte.ACCESSED));
        }

        @Actor
        public void store(ZZZ_Result r) {
            r.r1 = Entries.TABLE.touch(vpn, true);
        }

        @Actor
        public void unmap(ZZZ_Result r) {
            long entry = Words.getLongOpaque(at);
            Words.setLong(at, SWAPPED);
            r.r2 = Pte.dirty(entry);
        }

        @Arbiter
        public void after(ZZZ_Result r) {
            r.r3 = Words.getLong(at) == SWAPPED;
        }
    }
}
