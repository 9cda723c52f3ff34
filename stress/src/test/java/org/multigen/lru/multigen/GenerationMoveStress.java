package org.multigen.lru.multigen;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.multigen.base.Cost;
import org.multigen.base.Lock;
import org.multigen.base.LockClass;
import org.multigen.base.Locks;
import org.multigen.lru.Lruvec;
import org.multigen.lru.OneLruvec;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.NodeConfig;
import org.multigen.memory.PhysicalMemory;
import org.multigen.rules.KernelRules;
import org.multigen.rules.Kernels;
import org.multigen.stress.Control;
import org.multigen.stress.Quick;
import org.multigen.walk.BloomFilter;
import org.multigen.walk.FilterSettings;
import org.multigen.walk.MmIteration;
import org.multigen.walk.MmList;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A walk promotes a folio, without the lru lock, while eviction moves it on or takes it. Both book what they moved from where to
 * where. Hazard: both count the same move away from the oldest generation, and sizes drift for good; or a folio that was taken gets a
 * generation, as if it were on a list.
 */
public class GenerationMoveStress {
    private static final int STATES = 1 << 17;
    private static final int OLDEST = 0;
    private static final int NEXT_GEN = 1;
    private static final int YOUNGEST = 3;
    private static final int NONE = -1;
    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final org.multigen.base.Actor EVICTOR =
            new org.multigen.base.Actor("evictor", 1, 0, new long[Cost.values().length]);

    private static final PhysicalMemory MEMORY =
            new PhysicalMemory(List.of(NodeConfig.ofPages(0, STATES)), -1, 10, 0, Locks.REAL);
    private static final FolioTable FOLIOS = MEMORY.folios();
    private static final KernelRules RULES = Objects.requireNonNull(Kernels.find("6.12"));
    private static final Lruvec LRUVEC = OneLruvec.of(FOLIOS, MEMORY.nodes().getFirst());
    private static final Generations GENERATIONS = generations();
    private static final Promotion PROMOTION = new Promotion(FOLIOS, RULES);
    private static final Placement PLACEMENT = new Placement(FOLIOS, RULES);

    private static Generations generations() {
        MmList list = new MmList(Lock.real(LockClass.MM_LIST, "list"));
        MmIteration iteration = new MmIteration(list, RULES, 0, new BloomFilter(FilterSettings.KERNEL), 1, true);
        Generations g = new Generations(LRUVEC, FOLIOS, iteration, 1, true, 0, Locks.REAL);
        g.setMinSeq(Generations.ANON, 4); // so that generation 0 is the oldest, and 3, of 7, the youngest
        for (int i = 0; i < 4; i++) {
            g.publishNext(0);
        }
        return g;
    }

    /** A folio in the oldest generation, on its list. */
    private static int folio() {
        int folio = NEXT.getAndIncrement() & STATES - 1;
        long flags = FOLIOS.flags(folio);
        long set = FolioFlags.withGen(FolioFlags.LRU | FolioFlags.SWAPBACKED, OLDEST);
        FOLIOS.update(folio, flags & (FolioFlags.GEN_MASK | FolioFlags.REFS_MASK | ~0L >>> 64 - 19), set);
        LRUVEC.lock.lock(EVICTOR);
        FOLIOS.listAdd(GENERATIONS.list(OLDEST, Generations.ANON, FolioFlags.zone(flags)), folio);
        LRUVEC.lock.unlock(EVICTOR);
        return folio;
    }

    private static int walk(int folio) {
        long old = PROMOTION.seenByWalk(folio, YOUNGEST);
        return old == 0 ? NONE : FolioFlags.gen(old);
    }

    private static void off(int folio) {
        LRUVEC.lock.lock(EVICTOR);
        FOLIOS.listDel(folio);
        LRUVEC.lock.unlock(EVICTOR);
    }

    /** Eviction moves it on. Result: the generation that the walk moved it from; where eviction left it; where it is. */
    @JCStressTest
    @Quick
    @Outcome(id = "0, 3, 3", expect = ACCEPTABLE, desc = "The walk came first; eviction left it alone.")
    @Outcome(id = "1, 1, 3", expect = ACCEPTABLE, desc = "Eviction came first; the walk moved it from there.")
    @Outcome(expect = FORBIDDEN, desc = "A move was counted twice or not at all.")
    @State
    public static class WalkAndMoveOn {
        private final int folio = folio();

        @Actor
        public void promote(III_Result r) {
            r.r1 = walk(folio);
        }

        @Actor
        public void moveOn(III_Result r) {
            LRUVEC.lock.lock(EVICTOR);
            r.r2 = PROMOTION.toNext(GENERATIONS, folio, Generations.ANON, false);
            LRUVEC.lock.unlock(EVICTOR);
        }

        @Arbiter
        public void after(III_Result r) {
            r.r3 = FolioFlags.gen(FOLIOS.flags(folio));
            off(folio);
        }
    }

    /** Eviction takes it. Result: the generation that the walk moved it from; the one it was taken from; the one it is in. */
    @JCStressTest
    @Quick
    @Outcome(id = "0, 3, -1", expect = ACCEPTABLE, desc = "The walk came first; eviction took it from the youngest.")
    @Outcome(id = "-1, 0, -1", expect = ACCEPTABLE, desc = "Eviction came first; the walk only marked it.")
    @Outcome(expect = FORBIDDEN, desc = "A move was counted twice, or a folio off the list has a generation.")
    @State
    public static class WalkAndTake {
        private final int folio = folio();

        @Actor
        public void promote(III_Result r) {
            r.r1 = walk(folio);
        }

        @Actor
        public void take(III_Result r) {
            LRUVEC.lock.lock(EVICTOR);
            long before = GENERATIONS.rawPages(YOUNGEST, Generations.ANON, zone());
            FOLIOS.clear(folio, FolioFlags.LRU);
            boolean taken = PLACEMENT.remove(GENERATIONS, folio, true);
            // what is booked away from the youngest and not from the oldest is this folio alone: only this thread books
            boolean fromYoungest = GENERATIONS.rawPages(YOUNGEST, Generations.ANON, zone()) != before;
            r.r2 = !taken ? NONE : fromYoungest ? YOUNGEST : OLDEST;
            LRUVEC.lock.unlock(EVICTOR);
        }

        private int zone() {
            return FolioFlags.zone(FOLIOS.flags(folio));
        }

        @Arbiter
        public void after(III_Result r) {
            r.r3 = FolioFlags.gen(FOLIOS.flags(folio));
        }
    }

    /** Two walks that see it young, from two address spaces. Result: where each moved it from; where it is. */
    @JCStressTest
    @Outcome(
            id = {"0, -1, 3", "-1, 0, 3"},
            expect = ACCEPTABLE,
            desc = "One of them moved it, and books that.")
    @Outcome(expect = FORBIDDEN, desc = "A move was counted twice or not at all.")
    @State
    public static class TwoWalks {
        private final int folio = folio();

        @Actor
        public void one(III_Result r) {
            r.r1 = walk(folio);
        }

        @Actor
        public void other(III_Result r) {
            r.r2 = walk(folio);
        }

        @Arbiter
        public void after(III_Result r) {
            r.r3 = FolioFlags.gen(FOLIOS.flags(folio));
            off(folio);
        }
    }

    /** Eviction that looks first and then stores what it saw, with the next generation. */
    @JCStressTest
    @Control
    @Outcome(id = "0, 3, 3", expect = ACCEPTABLE, desc = "The walk came first.")
    @Outcome(id = "1, 1, 3", expect = ACCEPTABLE, desc = "Eviction came first.")
    @Outcome(
            id = {"0, 1, 1", "0, 1, 3"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "Both booked the move away from the oldest.")
    @Outcome(expect = FORBIDDEN, desc = "Nothing else can happen.")
    @State
    public static class LookThenStore {
        private final int folio = folio();

        @Actor
        public void promote(III_Result r) {
            r.r1 = walk(folio);
        }

        @Actor
        public void moveOn(III_Result r) {
            int gen = FolioFlags.gen(FOLIOS.flags(folio));
            r.r2 = gen;
            if (gen == OLDEST) {
                FOLIOS.update(folio, FolioFlags.GEN_MASK, FolioFlags.withGen(0, NEXT_GEN));
                r.r2 = NEXT_GEN;
            }
        }

        @Arbiter
        public void after(III_Result r) {
            r.r3 = FolioFlags.gen(FOLIOS.flags(folio));
            off(folio);
        }
    }
}
