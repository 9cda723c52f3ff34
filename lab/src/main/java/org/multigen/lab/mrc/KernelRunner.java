package org.multigen.lab.mrc;

import java.nio.file.Path;
import java.util.List;
import org.multigen.lab.experiment.Configurations;
import org.multigen.lab.experiment.Trials;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.scenario.OptionSetting;
import org.multigen.lab.scenario.Scenario;
import org.multigen.lab.scenario.Size;

/**
 * Kernels as caches: a trace is run with {@code memory.max} as the capacity, and what misses are pages that are read, and first
 * touches of anonymous pages. Nothing is read ahead, as the reference policies read nothing ahead: a page is read because somebody
 * asked for it.
 */
final class KernelRunner {
    private static final long MOST = 1L << 48; // pages

    private KernelRunner() {}

    /**
     * One for each configuration.
     *
     * @param anonymousPages different anonymous pages of the trace
     */
    static List<MissRatioCurves.Runner> of(Configurations configurations, Path trace, long anonymousPages) {
        Trials trials = new Trials();
        Scenario scenario = configurations.onTrace(trace);
        scenario.variantNames().forEach(v -> trials.check(scenario, v, List.of()));
        return scenario.variantNames().stream()
                .map(v -> new MissRatioCurves.Runner(v, pages -> misses(trials, scenario, v, pages, anonymousPages)))
                .toList();
    }

    private static long misses(Trials trials, Scenario scenario, String variant, long pages, long anonymousPages) {
        String memory = pages > MOST ? "max" : Long.toString(pages * Size.PAGE);
        TrialResult r = trials.run(
                scenario,
                variant,
                OptionSetting.set("memory.max=" + memory, "machine.disk.read_ahead_kb=0", "vm.page-cluster=0"));
        return r.killed().isEmpty() ? r.pagesRead() + anonymousPages : MissRatioCurves.OUT_OF_MEMORY;
    }
}
