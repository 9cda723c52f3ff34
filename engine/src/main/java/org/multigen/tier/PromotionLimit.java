package org.multigen.tier;

import org.multigen.base.Actor;
import org.multigen.base.VmEvent;

/**
 * What may be promoted to one node per second, and how hot a page has to be for it: the fewer candidates the limit leaves
 * unused, the stricter. Kernel: kernel/sched/fair.c numa_promotion_rate_limit, numa_promotion_adjust_threshold.
 *
 * <p>Guarded by its monitor. Times are the callers' clocks.
 */
final class PromotionLimit {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int STEPS = 16;

    private final PromotionSettings settings;
    private final long baseNs;
    private long candidates;
    private long secondStartNs;
    private long candidatesAtSecond;
    private long periodStartNs;
    private long candidatesAtPeriod;
    private long thresholdNs;

    /**
     * @param baseNs the threshold to start from; it stays between 1/8 and twice of it
     */
    PromotionLimit(PromotionSettings settings, long baseNs) {
        this.settings = settings;
        this.baseNs = baseNs;
        this.thresholdNs = baseNs;
    }

    /** Counts candidates; true if this second has had as many as it may. */
    synchronized boolean exceeded(Actor actor, int pages) {
        long now = actor.clockNs();
        actor.count(VmEvent.PGPROMOTE_CANDIDATE, pages);
        candidates += pages;
        if (now - secondStartNs > SECOND_NS) {
            secondStartNs = now;
            candidatesAtSecond = candidates;
        }
        return candidates - candidatesAtSecond >= settings.pagesPerSecond();
    }

    /** The threshold in force at a moment. */
    synchronized long thresholdNs(long nowNs) {
        if (nowNs - periodStartNs > settings.adjustNs()) {
            periodStartNs = nowNs;
            long wanted = settings.pagesPerSecond() * (settings.adjustNs() / 1_000_000) / 1000;
            long had = candidates - candidatesAtPeriod;
            candidatesAtPeriod = candidates;
            long unit = Math.max(1, 2 * baseNs / STEPS);
            if (had > wanted / 10 * 11) {
                thresholdNs = Math.max(thresholdNs - unit, unit);
            } else if (had < wanted / 10 * 9) {
                thresholdNs = Math.min(thresholdNs + unit, 2 * baseNs);
            }
        }
        return thresholdNs;
    }

    /** There is room for everybody: the threshold starts again from its base. */
    synchronized void relax() {
        thresholdNs = baseNs;
    }
}
