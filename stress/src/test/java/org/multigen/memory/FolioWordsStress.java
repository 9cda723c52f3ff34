package org.multigen.memory;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.multigen.base.Locks;
import org.multigen.stress.Control;
import org.multigen.stress.Quick;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** The flags word and the counts of a folio, which threads change without a lock. */
public class FolioWordsStress {
    private static final int STATES = 1 << 17;
    private static final FolioTable FOLIOS = new FolioTable(STATES, Locks.REAL);
    /** The same words, changed as in virtual time. */
    private static final FolioTable PLAIN = new FolioTable(STATES, Locks.VIRTUAL);

    private static final AtomicInteger NEXT = new AtomicInteger();

    private static int folio() {
        return NEXT.getAndIncrement() & STATES - 1;
    }

    /** A fault carries a dirty bit over while a walk writes the generation. Hazard: one takes the other's bits back. */
    @JCStressTest
    @Quick
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "Both changes are there.")
    @Outcome(expect = FORBIDDEN, desc = "A change was lost.")
    @State
    public static class DirtyAndGeneration {
        private final int folio = folio();

        /** In generation 1, clean. */
        public DirtyAndGeneration() {
            FOLIOS.setFlagsPlain(folio, FolioFlags.withGen(FolioFlags.LRU, 1));
        }

        @Actor
        public void dirty() {
            FOLIOS.set(folio, FolioFlags.DIRTY);
        }

        @Actor
        public void promote() {
            FOLIOS.update(folio, FolioFlags.GEN_MASK | FolioFlags.REFERENCED, FolioFlags.withGen(0, 3));
        }

        @Arbiter
        public void after(ZZ_Result r) {
            long flags = FOLIOS.flags(folio);
            r.r1 = (flags & FolioFlags.DIRTY) != 0;
            r.r2 = FolioFlags.gen(flags) == 3;
        }
    }

    /** The same with the plain changes of virtual time. */
    @JCStressTest
    @Quick
    @Control
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "Both changes are there.")
    @Outcome(
            id = {"false, true", "true, false"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "A change was lost.")
    @Outcome(expect = FORBIDDEN, desc = "Nothing else can happen.")
    @State
    public static class PlainDirtyAndGeneration {
        private final int folio = folio();

        /** In generation 1, clean. */
        public PlainDirtyAndGeneration() {
            PLAIN.setFlagsPlain(folio, FolioFlags.withGen(FolioFlags.LRU, 1));
        }

        @Actor
        public void dirty() {
            PLAIN.set(folio, FolioFlags.DIRTY);
        }

        @Actor
        public void promote() {
            PLAIN.update(folio, FolioFlags.GEN_MASK | FolioFlags.REFERENCED, FolioFlags.withGen(0, 3));
        }

        @Arbiter
        public void after(ZZ_Result r) {
            long flags = PLAIN.flags(folio);
            r.r1 = (flags & FolioFlags.DIRTY) != 0;
            r.r2 = FolioFlags.gen(flags) == 3;
        }
    }

    /** Two isolate the same folio. Hazard: both believe that they own its place on the list. */
    @JCStressTest
    @Quick
    @Outcome(
            id = {"true, false, true", "false, true, true"},
            expect = ACCEPTABLE,
            desc = "One owns the place.")
    @Outcome(expect = FORBIDDEN, desc = "Both own it, or nobody does.")
    @State
    public static class WhoClearsLruOwnsThePlace {
        private final int folio = folio();

        /** On a list. */
        public WhoClearsLruOwnsThePlace() {
            FOLIOS.setFlagsPlain(folio, FolioFlags.LRU | FolioFlags.SWAPBACKED);
        }

        @Actor
        public void one(ZZZ_Result r) {
            r.r1 = (FOLIOS.clear(folio, FolioFlags.LRU) & FolioFlags.LRU) != 0;
        }

        @Actor
        public void other(ZZZ_Result r) {
            r.r2 = (FOLIOS.clear(folio, FolioFlags.LRU) & FolioFlags.LRU) != 0;
        }

        @Arbiter
        public void after(ZZZ_Result r) {
            r.r3 = !FOLIOS.has(folio, FolioFlags.LRU);
        }
    }

    /** The lock bit excludes: what is written under it is seen by the next one. Result: the lock was had; the sum is right. */
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "Both had it, one after the other.")
    @Outcome(expect = FORBIDDEN, desc = "Both were inside at once, or saw old words.")
    @State
    public static class LockBit {
        private final int folio = folio();

        /** Unlocked, index 0. */
        public LockBit() {
            FOLIOS.setFlagsPlain(folio, 0);
            FOLIOS.setMapping(folio, 0, 0);
        }

        private boolean addOne() {
            FOLIOS.lockShared(folio);
            boolean held = FOLIOS.has(folio, FolioFlags.LOCKED);
            FOLIOS.setMapping(folio, 0, FOLIOS.index(folio) + 1);
            FOLIOS.unlockShared(folio);
            return held;
        }

        @Actor
        public void one() {
            addOne();
        }

        @Actor
        public void other(ZZ_Result r) {
            r.r1 = addOne();
        }

        @Arbiter
        public void after(ZZ_Result r) {
            r.r2 = FOLIOS.index(folio) == 2 && !FOLIOS.has(folio, FolioFlags.LOCKED);
        }
    }

    /**
     * The last mapping goes while reclaim asks for a reference. Hazard: the folio is freed although reclaim has it, or by nobody.
     * Result: reclaim got it; the unmapping must free it; reclaim must free it.
     */
    @JCStressTest
    @Quick
    @Outcome(id = "true, false, true", expect = ACCEPTABLE, desc = "Reclaim had it last.")
    @Outcome(id = "true, true, false", expect = ACCEPTABLE, desc = "Reclaim had it for a moment.")
    @Outcome(id = "false, true, false", expect = ACCEPTABLE, desc = "Reclaim came too late.")
    @Outcome(expect = FORBIDDEN, desc = "Freed twice, never, or while it was held.")
    @State
    public static class LastMappingAndReference {
        private final int folio = folio();

        /** Mapped once. */
        public LastMappingAndReference() {
            FOLIOS.addMappings(folio, 1);
        }

        @Actor
        public void unmap(ZZZ_Result r) {
            r.r2 = FolioTable.noHolders(FOLIOS.dropMappings(folio, 1));
        }

        @Actor
        public void reclaim(ZZZ_Result r) {
            r.r1 = FOLIOS.tryGet(folio);
            r.r3 = r.r1 && FOLIOS.put(folio);
        }
    }

    /**
     * Heads of lists are taken and given back. Benign race: the word that tells what is below the top may be read of a head that is
     * taken and linked meanwhile. Hazard: the same head for two lists.
     */
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "Different heads, each an empty list.")
    @Outcome(expect = FORBIDDEN, desc = "A head went to both.")
    @State
    public static class ListHeads {
        private int one;
        private int kept;
        private boolean empty1;
        private boolean empty2;

        @Actor
        public void take() {
            one = FOLIOS.newListHead();
            empty1 = FOLIOS.listEmpty(one);
        }

        @Actor
        public void takeTwoAndGiveOne() {
            int first = FOLIOS.newListHead();
            kept = FOLIOS.newListHead();
            empty2 = FOLIOS.listEmpty(first) && FOLIOS.listEmpty(kept);
            FOLIOS.freeListHead(first);
        }

        @Arbiter
        public void after(ZZ_Result r) {
            r.r1 = one != kept;
            r.r2 = empty1 && empty2;
            FOLIOS.freeListHead(one);
            if (one != kept) {
                FOLIOS.freeListHead(kept);
            }
        }
    }
}
