package org.multigen.lab.result;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Made-up results. */
final class Synthetic {
    private Synthetic() {}

    static TrialResult classic() {
        return variant("classic", 12_340_000_000L, 18_877, 6_100_000_000L, 3_000_000_000L, 1_000_000_000L);
    }

    static TrialResult mglru() {
        return variant("mglru", 10_910_000_000L, 13_210, 4_200_000_000L, 2_500_000_000L, 1_200_000_000L);
    }

    /** A result whose run time holds parts proportional to reading from swap, to compressing, and to rmap walks. */
    static TrialResult variant(String name, long runTime, long majors, long read, long write, long rmap) {
        SortedMap<String, Long> m = new TreeMap<>();
        m.put(Metrics.RUN_TIME, runTime);
        m.put(Metrics.TOUCHES, 15_000_000L);
        m.put(Metrics.TOUCHES_PER_S, 15_000_000L * 1_000_000 / (runTime / 1000));
        m.put(Metrics.MAJOR_FAULTS, majors);
        m.put("pgfault", majors + 400);
        m.put(Metrics.MINOR_FAULTS, 400L);
        m.put("workingset_refault_anon", majors - 3);
        m.put("pswpin", majors);
        m.put("pswpout", majors + 1_000_000);
        m.put("pgscan_anon", 3 * majors);
        m.put("pgsteal_anon", majors + 1_000_000);
        m.put(Metrics.STALL, 0L);
        m.put(Metrics.RECLAIM_CPU, write + rmap);
        m.put(Metrics.CPU_PREFIX + "zram_write_page", write);
        m.put(Metrics.CPU_PREFIX + "folio_referenced", rmap);
        SortedMap<String, Long> w = new TreeMap<>(Map.of(
                Metrics.RUN_TIME, 250_000_000L, Metrics.TOUCHES, 16_384L, Metrics.MAJOR_FAULTS, 0L, "pswpout", 8192L));
        SortedMap<String, SortedMap<String, Long>> costs = new TreeMap<>();
        costs.put(Metrics.RUN_TIME, new TreeMap<>(Map.of("SWAP_READ", read, "SWAP_WRITE", write, "RMAP", rmap)));
        costs.put(Metrics.RECLAIM_CPU, new TreeMap<>(Map.of("SWAP_WRITE", write, "RMAP", rmap)));
        return new TrialResult(
                name,
                "6.12",
                new TreeMap<>(Map.of("kernel", "6.12")),
                m,
                w,
                new TreeMap<>(),
                List.of(new TrialResult.TaskResult("redis", "finished", new TreeMap<>(Map.of("pgmajfault", majors)))),
                List.of(),
                List.of(),
                List.of(),
                costs,
                null,
                null);
    }

    static ExperimentResult experiment(TrialResult... variants) {
        return new ExperimentResult(ExperimentResult.SCHEMA, "first", 1, List.of(variants));
    }
}
