package org.multigen.lru.multigen;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Actor;
import org.multigen.lru.FolioBatches;
import org.multigen.lru.Lruvec;
import org.multigen.lru.LruvecTable;
import org.multigen.lru.Lruvecs;
import org.multigen.lru.ReclaimRequest;
import org.multigen.memcg.Memcg;
import org.multigen.memcg.Protection;
import org.multigen.rules.KernelRules;

/**
 * Ages and evicts one lruvec as a request's priority asks for, and for the whole machine visits the groups in turn. Kernel:
 * try_to_shrink_lruvec, shrink_one, shrink_many.
 */
public final class EvictionLoop {
    /** What reclaim does beside pages, per group. */
    public interface Slabs {
        void shrink(Actor actor, Memcg memcg, int node, ReclaimRequest request);
    }

    private static final long ALL = Long.MAX_VALUE;

    private final KernelRules rules;
    private final Eviction eviction;
    private final Aging aging;
    private final WalkBatches walks;
    private final FolioBatches batches;
    private final SwapRoom swap;
    private final Lruvecs lruvecs;
    private final List<MemcgLru> memcgLrus;
    private final LruvecTable<Generations> generations;
    private final Budget budget;
    /** Pages of one round. */
    private final int minBatch;
    /** kswapd of the first kernels ages all groups before each pass, until one gives enough without. */
    private volatile boolean groupsNeedAgeing = true;

    EvictionLoop(
            KernelRules rules,
            Eviction eviction,
            Aging aging,
            WalkBatches walks,
            FolioBatches batches,
            SwapRoom swap,
            Lruvecs lruvecs,
            List<MemcgLru> memcgLrus,
            LruvecTable<Generations> generations,
            int minBatch) {
        this.rules = rules;
        this.eviction = eviction;
        this.aging = aging;
        this.walks = walks;
        this.batches = batches;
        this.swap = swap;
        this.lruvecs = lruvecs;
        this.memcgLrus = memcgLrus;
        this.generations = generations;
        this.budget = new Budget(rules);
        this.minBatch = minBatch;
    }

    /** One lruvec for a control group's reclaim. Kernel: lru_gen_shrink_lruvec. */
    void shrinkOne(Actor actor, Generations g, ReclaimRequest request) {
        batches.drain(actor);
        if (request.kswapd || (request.proactive && rules.proactiveHasWalk())) {
            walks.attach(actor, g);
        }
        if (tryToShrink(actor, g, request) && rules.memcgLru()) {
            memcgLrus.get(g.lruvec.node.id()).rotate(g, MemcgLru.Rotate.YOUNG);
        }
        walks.detach(actor);
    }

    /** Returns true if the lruvec should be visited later than others next time. */
    private boolean tryToShrink(Actor actor, Generations g, ReclaimRequest request) {
        int swappiness = swap.swappiness(g.lruvec, request);
        if (!request.maySwap) {
            swappiness = rules.barredSwapIsLight() && request.rootReclaim() ? Math.min(swappiness, 1) : 0;
        }
        boolean rotate = switch (rules.budget()) {
            case EVERY_ROUND -> everyRound(actor, g, request, swappiness);
            case ONCE -> once(actor, g, request, swappiness);
        };
        if (rules.flusherWake() == KernelRules.FlusherWake.AFTER_LRUVEC
                && request.unqueuedDirty > 0
                && request.unqueuedDirty == request.fileTaken) {
            eviction.wakeFlushers();
        }
        if (request.unqueuedDirty > 0) {
            eviction.letFlushersRun(actor);
        }
        return rotate;
    }

    private boolean everyRound(Actor actor, Generations g, ReclaimRequest request, int swappiness) {
        long scanned = 0;
        long limit;
        long firstSeq = g.maxSeq();
        long reclaimedBefore = request.reclaimed;
        while (true) {
            limit = limitOfRound(actor, g, request, swappiness);
            if (limit <= 0) {
                break;
            }
            long roundLimit = rules.roundLimit() == KernelRules.RoundLimit.BATCH ? ALL : limit;
            int delta = eviction.round(actor, g, request, swappiness, roundLimit);
            if (delta == 0) {
                break;
            }
            scanned += delta;
            if (scanned >= limit || abort(actor, g, request, firstSeq, swappiness)) {
                break;
            }
            actor.yieldPoint();
        }
        if (rules.proactiveAgeing() && request.reclaimed - reclaimedBefore >= minBatch && !request.agedLast) {
            groupsNeedAgeing = false;
        }
        return limit < 0;
    }

    /** Pages for the next round; 0: nothing to do; -1: nothing, and visit others first. Kernel: get_nr_to_scan. */
    private long limitOfRound(Actor actor, Generations g, ReclaimRequest request, int swappiness) {
        Memcg memcg = g.lruvec.memcg;
        if (Protection.belowMin(request.target, memcg)) {
            return rules.proactiveAgeing() ? 0 : -1;
        }
        if (rules.proactiveAgeing() && Protection.belowLow(request.target, memcg) && !request.memcgLowReclaim) {
            return 0;
        }
        boolean evictable = g.evictableMinSeq(swappiness) + Generations.MIN <= g.maxSeq();
        boolean firstKernels = rules.ageingTrigger() == KernelRules.AgeingTrigger.SHARES;
        if (firstKernels) {
            long min = g.minSeq(Generations.anonEvictable(swappiness) ? Generations.ANON : Generations.FILE);
            evictable = min + Generations.MIN <= g.maxSeq();
        }
        boolean defaultPriority = request.priority == ReclaimRequest.DEFAULT_PRIORITY;
        boolean needed = aging.needed(g, swappiness, defaultPriority);
        request.agedLast = needed;
        long pages = evictable ? budget.atPriority(g, request, swappiness) : 0;
        if (!needed || (!memcg.online() && evictable)) {
            return pages;
        }
        if (defaultPriority) {
            return pages;
        }
        if (rules.proactiveAgeing() && request.kswapd) {
            return 0;
        }
        boolean aged = aging.age(actor, g, g.maxSeq(), swappiness, false, request);
        if (rules.evictAfterAgeing()) {
            return aged ? budget.atPriority(g, request, swappiness) : pages;
        }
        return aged ? -1 : 0;
    }

    private boolean once(Actor actor, Generations g, ReclaimRequest request, int swappiness) {
        long left = budget.atPriority(g, request, swappiness);
        boolean rotate = false;
        while (left > 0) {
            if (Protection.belowMin(request.target, g.lruvec.memcg)) {
                return true;
            }
            boolean defaultPriority = request.priority == ReclaimRequest.DEFAULT_PRIORITY;
            boolean needed = aging.needed(g, swappiness, defaultPriority);
            if (needed && aging.age(actor, g, g.maxSeq(), swappiness, false, request)) {
                rotate = true;
            }
            int delta = eviction.round(actor, g, request, swappiness, Math.min(left, minBatch));
            if (delta == 0 || abort(actor, g, request, g.maxSeq(), swappiness)) {
                break;
            }
            if (request.rootReclaim() && needed) {
                break;
            }
            left -= delta;
            actor.yieldPoint();
        }
        return rotate;
    }

    /** Kernel: should_abort_scan. */
    private boolean abort(Actor actor, Generations g, ReclaimRequest request, long firstSeq, int swappiness) {
        if (rules.abort() == KernelRules.Abort.FAIRNESS) {
            return abortForFairness(actor, g, request, firstSeq, swappiness);
        }
        if (rules.abort() == KernelRules.Abort.ROOT_AT_GOAL && !request.rootReclaim()) {
            return false;
        }
        if (request.reclaimed >= Math.max(request.goal, 2L << request.order)) {
            return true;
        }
        return request.kswapd && request.order == 0 && swap.watermarksMet(g.lruvec, request);
    }

    private boolean abortForFairness(
            Actor actor, Generations g, ReclaimRequest request, long firstSeq, int swappiness) {
        if (!request.kswapd) {
            if (g.maxSeq() - firstSeq > 1) {
                return true;
            }
            if (actor.killed) {
                request.reclaimed += minBatch;
                return true;
            }
            if (request.reclaimed >= request.goal && swappiness > 0 && Eviction.scannedAnon(request)) {
                return true;
            }
            if (request.memcgReclaim()) {
                return false;
            }
        } else if (request.reclaimed < request.goal) {
            return false;
        }
        if (request.priority > ReclaimRequest.DEFAULT_PRIORITY - 2 || !swap.watermarksMet(g.lruvec, request)) {
            return false;
        }
        request.reclaimed += minBatch;
        return true;
    }

    // ---- the whole machine

    /** Kernel: lru_gen_shrink_node, shrink_many. */
    void shrinkNode(Actor actor, int node, ReclaimRequest request, Slabs slabs) {
        batches.drain(actor);
        MemcgLru order = memcgLrus.get(node);
        if (request.kswapd || (request.proactive && rules.proactiveHasWalk())) {
            walks.attach(actor, generations.get(lruvecs.of(lruvecs.memcgs().root(), node)));
        }
        if (rules.memcgLru() && lruvecs.memcgs().enabled()) {
            shrinkMany(actor, order, request, slabs);
        } else {
            for (Lruvec lruvec : lruvecs.onNode(node)) {
                shrinkGroup(actor, generations.get(lruvec), request, slabs);
            }
        }
        walks.detach(actor);
    }

    private void shrinkMany(Actor actor, MemcgLru order, ReclaimRequest request, Slabs slabs) {
        int gen = order.oldGeneration();
        int firstBin = order.randomBin();
        for (int i = 0; i < MemcgLru.BINS; i++) {
            int bin = (firstBin + i) % MemcgLru.BINS;
            for (Generations g : order.snapshot(gen, bin)) {
                if (g.memcgGen != gen || g.memcgBin != bin) {
                    continue;
                }
                MemcgLru.Rotate op = shrinkGroup(actor, g, request, slabs);
                if (op != null) {
                    order.rotate(g, op);
                }
                if (abort(actor, g, request, g.maxSeq(), 0)) {
                    return;
                }
            }
        }
    }

    /** Kernel: shrink_one. */
    private MemcgLru.@Nullable Rotate shrinkGroup(Actor actor, Generations g, ReclaimRequest request, Slabs slabs) {
        Memcg memcg = g.lruvec.memcg;
        Protection.calculate(null, memcg, false);
        if (Protection.belowMin(null, memcg)) {
            return MemcgLru.Rotate.YOUNG;
        }
        if (Protection.belowLow(null, memcg)) {
            if (g.segment != MemcgLru.Segment.TAIL) {
                return MemcgLru.Rotate.TAIL;
            }
            memcg.event(Memcg.Event.LOW);
        }
        boolean rotate = tryToShrink(actor, g, request);
        slabs.shrink(actor, memcg, g.lruvec.node.id(), request);
        if (rotate) {
            return MemcgLru.Rotate.YOUNG;
        }
        if (!memcg.online() || Budget.evictable(g, 200) >> request.priority == 0) {
            return g.segment != MemcgLru.Segment.TAIL ? MemcgLru.Rotate.TAIL : MemcgLru.Rotate.YOUNG;
        }
        return null;
    }

    // ---- before kswapd reclaims

    /**
     * Ages where the first kernels do, and looks whether everything is younger than the time to live.
     *
     * @return true if nothing may be reclaimed within the time to live: the OOM killer has to help
     */
    boolean ageNode(Actor actor, int node, ReclaimRequest request, long minTtlNs) {
        if (!rules.proactiveAgeing()) {
            return minTtlNs > 0 && request.priority == ReclaimRequest.DEFAULT_PRIORITY
                    ? noneReclaimable(actor, node, request, minTtlNs)
                    : false;
        }
        if (!groupsNeedAgeing) {
            groupsNeedAgeing = true;
            return false;
        }
        boolean success = minTtlNs == 0;
        for (Lruvec lruvec : lruvecs.onNode(node)) {
            Generations g = generations.get(lruvec);
            walks.attach(actor, g);
            success |= ageProactively(actor, g, request, minTtlNs);
            actor.yieldPoint();
        }
        walks.detach(actor);
        return !success && request.order == 0;
    }

    private boolean ageProactively(Actor actor, Generations g, ReclaimRequest request, long minTtlNs) {
        Protection.calculate(null, g.lruvec.memcg, false);
        if (Protection.belowMin(null, g.lruvec.memcg)) {
            return false;
        }
        int swappiness = swap.swappiness(g.lruvec, request);
        boolean needed = aging.needed(g, swappiness, false);
        if (minTtlNs > 0) {
            boolean young = actor.clockNs() - g.birthNs(g.minSeq(Generations.FILE)) < minTtlNs;
            if (young
                    || (budget.atPriority(g, request, swappiness) == 0
                            && request.priority != ReclaimRequest.DEFAULT_PRIORITY)) {
                return false;
            }
        }
        if (needed) {
            aging.age(actor, g, g.maxSeq(), swappiness, false, request);
        }
        return true;
    }

    private boolean noneReclaimable(Actor actor, int node, ReclaimRequest request, long minTtlNs) {
        for (Lruvec lruvec : lruvecs.onNode(node)) {
            Generations g = generations.get(lruvec);
            Protection.calculate(null, lruvec.memcg, false);
            if (reclaimable(actor, g, request, minTtlNs)) {
                return false;
            }
        }
        return true;
    }

    /** Kernel: lruvec_is_reclaimable. */
    private boolean reclaimable(Actor actor, Generations g, ReclaimRequest request, long minTtlNs) {
        int swappiness = swap.swappiness(g.lruvec, request);
        if (Protection.belowMin(null, g.lruvec.memcg)) {
            return false;
        }
        if (g.lruvec.memcg.online() && Budget.evictable(g, swappiness) >> request.priority == 0) {
            return false;
        }
        long seq = rules.ageingTrigger() == KernelRules.AgeingTrigger.SHARES
                ? g.minSeq(Generations.FILE)
                : g.evictableMinSeq(swappiness);
        return actor.clockNs() - g.birthNs(seq) >= minTtlNs;
    }
}
