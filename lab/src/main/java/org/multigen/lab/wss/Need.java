package org.multigen.lab.wss;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.multigen.lab.experiment.Trials;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.scenario.OptionSetting;
import org.multigen.lab.scenario.Scenario;
import org.multigen.lab.scenario.Size;
import org.multigen.lab.trace.TraceClock;

/** Searches the least memory with which a kernel keeps a budget of refaults per second on a half of a recording. */
final class Need {
    private static final double NS_PER_S = 1e9;
    private static final int STEPS = 6;
    /** What a group of any size may need beside its pages: page tables, and pages that are charged ahead. */
    private static final long SPARE = 1024;

    private final Trials trials;
    private final Scenario scenario;
    private final List<OptionSetting> configuration;
    private final long footprint;
    private final TrialResult everything; // the run with memory for everything
    private final long spanNs;

    /** On one half, with a kernel and an LRU; {@code unit} is what the recording's time is counted in. */
    Need(Trials trials, Halves.Half half, TraceClock.Unit unit, String kernel, String lru) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("tasks.recording.recording", half.file().toString());
        settings.put("warmup", "none");
        this.trials = trials;
        this.scenario = Scenario.of("wss", settings);
        this.configuration = OptionSetting.set("kernel=" + kernel, "lru=" + lru);
        this.footprint = trials.footprint(scenario, Scenario.SOLE_VARIANT, configuration);
        this.everything = run("max");
        this.spanNs = unit == TraceClock.Unit.WALL ? half.wallNs() : 0;
    }

    /** What the half comes to with memory for everything. */
    TrialResult withEverything() {
        return everything;
    }

    /**
     * What happened with so many pages.
     *
     * @param refaults pages that had to be read again: what is read beyond the run with memory for everything, or what the kernel
     *     counts as refaults if that is more. Either leaves some out: with little memory a kernel may read less ahead, and 6.1 does
     *     not count refaults that come late
     * @param perSecond of run time, or of the trace's clock if it has one and that is longer; infinite when tasks are killed
     */
    record Outcome(long refaults, double perSecond) {
        boolean killed() {
            return Double.isInfinite(perSecond);
        }
    }

    Outcome with(long pages) {
        TrialResult r = run(Long.toString(pages * Size.PAGE));
        long counted = r.metric("workingset_refault_anon") + r.metric("workingset_refault_file");
        long again = Math.max(counted, r.pagesRead() - everything.pagesRead());
        if (!r.killed().isEmpty()) {
            return new Outcome(again, Double.POSITIVE_INFINITY);
        }
        long ns = Math.max(1, Math.max(spanNs, r.metric(Metrics.RUN_TIME)));
        return new Outcome(again, again == 0 ? 0 : again * NS_PER_S / ns);
    }

    private TrialResult run(String memory) {
        List<OptionSetting> all = new ArrayList<>(configuration);
        all.addAll(OptionSetting.set("memory.max=" + memory));
        return trials.run(scenario, Scenario.SOLE_VARIANT, all);
    }

    /** The least pages that keep the budget, to a 64th of the footprint; a halving search, as more memory rarely faults more. */
    long pages(double budget) {
        long enough = enough(budget);
        long least = 0;
        long step = enough;
        for (int i = 0; i < STEPS; i++) {
            step /= 2;
            long middle = least + step;
            if (middle == 0) {
                break;
            }
            if (with(middle).perSecond() <= budget) {
                enough = middle;
            } else {
                least = middle;
            }
        }
        return enough;
    }

    /** The footprint and an eighth, for page tables and the page cache's tree; more where small groups need more. */
    private long enough(double budget) {
        long enough = footprint + footprint / 8;
        while (enough < footprint + SPARE && with(enough).perSecond() > budget) {
            enough = 2 * enough;
        }
        return enough;
    }
}
