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
 * A store sets accessed and dirty while a walk clears accessed. Hazard: the walk writes back the entry that it read, and with it the
 * dirty bit is gone: the page is dropped as clean, and the store is lost. Or the accessed bit goes without having been seen.
 */
public class TouchAndWalkStress {
    /** The entry is old and clean; one store, one walk. Result: the walk saw it young; young afterwards; dirty afterwards. */
    @JCStressTest
    @Quick
    @Outcome(id = "true, false, true", expect = ACCEPTABLE, desc = "The store came first: seen and cleared.")
    @Outcome(
            id = "false, true, true",
            expect = ACCEPTABLE,
            desc = "The walk came first, or found it as it was and lost the race.")
    @Outcome(expect = FORBIDDEN, desc = "A bit was lost, or seen without having been cleared.")
    @State
    public static class OldEntry {
        private final long vpn = Entries.page();
        private final long at = Entries.leaf(vpn);

        /** An old, clean entry. */
        public OldEntry() {
            Words.setLong(at, Pte.of(Entries.FRAME, Pte.PRESENT | Pte.WRITABLE));
        }

        @Actor
        public void store() {
            Entries.TABLE.touch(vpn, true);
        }

        @Actor
        public void walk(ZZZ_Result r) {
            r.r1 = Pte.young(Entries.TABLE.takeAccessed(at, Words.getLongOpaque(at)));
        }

        @Arbiter
        public void after(ZZZ_Result r) {
            long entry = Words.getLong(at);
            r.r2 = Pte.young(entry);
            r.r3 = Pte.dirty(entry);
        }
    }

    /** The entry is young and clean, so that the walk always writes. */
    @JCStressTest
    @Quick
    @Outcome(
            id = "true, false, true",
            expect = ACCEPTABLE,
            desc = "The store came first; the walk took the old and the new use.")
    @Outcome(id = "true, true, true", expect = ACCEPTABLE, desc = "The walk came first; the store made it young again.")
    @Outcome(expect = FORBIDDEN, desc = "The dirty bit was lost, or the walk did not see the use before.")
    @State
    public static class YoungEntry {
        private final long vpn = Entries.page();
        private final long at = Entries.leaf(vpn);

        /** A young, clean entry. */
        public YoungEntry() {
            Words.setLong(at, Pte.of(Entries.FRAME, Pte.PRESENT | Pte.WRITABLE | Pte.ACCESSED));
        }

        @Actor
        public void store() {
            Entries.TABLE.touch(vpn, true);
        }

        @Actor
        public void walk(ZZZ_Result r) {
            r.r1 = Entries.TABLE.clearYoung(at);
        }

        @Arbiter
        public void after(ZZZ_Result r) {
            long entry = Words.getLong(at);
            r.r2 = Pte.young(entry);
            r.r3 = Pte.dirty(entry);
        }
    }

    /** The walk of virtual time, which writes plainly: between its read and its write a store is lost. */
    @JCStressTest
    @Quick
    @Control
    @Outcome(id = "true, false, true", expect = ACCEPTABLE, desc = "The store came first.")
    @Outcome(id = "true, true, true", expect = ACCEPTABLE, desc = "The walk came first.")
    @Outcome(id = "true, false, false", expect = ACCEPTABLE_INTERESTING, desc = "The dirty bit is lost.")
    @Outcome(expect = FORBIDDEN, desc = "Nothing else can happen.")
    @State
    public static class PlainWalk {
        private final long vpn = Entries.page();
        private final long at = Entries.leaf(vpn);

        /** A young, clean entry. */
        public PlainWalk() {
            Words.setLong(at, Pte.of(Entries.FRAME, Pte.PRESENT | Pte.WRITABLE | Pte.ACCESSED));
        }

        @Actor
        public void store() {
            Entries.TABLE.touch(vpn, true);
        }

        @Actor
        public void walk(ZZZ_Result r) {
            long entry = Words.getLongOpaque(at);
            Words.setLong(at, entry & ~Pte.ACCESSED);
            r.r1 = Pte.young(entry);
        }

        @Arbiter
        public void after(ZZZ_Result r) {
            long entry = Words.getLong(at);
            r.r2 = Pte.young(entry);
            r.r3 = Pte.dirty(entry);
        }
    }
}
