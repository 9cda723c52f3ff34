package org.multigen.guest;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.multigen.base.Words;
import org.multigen.pagetable.Pte;
import org.multigen.stress.Quick;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/**
 * A vCPU touches through a second-level entry while ageing clears the sign of use, or an invalidation takes the entry. Hazards: a use
 * that is neither seen nor there any more; a store whose dirty mark nobody gets.
 */
public class GuestEntryStress {
    private static final int STATES = 1 << 14;
    private static final int PER_LINE = 8;
    private static final AtomicInteger NEXT = new AtomicInteger();

    /** A guest's tables with a page for each state. */
    private static GuestTable table(boolean accessedBits, boolean lockBits) {
        TableArena arena = new TableArena(1 << 10, true);
        return new GuestTable(arena, new GracePeriods(arena::give), accessedBits, lockBits);
    }

    private static long page() {
        return (long) (NEXT.getAndIncrement() & STATES - 1) * PER_LINE;
    }

    /** With accessed bits. Result: ageing saw it young; it is young afterwards; it is dirty afterwards. */
    @JCStressTest
    @Quick
    @Outcome(id = "true, false, true", expect = ACCEPTABLE, desc = "The store came first: seen and cleared.")
    @Outcome(id = "false, true, true", expect = ACCEPTABLE, desc = "Ageing came first.")
    @Outcome(expect = FORBIDDEN, desc = "A use or a store was lost.")
    @State
    public static class TouchAndAgeing {
        private static final GuestTable TABLE = table(true, false);
        private final long gpn = page();

        /** Old and clean. */
        public TouchAndAgeing() {
            TABLE.map(gpn, Pte.of(7, Pte.PRESENT | Pte.WRITABLE));
        }

        @Actor
        public void store() {
            TABLE.touch(gpn, true);
        }

        @Actor
        public void age(ZZZ_Result r) {
            r.r1 = TABLE.clearYoung(TABLE.leafAt(gpn));
        }

        @Arbiter
        public void after(ZZZ_Result r) {
            r.r2 = TABLE.young(TABLE.leaf(gpn));
            r.r3 = Pte.dirty(TABLE.leaf(gpn));
        }
    }

    /** The same with the lock bit of the entry, which ageing holds and a touch does not wait for; it must not stay set. */
    @JCStressTest
    @Outcome(id = "true, false, true", expect = ACCEPTABLE, desc = "The store came first: seen and cleared.")
    @Outcome(id = "false, true, true", expect = ACCEPTABLE, desc = "Ageing came first.")
    @Outcome(expect = FORBIDDEN, desc = "A use or a store was lost, or the entry stays locked.")
    @State
    public static class TouchAndAgeingWithLockBit {
        private static final GuestTable TABLE = table(true, true);
        private final long gpn = page();

        /** Old and clean. */
        public TouchAndAgeingWithLockBit() {
            TABLE.map(gpn, Pte.of(7, Pte.PRESENT | Pte.WRITABLE));
        }

        @Actor
        public void store() {
            TABLE.touch(gpn, true);
        }

        @Actor
        public void age(ZZZ_Result r) {
            r.r1 = TABLE.clearYoung(TABLE.leafAt(gpn));
        }

        @Arbiter
        public void after(ZZZ_Result r) {
            long entry = TABLE.leaf(gpn);
            r.r2 = TABLE.young(entry);
            r.r3 = Pte.dirty(entry) && (entry & GuestTable.LOCK) == 0;
        }
    }

    /** Without accessed bits an aged page faults. Result: ageing took it away; the vCPU could touch it at once; it can afterwards. */
    @JCStressTest
    @Outcome(id = "true, true, true", expect = ACCEPTABLE, desc = "Touched before, or its fault brought it back.")
    @Outcome(id = "true, true, false", expect = ACCEPTABLE, desc = "Touched, then aged: the next touch faults.")
    @Outcome(expect = FORBIDDEN, desc = "The page cannot be touched although nothing took it away.")
    @State
    public static class FaultAndAgeing {
        private static final GuestTable TABLE = table(false, false);
        private final long gpn = page();

        /** Mapped, which is young here. */
        public FaultAndAgeing() {
            TABLE.map(gpn, Pte.of(7, Pte.PRESENT | Pte.WRITABLE));
        }

        @Actor
        public void store(ZZZ_Result r) {
            r.r2 = TABLE.touch(gpn, true) != 0 || TABLE.restore(gpn, true);
        }

        @Actor
        public void age(ZZZ_Result r) {
            r.r1 = TABLE.clearYoung(TABLE.leafAt(gpn));
        }

        @Arbiter
        public void after(ZZZ_Result r) {
            r.r3 = TABLE.touch(gpn, true) != 0;
        }
    }

    /** An invalidation takes the entry. Result: the store was allowed; what was taken was dirty; nothing is left. */
    @JCStressTest
    @Quick
    @Outcome(id = "true, true, true", expect = ACCEPTABLE, desc = "Stored before: its mark came along.")
    @Outcome(id = "false, false, true", expect = ACCEPTABLE, desc = "Too late: a fault.")
    @Outcome(expect = FORBIDDEN, desc = "A dirty guest page goes out as clean, or an entry came back.")
    @State
    public static class TouchAndInvalidation {
        private static final GuestTable TABLE = table(true, true);
        private final long gpn = page();

        /** Mapped. */
        public TouchAndInvalidation() {
            TABLE.map(gpn, Pte.of(7, Pte.PRESENT | Pte.WRITABLE));
        }

        @Actor
        public void store(ZZZ_Result r) {
            r.r1 = TABLE.touch(gpn, true) != 0;
        }

        @Actor
        public void invalidate(ZZZ_Result r) {
            TABLE.unmap(gpn, gpn + 1, (at, entry) -> r.r2 = Pte.dirty(entry));
        }

        @Arbiter
        public void after(ZZZ_Result r) {
            r.r3 = Words.getLong(TABLE.leafAt(gpn)) == 0;
        }
    }
}
