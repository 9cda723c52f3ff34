package org.multigen.lab.result;

import static org.multigen.lab.result.Metric.Better.LESS;
import static org.multigen.lab.result.Metric.Better.MORE;
import static org.multigen.lab.result.Metric.Better.NEITHER;
import static org.multigen.lab.result.Metric.Unit.COUNT;
import static org.multigen.lab.result.Metric.Unit.NANOS;
import static org.multigen.lab.result.Metric.Unit.PAGES;
import static org.multigen.lab.result.Metric.Unit.PER_SECOND;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.multigen.base.VmEvent;

/** The metrics that a run's table shows, in its order, and the names of the measures that only the lab has. */
public final class Metrics {
    /** Virtual time from the end of the warm-up until the last task was done. */
    public static final String RUN_TIME = "mg_run_time_ns";
    /** Touches by all tasks. */
    public static final String TOUCHES = "mg_touches";
    /** Touches by all tasks per second of run time. */
    public static final String TOUCHES_PER_S = "mg_touches_per_s";
    /** Faults that needed no I/O. */
    public static final String MINOR_FAULTS = "mg_minor_faults";
    /** Faults that did: the kernel's own counter. */
    public static final String MAJOR_FAULTS = "pgmajfault";
    /** Time for which tasks slept in reclaim. */
    public static final String STALL = "mg_stall_ns";
    /** CPU time of reclaim. */
    public static final String RECLAIM_CPU = "mg_reclaim_cpu_ns";
    /** Leaf entries looked at by page-table walks. */
    public static final String WALK_LEAF_TOTAL = "mg_walk_leaf_total";
    /** Those that were young. */
    public static final String WALK_LEAF_YOUNG = "mg_walk_leaf_young";
    /** Tables of leaf entries that walks took up. */
    public static final String WALK_TABLE_VISITS = "mg_walk_table_visits";
    /** Walks of the reverse map by reclaim. */
    public static final String RMAP_WALKS = "mg_rmap_walks";
    /** Looks around a young entry by reclaim. */
    public static final String LOOK_AROUNDS = "mg_look_arounds";
    /** Ageing passes from user space, over all cgroups. */
    public static final String AGE_PASSES = "mg_age_passes";
    /** Time that they took. */
    public static final String AGE_PASS_TIME = "mg_age_pass_ns";
    /** Mean time of one. */
    public static final String AGE_PASS_MEAN = "mg_age_pass_mean_ns";
    /** CPU time of page-table walks, without asking guests. */
    public static final String WALK_TIME = "mg_walk_ns";
    /** CPU time of asking guests, without waiting. */
    public static final String GUEST_ASK_TIME = "mg_guest_ask_ns";
    /** Faults in guests' tables. */
    public static final String GUEST_FAULTS = "mg_guest_faults";
    /** Questions to guests' MMUs. */
    public static final String GUEST_QUESTIONS = "mg_guest_questions";
    /** Those that gave up for want of a lock. */
    public static final String GUEST_GAVE_UP = "mg_guest_gave_up";
    /** Pages evicted while a guest still used them. */
    public static final String GUEST_EVICTED_YOUNG = "mg_guest_evicted_young";
    /** Flushes of vCPUs' TLBs. */
    public static final String GUEST_FLUSHES = "mg_guest_tlb_flushes";
    /** Time for which vCPUs waited for the MMU lock. */
    public static final String GUEST_WAIT_FAULT = "mg_guest_wait_fault_ns";
    /** Time for which unmapping waited for it. */
    public static final String GUEST_WAIT_UNMAP = "mg_guest_wait_unmap_ns";
    /** Time for which ageing waited for it. */
    public static final String GUEST_WAIT_AGE = "mg_guest_wait_age_ns";
    /** Time of a vCPU's touch, faults included: mean and percentiles. */
    public static final String GUEST_LATENCY_MEAN = "mg_guest_latency_mean_ns";

    public static final String GUEST_LATENCY_P50 = "mg_guest_latency_p50_ns";
    public static final String GUEST_LATENCY_P99 = "mg_guest_latency_p99_ns";
    public static final String GUEST_LATENCY_P999 = "mg_guest_latency_p999_ns";
    /** Followed by a kernel function: its share of {@link #RECLAIM_CPU}. */
    public static final String CPU_PREFIX = "mg_cpu_ns_";

    /** Touches per million that the top tier served. */
    public static final String TOP_SHARE = "mg_top_tier_share_ppm";
    /** The same, less what promotions cost in touches of the lower tier. */
    public static final String NET_SHARE = "mg_top_tier_net_ppm";
    /** CPU time of finding and promoting hot pages. */
    public static final String PROMOTION_CPU = "mg_promotion_cpu_ns";
    /** The part of it for looking through page tables for accesses. */
    public static final String SCAN_CPU = "mg_scan_cpu_ns";
    /** The part of it for making pages fault and serving those faults, without migration. */
    public static final String HINT_CPU = "mg_hint_cpu_ns";
    /** Half of the pages that became hot waited no longer for the top tier. */
    public static final String HOT_WAIT_P50 = "mg_hot_wait_p50_ns";
    /** All but a hundredth. */
    public static final String HOT_WAIT_P99 = "mg_hot_wait_p99_ns";

    private static final List<Metric> SHOWN = List.of(
            new Metric(
                    RUN_TIME,
                    "run time",
                    NANOS,
                    LESS,
                    "Virtual time from the end of the warm-up until the last task was done."),
            new Metric(TOUCHES, "touches", COUNT, NEITHER, "Touches of pages by all tasks."),
            new Metric(TOUCHES_PER_S, "touches/s", PER_SECOND, MORE, "Touches per second of run time."),
            new Metric(MAJOR_FAULTS, "major faults", COUNT, LESS, "Faults that had to read from swap or a file."),
            new Metric(MINOR_FAULTS, "minor faults", COUNT, LESS, "Faults that were served without reading."),
            new Metric(
                    "workingset_refault_anon",
                    "refaults, anon",
                    PAGES,
                    LESS,
                    "Evicted anonymous pages that came back."),
            new Metric("workingset_refault_file", "refaults, file", PAGES, LESS, "Evicted file pages that came back."),
            new Metric("pswpin", "swap-in", PAGES, LESS, "Pages read from swap."),
            new Metric("pswpout", "swap-out", PAGES, LESS, "Pages written to swap."),
            new Metric("pgscan_anon", "scanned, anon", PAGES, LESS, "Anonymous pages that reclaim looked at."),
            new Metric("pgscan_file", "scanned, file", PAGES, LESS, "File pages that reclaim looked at."),
            new Metric("pgsteal_anon", "reclaimed, anon", PAGES, NEITHER, "Anonymous pages that reclaim freed."),
            new Metric("pgsteal_file", "reclaimed, file", PAGES, NEITHER, "File pages that reclaim freed."),
            new Metric(STALL, "stall time", NANOS, LESS, "Time for which tasks slept in reclaim, waiting for memory."),
            new Metric(
                    RECLAIM_CPU,
                    "reclaim CPU time",
                    NANOS,
                    LESS,
                    "CPU time of reclaim, by kswapd and by tasks themselves."),
            new Metric(
                    WALK_LEAF_TOTAL,
                    "walked entries",
                    COUNT,
                    LESS,
                    "Leaf page-table entries that page-table walks looked at, the absent ones too."),
            new Metric(
                    WALK_LEAF_YOUNG,
                    "walked, young",
                    COUNT,
                    NEITHER,
                    "Those of them that were young, and were cleared."),
            new Metric(WALK_TABLE_VISITS, "walked tables", COUNT, LESS, "Tables of leaf entries that walks took up."),
            new Metric(RMAP_WALKS, "rmap walks", COUNT, LESS, "Pages whose mappings reclaim asked for accessed bits."),
            new Metric(
                    LOOK_AROUNDS,
                    "look-arounds",
                    COUNT,
                    NEITHER,
                    "Windows of up to 64 entries around a young one that reclaim looked at."),
            new Metric(AGE_PASSES, "ageing passes", COUNT, NEITHER, "Times that user space aged all cgroups."),
            new Metric(AGE_PASS_TIME, "ageing pass time", NANOS, LESS, "Time that those took, all together."),
            new Metric(AGE_PASS_MEAN, "ageing pass, mean", NANOS, LESS, "Time of one of them."),
            new Metric(
                    WALK_TIME,
                    "walk CPU time",
                    NANOS,
                    LESS,
                    "CPU time of ageing and its page-table walks, without asking guests; with guests only."),
            new Metric(
                    GUEST_ASK_TIME,
                    "asking guests",
                    NANOS,
                    LESS,
                    "CPU time of asking guests' MMUs for accessed bits and telling them of unmaps, without waiting."),
            new Metric(
                    GUEST_QUESTIONS, "guest questions", COUNT, LESS, "Questions to guests' MMUs, by range or window."),
            new Metric(
                    GUEST_GAVE_UP,
                    "guest gave up",
                    COUNT,
                    LESS,
                    "Those of them that gave up because the MMU lock was taken."),
            new Metric(
                    GUEST_FAULTS,
                    "guest faults",
                    COUNT,
                    LESS,
                    "Faults of vCPUs in the guest's own second-level tables."),
            new Metric(
                    GUEST_EVICTED_YOUNG,
                    "evicted young",
                    PAGES,
                    LESS,
                    "Pages that reclaim took while the guest's entry was young or a vCPU had them in its TLB."),
            new Metric(GUEST_FLUSHES, "guest TLB flushes", COUNT, LESS, "Flushes of all TLBs of a guest."),
            new Metric(
                    GUEST_WAIT_FAULT,
                    "vCPUs wait for lock",
                    NANOS,
                    LESS,
                    "Time for which faulting vCPUs waited for the MMU lock."),
            new Metric(
                    GUEST_WAIT_UNMAP,
                    "unmaps wait for lock",
                    NANOS,
                    LESS,
                    "Time for which unmapping before page-out waited for it."),
            new Metric(
                    GUEST_WAIT_AGE,
                    "ageing waits",
                    NANOS,
                    LESS,
                    "Time for which questions for accessed bits waited for it."),
            new Metric(
                    GUEST_LATENCY_MEAN,
                    "vCPU touch, mean",
                    NANOS,
                    LESS,
                    "Time of one touch by a vCPU, faults included, its computing not."),
            new Metric(GUEST_LATENCY_P50, "vCPU touch, p50", NANOS, LESS, "Half of the touches took no longer."),
            new Metric(GUEST_LATENCY_P99, "vCPU touch, p99", NANOS, LESS, "99 % took no longer."),
            new Metric(GUEST_LATENCY_P999, "vCPU touch, p99.9", NANOS, LESS, "99.9 % took no longer."),
            new Metric(
                    TOP_SHARE, "top tier, ppm", COUNT, MORE, "Touches per million that memory of the top tier served."),
            new Metric(
                    NET_SHARE,
                    "less promotions, ppm",
                    COUNT,
                    MORE,
                    "The same, less for each promotion the touches that it has to save to pay for itself: a page's migration"
                            + " over the extra latency. With promotion.policy: optimum the most that anything can reach."),
            new Metric(
                    "pgpromote_success",
                    "promoted",
                    PAGES,
                    NEITHER,
                    "Pages moved to the top tier because they were hot."),
            new Metric("pgdemote_kswapd", "demoted", PAGES, NEITHER, "Pages that kswapd moved to a lower tier."),
            new Metric(
                    "pgdemote_promoted",
                    "demoted again",
                    PAGES,
                    LESS,
                    "Pages moved to a lower tier less than 10 s after they were promoted."),
            new Metric(
                    PROMOTION_CPU,
                    "promotion CPU time",
                    NANOS,
                    LESS,
                    "CPU time of hint faults and their scans, of scanning and promoting daemons."),
            new Metric(
                    SCAN_CPU, "  access scans", NANOS, LESS, "The part of it for scanning page tables and recording."),
            new Metric(
                    HINT_CPU,
                    "  hint faults",
                    NANOS,
                    LESS,
                    "The part of it for making pages fault and serving those faults, without migration."),
            new Metric(
                    HOT_WAIT_P50,
                    "hot page waits, p50",
                    NANOS,
                    LESS,
                    "Time from a page's first touch in a lower tier, after 5 s without, to one in the top tier: median."),
            new Metric(
                    HOT_WAIT_P99, "hot page waits, p99", NANOS, LESS, "The same, all but a hundredth of the pages."));

    private Metrics() {}

    /** Whether results may have a metric of that name. */
    public static boolean isMetric(String name) {
        return name.startsWith(CPU_PREFIX) || names().contains(name);
    }

    /** Names of all metrics but those of {@link #CPU_PREFIX}. */
    public static List<String> names() {
        return Stream.concat(
                        SHOWN.stream().map(Metric::name),
                        Arrays.stream(VmEvent.values()).map(VmEvent::statName))
                .toList();
    }

    /** The metrics of the table; a profile of {@link #RECLAIM_CPU} by function follows them. */
    public static List<Metric> shown() {
        return SHOWN;
    }
}
