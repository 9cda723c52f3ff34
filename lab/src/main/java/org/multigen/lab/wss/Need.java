package org.multigen.lab.wss;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.multigen.lab.experiment.Trials;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.scenario.Scenario;
import org.multigen.lab.scenario.Size;

/** Searches the least memory with which a kernel keeps a budget of refaults per second of run time on a recording. */
final class Need {
    private static final double NS_PER_S = 1e9;
    private static final int STEPS = 6;

    private final Trials trials;
    private final Scenario scenario;
    private final List<String> configuration;
    private final long footprint;
    private final long readAnyway; // pages of files that are read with memory for everything

    /** On one recording, with a kernel and an LRU. */
    Need(Trials trials, Path recording, String kernel, String lru) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("tasks.recording.recording", recording.toString());
        settings.put("warmup", "none");
        this.trials = trials;
        this.scenario = Scenario.of("wss", settings);
        this.configuration = List.of("kernel=" + kernel, "lru=" + lru);
        this.footprint = trials.footprint(scenario, Scenario.SOLE_VARIANT, configuration);
        this.readAnyway = run("max").pagesRead();
    }

    /** The most pages in use at one time. */
    long footprint() {
        return footprint;
    }

    /**
     * Pages that had to be read again, per second of run time, with so many pages: from swap, and from files beyond what is read with
     * memory for everything. Infinite when tasks are killed. The kernel's own counters of refaults do not compare: 6.1 leaves out those
     * that come late.
     */
    double refaultsPerSecond(long pages) {
        TrialResult r = run(Long.toString(pages * Size.PAGE));
        if (!r.killed().isEmpty()) {
            return Double.POSITIVE_INFINITY;
        }
        long again = Math.max(0, r.pagesRead() - readAnyway);
        return again == 0 ? 0 : again * NS_PER_S / Math.max(1, r.metric(Metrics.RUN_TIME));
    }

    private TrialResult run(String memory) {
        return trials.run(
                scenario,
                Scenario.SOLE_VARIANT,
                List.of(configuration.get(0), configuration.get(1), "memory.max=" + memory));
    }

    /** The least pages that keep the budget, to a 64th of the footprint; a halving search, as more memory rarely faults more. */
    long pages(double budget) {
        long enough = footprint + footprint / 8; // page tables and the page cache's tree beside the pages
        long least = 0;
        long step = enough;
        for (int i = 0; i < STEPS; i++) {
            step /= 2;
            long middle = least + step;
            if (middle == 0) {
                break;
            }
            if (refaultsPerSecond(middle) <= budget) {
                enough = middle;
            } else {
                least = middle;
            }
        }
        return enough;
    }
}
