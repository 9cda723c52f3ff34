package org.multigen.lab.compare;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.multigen.lab.cli.StepBar;
import org.multigen.lab.experiment.Sampling;
import org.multigen.lab.experiment.Trials;
import org.multigen.lab.failure.Tasks;
import org.multigen.lab.policy.ReferencePolicy;
import org.multigen.lab.result.ExperimentResult;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.scenario.OptionSetting;
import org.multigen.lab.scenario.Scenario;
import org.multigen.lab.scenario.Size;

/**
 * What configurations did at several sizes of memory.
 *
 * @param name of the trace or scenario
 * @param footprintPages what its tasks have in use at most
 * @param baseline what the reference policies saw
 * @param sizes one entry per size, in the order asked for
 */
record Comparison(String name, long footprintPages, Baseline baseline, List<AtSize> sizes) {
    /**
     * One size of memory.
     *
     * @param memory as the user stated it
     * @param pages the same in pages, {@link Long#MAX_VALUE} without a limit
     * @param result a variant per configuration
     * @param references the reference policies at that many pages; empty if they do not apply
     */
    record AtSize(String memory, long pages, ExperimentResult result, List<Reference> references) {
        /** Pages that Belady's optimum reads, if it was asked for. */
        OptionalLong best() {
            return references.stream()
                    .filter(r -> r.policy() == ReferencePolicy.BELADY)
                    .mapToLong(Reference::pagesRead)
                    .findFirst();
        }
    }

    /** Pages that a reference policy would have read: every miss but the first of an anonymous page, which reads nothing. */
    record Reference(ReferencePolicy policy, long pagesRead) {}

    /** Where what the reference policies see comes from. */
    interface Source {
        Baseline read(Trials trials);
    }

    /** Runs everything, a trial or a reference policy per thread. */
    static Comparison run(
            Scenario scenario,
            List<String> memory,
            List<String> overrides,
            Source source,
            List<ReferencePolicy> policies,
            PrintWriter err) {
        Trials trials = new Trials(Sampling.SERIES);
        List<String> variants = scenario.variantNames();
        for (String m : memory) {
            for (String v : variants) {
                trials.check(scenario, v, with(overrides, m));
            }
        }
        long footprint = trials.footprint(scenario, variants.getFirst(), with(overrides, memory.getFirst()));
        try (StepBar bar = StepBar.of(err, "compare", "trials", (long) memory.size() * variants.size());
                ExecutorService pool =
                        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            Future<Baseline> base = pool.submit(() -> policies.isEmpty() ? Baseline.none() : source.read(trials));
            List<List<Future<TrialResult>>> runs = memory.stream()
                    .map(m -> variants.stream()
                            .map(v -> pool.submit(() -> {
                                TrialResult result = trials.run(scenario, v, with(overrides, m));
                                bar.step();
                                return result;
                            }))
                            .toList())
                    .toList();
            Baseline baseline = Tasks.result(base);
            List<Long> limits = memory.stream()
                    .map(m -> Size.parse(m).orElseThrow().pages(footprint))
                    .toList();
            List<List<Future<Reference>>> references = limits.stream()
                    .map(limit -> submitAll(pool, baseline, policies, limit))
                    .toList();
            List<AtSize> sizes = new ArrayList<>();
            for (int i = 0; i < memory.size(); i++) {
                List<TrialResult> results =
                        runs.get(i).stream().map(Tasks::result).toList();
                long seed = Long.parseLong(results.getFirst().settings().getOrDefault("seed", "1"));
                sizes.add(new AtSize(
                        memory.get(i),
                        limits.get(i),
                        new ExperimentResult(ExperimentResult.SCHEMA, scenario.name(), seed, results),
                        references.get(i).stream().map(Tasks::result).toList()));
            }
            return new Comparison(scenario.name(), footprint, baseline, sizes);
        }
    }

    private static List<Future<Reference>> submitAll(
            ExecutorService pool, Baseline baseline, List<ReferencePolicy> policies, long limit) {
        if (baseline.references() == null) {
            return List.of();
        }
        List<Callable<Reference>> runs = policies.stream()
                .<Callable<Reference>>map(p -> () -> new Reference(p, baseline.pagesRead(p, limit)))
                .toList();
        return runs.stream().map(pool::submit).toList();
    }

    private static List<OptionSetting> with(List<String> overrides, String memory) {
        List<OptionSetting> all = new ArrayList<>(OptionSetting.set(overrides));
        all.add(new OptionSetting("--memory " + memory, "memory.max=" + memory));
        return all;
    }
}
