package org.multigen.lab.result;

import static org.multigen.lab.result.Metric.Better.LESS;
import static org.multigen.lab.result.Metric.Better.MORE;
import static org.multigen.lab.result.Metric.Better.NEITHER;
import static org.multigen.lab.result.Metric.Unit.COUNT;
import static org.multigen.lab.result.Metric.Unit.NANOS;
import static org.multigen.lab.result.Metric.Unit.PAGES;
import static org.multigen.lab.result.Metric.Unit.PER_SECOND;

import java.util.List;

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
    /** Followed by a kernel function: its share of {@link #RECLAIM_CPU}. */
    public static final String CPU_PREFIX = "mg_cpu_ns_";

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
                    "Windows of up to 64 entries around a young one that reclaim looked at."));

    private Metrics() {}

    /** The metrics of the table; a profile of {@link #RECLAIM_CPU} by function follows them. */
    public static List<Metric> shown() {
        return SHOWN;
    }
}
