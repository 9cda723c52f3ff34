package org.multigen.lru.multigen;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.AddressSpace;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.PerActor;
import org.multigen.lru.Lruvec;
import org.multigen.lru.ReclaimRequest;
import org.multigen.lru.ReclaimTrace;
import org.multigen.lru.TracePoint;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.rules.KernelRules;
import org.multigen.walk.MmWalk;
import org.multigen.walk.PageTableWalker;

/** Makes new generations and retires old ones. Kernel: mm/vmscan.c try_to_inc_max_seq, inc_max_seq, inc_min_seq. */
final class Aging {
    private final FolioTable folios;
    private final KernelRules rules;
    private final TierController controller;
    private final Promotion promotion;
    private final WalkBatches batches;
    private final PerActor<PageTableWalker> walkers;
    private final Switches switches;
    private final TracePoint trace;
    /** Pages moved per lock hold. */
    private final int batch;

    private Runnable wakeFlushers = () -> {};

    Aging(
            FolioTable folios,
            KernelRules rules,
            TierController controller,
            Promotion promotion,
            WalkBatches batches,
            Supplier<PageTableWalker> walker,
            Switches switches,
            TracePoint trace,
            int batch) {
        this.folios = folios;
        this.rules = rules;
        this.controller = controller;
        this.promotion = promotion;
        this.batches = batches;
        this.walkers = new PerActor<>(walker);
        this.switches = switches;
        this.trace = trace;
        this.batch = batch;
    }

    /** Tells how the flushers are woken. */
    void wakeFlushersBy(Runnable wakeUp) {
        wakeFlushers = wakeUp;
    }

    /** The generations left of a type, or their shares, call for a new one. Kernel: should_run_aging. */
    boolean needed(Generations g, int swappiness, boolean defaultPriority) {
        boolean shares = rules.ageingTrigger() == KernelRules.AgeingTrigger.SHARES;
        long min = shares
                ? g.minSeq(countsAnonymous(swappiness) ? Generations.ANON : Generations.FILE)
                : g.evictableMinSeq(swappiness);
        if (min + Generations.MIN > g.maxSeq()) {
            return true;
        }
        if (min + Generations.MIN < g.maxSeq()) {
            return false;
        }
        if (!shares) {
            return !(rules.ageAtDefaultPriority() && defaultPriority);
        }
        return sharesCallForAgeing(g, swappiness);
    }

    private boolean countsAnonymous(int swappiness) {
        return Generations.anonEvictable(swappiness) && !rules.ageingCountsFileGenerations();
    }

    /** Ideal are three generations of a third each: age if the youngest exceeds 1/2 or the oldest falls below 1/4. */
    private static boolean sharesCallForAgeing(Generations g, int swappiness) {
        long total = 0;
        long young = 0;
        long old = 0;
        for (int type = 0; type < Generations.TYPES; type++) {
            if (!Generations.evictable(type, swappiness)) {
                continue;
            }
            for (long seq = g.minSeq(type); seq <= g.maxSeq(); seq++) {
                long n = g.pages(seq, type);
                total += n;
                if (seq == g.maxSeq()) {
                    young += n;
                } else if (seq + Generations.MIN == g.maxSeq()) {
                    old += n;
                }
            }
        }
        return young * Generations.MIN > total || old * (Generations.MIN + 2) < total;
    }

    /**
     * Ages once: walks the page tables of the group if it may, then makes the next generation.
     *
     * @param forceScan look at everything, and merge the oldest generations if there are four
     * @param request what it is done for, or null for a command
     * @return false if somebody else did it, or is at it
     */
    boolean age(
            Actor actor,
            Generations g,
            long maxSeq,
            int swappiness,
            boolean forceScan,
            @Nullable ReclaimRequest request) {
        ReclaimTrace listener = trace.listener();
        if (listener != null) {
            listener.ageing(maxSeq);
        }
        if (maxSeq <= g.iteration.seq()) {
            return lost(actor, g, maxSeq, request);
        }
        boolean done;
        boolean walks = switches.walks() || (forceScan && rules.forcedAgeingWalks());
        MmWalk walk = walks ? batches.attach(actor, g) : null;
        if (walk == null) {
            done = g.iteration.skip(actor, maxSeq);
        } else {
            done = walkAll(actor, g, walk, maxSeq, swappiness, forceScan);
        }
        if (!done) {
            return lost(actor, g, maxSeq, request);
        }
        boolean aged = makeGeneration(actor, g, maxSeq, swappiness);
        if (aged && rules.ageingWakesFlushers()) {
            wakeFlushers.run();
        }
        return aged;
    }

    /** Others finish the iteration. Where the kernel does so, the loser sleeps until the generation has moved. */
    private boolean lost(Actor actor, Generations g, long seq, @Nullable ReclaimRequest request) {
        if (!g.arrival.real() || request == null) {
            return false; // in virtual time nobody is ever in the middle of it
        }
        boolean waits = switch (rules.ageingLosers()) {
            case RETURN -> false;
            case DIRECT_AT_BOTTOM_SLEEPS -> !request.kswapd && request.priority == 0;
            case SLEEP -> request.priority <= ReclaimRequest.DEFAULT_PRIORITY - 2;
        };
        if (waits) {
            g.arrival.await(actor, () -> seq < g.maxSeq());
        }
        return rules.ageingLosers() != KernelRules.AgeingLosers.RETURN && seq < g.maxSeq();
    }

    private boolean walkAll(Actor actor, Generations g, MmWalk walk, long seq, int swappiness, boolean forceScan) {
        walk.lruvec = g.lruvec.id;
        walk.node = g.lruvec.node.id();
        walk.memcg = g.lruvec.memcg.id();
        walk.seq = seq;
        walk.swappiness = swappiness;
        walk.forceScan = forceScan;
        AddressSpace mm = null;
        while (true) {
            g.iteration.next(actor, walk, mm, walk.step);
            boolean last = walk.step.last;
            mm = walk.step.mm;
            if (mm == null) {
                return last;
            }
            walkers.of(actor).walk(actor, mm, walk, g.iteration.filter(), switches.nonLeaf());
        }
    }

    /** Makes a generation without looking at anything. */
    void makeEmpty(Actor actor, Generations g, int swappiness) {
        long seq = g.maxSeq();
        g.iteration.skip(actor, seq);
        makeGeneration(actor, g, seq, swappiness);
    }

    /** Kernel: inc_max_seq. */
    private boolean makeGeneration(Actor actor, Generations g, long seq, int swappiness) {
        actor.charge(Cost.AGE);
        Lruvec lruvec = g.lruvec;
        while (true) {
            lruvec.lock.lock(actor);
            try {
                if (seq != g.maxSeq()) {
                    return false;
                }
                if (makeRoom(actor, g, swappiness)) {
                    shiftActive(g);
                    controller.startGeneration(g, g.maxSeq() + 1);
                    g.publishNext(actor.clockNs());
                    g.arrival.happened();
                    return true;
                }
            } finally {
                lruvec.lock.unlock(actor);
            }
            actor.yieldPoint();
        }
    }

    /** Retires the oldest generation of each type that has four; false if a batch was full and the lock is to be dropped. */
    private boolean makeRoom(Actor actor, Generations g, int swappiness) {
        int first = rules.mergeFileFirst() ? Generations.FILE : Generations.ANON;
        for (int i = 0; i < Generations.TYPES; i++) {
            int type = i == 0 ? first : 1 - first;
            if (g.count(type) == Generations.MAX && !retireOldest(actor, g, type, swappiness)) {
                return false;
            }
        }
        return true;
    }

    /** The generation below the two youngest is active no more, the new one will be. */
    private static void shiftActive(Generations g) {
        int prev = Generations.genOf(g.maxSeq() - 1);
        int next = Generations.genOf(g.maxSeq() + 1);
        for (int type = 0; type < Generations.TYPES; type++) {
            for (int zone = 0; zone < g.zones; zone++) {
                long delta = g.rawPages(prev, type, zone) - g.rawPages(next, type, zone);
                g.lruvec.addSize(type * 2, zone, delta);
                g.lruvec.addSize(type * 2 + 1, zone, -delta);
            }
        }
    }

    /** Moves the pages of the oldest generation to the tail of the next. Kernel: inc_min_seq. */
    private boolean retireOldest(Actor actor, Generations g, int type, int swappiness) {
        if (Generations.evictable(type, swappiness)) {
            int oldest = Generations.genOf(g.minSeq(type));
            int left = batch;
            for (int zone = 0; zone < g.zones; zone++) {
                int list = g.list(oldest, type, zone);
                while (!folios.listEmpty(list)) {
                    int folio = folios.listLast(list);
                    moveOn(g, folio, type, zone);
                    actor.charge(Cost.AGE_MOVE);
                    if (--left == 0) {
                        return false;
                    }
                }
            }
        }
        controller.carryOver(g, type);
        g.setMinSeq(type, g.minSeq(type) + 1);
        return true;
    }

    private void moveOn(Generations g, int folio, int type, int zone) {
        long flags = folios.flags(folio);
        int gen = promotion.toNext(g, folio, type, false);
        folios.listDel(folio);
        folios.listAddTail(g.list(gen, type, zone), folio);
        if (rules.mergeCountsProtected()) {
            countProtected(g, flags, type);
        }
    }

    private void countProtected(Generations g, long flags, int type) {
        boolean workingset = (flags & FolioFlags.WORKINGSET) != 0;
        int uses = rules.uses(FolioFlags.refs(flags), (flags & FolioFlags.REFERENCED) != 0, workingset);
        if (uses + (workingset ? 1 : 0) != Eviction.SATURATED) {
            int tier = rules.tier(uses, workingset);
            g.protectedPages[g.counter(g.history(g.minSeq(type)), type, tier)] += FolioFlags.pages(flags);
        }
    }

    /** Passes over empty generations. Under the lru lock. Kernel: try_to_inc_min_seq. */
    boolean advanceOldest(Generations g, int swappiness) {
        long[] min = {g.minSeq(Generations.ANON), g.minSeq(Generations.FILE)};
        boolean seen = false;
        for (int type = 0; type < Generations.TYPES; type++) {
            if (!Generations.evictable(type, swappiness)) {
                continue;
            }
            while (min[type] + Generations.MIN <= g.maxSeq() && g.listsEmpty(Generations.genOf(min[type]), type)) {
                min[type]++;
                seen = true;
            }
        }
        align(g, min, swappiness, seen);
        boolean moved = false;
        for (int type = 0; type < Generations.TYPES; type++) {
            if (Generations.evictable(type, swappiness) && min[type] != g.minSeq(type)) {
                controller.carryOver(g, type);
                g.setMinSeq(type, min[type]);
                moved = true;
            }
        }
        return moved;
    }

    private void align(Generations g, long[] min, int swappiness, boolean seen) {
        int anon = Generations.ANON;
        int file = Generations.FILE;
        if (!Generations.anonEvictable(swappiness) || !Generations.fileEvictable(swappiness)) {
            return;
        }
        if (rules.alignment() == KernelRules.Alignment.ANON_NEVER_AHEAD) {
            min[anon] = Math.min(min[anon], min[file]);
            min[file] = Math.max(min[anon], g.minSeq(file));
        } else if (seen) {
            long limit = g.maxSeq() - Generations.MIN;
            if (min[anon] > limit && min[file] < limit) {
                min[anon] = limit;
            } else if (min[file] > limit && min[anon] < limit) {
                min[file] = limit;
            }
        }
    }

    /** The walk that a reclaimer has attached to itself, or null. */
    static @Nullable MmWalk attachedWalk(Actor actor) {
        return actor.walkState instanceof MmWalk w ? w : null;
    }
}
