package org.multigen.guest;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.multigen.pagetable.Pte;
import org.multigen.stress.Control;
import org.multigen.stress.Quick;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * A vCPU or a lockless ageing descends a guest's tables while an invalidation takes one out. Hazard: the table is freed, here
 * poisoned, while it is still being read.
 */
public class GuestTableFreeStress {
    private static final int STATES = 1 << 13;
    private static final int VCPU = 1;
    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final TableArena ARENA = new TableArena(1 << 15, true);
    private static final GracePeriods GRACE = new GracePeriods(ARENA::give);
    private static final GuestTable TABLE = new GuestTable(ARENA, GRACE, true, false);

    /** The first page of 2 MiB that have a table of their own. */
    private static long page() {
        long gpn = (long) (NEXT.getAndIncrement() & STATES - 1) * GuestTable.HUGE_PAGES;
        TABLE.map(gpn, Pte.of(7, Pte.PRESENT | Pte.WRITABLE));
        return gpn;
    }

    private static void takeOut(long gpn) {
        TABLE.unmap(gpn, gpn + GuestTable.HUGE_PAGES, (at, entry) -> {});
        GRACE.poll();
    }

    private static String touch(long gpn) {
        try {
            return TABLE.touch(gpn, true) != 0 ? "touched" : "fault";
        } catch (IllegalStateException freed) {
            return "poison";
        }
    }

    private static String age(long gpn) {
        try {
            long at = TABLE.leafAt(gpn);
            return at != 0 && TABLE.clearYoung(at) ? "young" : "old or gone";
        } catch (IllegalStateException freed) {
            return "poison";
        }
    }

    /** A touch within a grace period. */
    @JCStressTest
    @Quick
    @Outcome(id = "touched", expect = ACCEPTABLE, desc = "Before it was taken out.")
    @Outcome(id = "fault", expect = ACCEPTABLE, desc = "Too late.")
    @Outcome(expect = FORBIDDEN, desc = "A freed table was used.")
    @State
    public static class TouchWithGrace {
        private final long gpn = page();

        @Actor
        public void vcpu(L_Result r) {
            GRACE.enter(VCPU);
            r.r1 = touch(gpn);
            GRACE.exit(VCPU);
        }

        @Actor
        public void invalidate() {
            takeOut(gpn);
        }
    }

    /** Lockless ageing within a grace period, of a page just touched. */
    @JCStressTest
    @Outcome(id = "young", expect = ACCEPTABLE, desc = "Before it was taken out.")
    @Outcome(id = "old or gone", expect = ACCEPTABLE, desc = "Too late.")
    @Outcome(expect = FORBIDDEN, desc = "A freed table was used.")
    @State
    public static class AgeingWithGrace {
        private final long gpn = page();

        /** Young. */
        public AgeingWithGrace() {
            TABLE.touch(gpn, false);
        }

        @Actor
        public void age(L_Result r) {
            GRACE.enter(VCPU);
            r.r1 = GuestTableFreeStress.age(gpn);
            GRACE.exit(VCPU);
        }

        @Actor
        public void invalidate() {
            takeOut(gpn);
        }
    }

    /** The vCPU says nothing. */
    @JCStressTest
    @Control
    @Outcome(id = "touched", expect = ACCEPTABLE, desc = "Before it was taken out.")
    @Outcome(id = "fault", expect = ACCEPTABLE, desc = "Too late.")
    @Outcome(id = "poison", expect = ACCEPTABLE_INTERESTING, desc = "A freed table was used.")
    @Outcome(expect = FORBIDDEN, desc = "Nothing else can happen.")
    @State
    public static class TouchWithoutGrace {
        private final long gpn = page();

        @Actor
        public void vcpu(L_Result r) {
            r.r1 = touch(gpn);
        }

        @Actor
        public void invalidate() {
            takeOut(gpn);
        }
    }
}
