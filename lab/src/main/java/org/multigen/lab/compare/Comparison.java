package org.multigen.lab.compare;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.cli.StepBar;
import org.multigen.lab.experiment.Sampling;
import org.multigen.lab.experiment.Trials;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.policy.ReferencePolicy;
import org.multigen.lab.policy.References;
import org.multigen.lab.result.ExperimentResult;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.scenario.Scenario;
import org.multigen.lab.scenario.Size;

/**
 * What configurations did at several sizes of memory.
 *
 * @param name of the trace or scenario
 * @param footprintPages what its tasks have in use at most
 * @param distinctPages different pages that are referenced, 0 if unknown
 * @param filePages those of them that are pages of files
 * @param sizes one entry per size, in the order asked for
 */
record Comparison(String name, long footprintPages, long distinctPages, long filePages, List<AtSize> sizes) {
    /**
     * One size of memory.
     *
     * @param memory as the user stated it
     * @param pages the same in pages, {@link Long#MAX_VALUE} without a limit
     * @param result a variant per configuration
     * @param references the reference policies at that many pages; empty if unknown
     */
    record AtSize(String memory, long pages, ExperimentResult result, List<Reference> references) {}

    /** Pages that a reference policy would have read: every miss but the first of an anonymous page, which reads nothing. */
    record Reference(ReferencePolicy policy, long pagesRead) {}

    /** Anonymous pages: their first touch reads nothing but is a miss all the same. */
    long anonymousPages() {
        return distinctPages - filePages;
    }

    /** Runs everything, a trial or a reference policy per thread. */
    static Comparison run(
            Scenario scenario,
            List<String> memory,
            List<String> overrides,
            @Nullable References pages,
            long filePages,
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
            List<List<Future<TrialResult>>> runs = memory.stream()
                    .map(m -> variants.stream()
                            .map(v -> pool.submit(() -> {
                                TrialResult result = trials.run(scenario, v, with(overrides, m));
                                bar.step();
                                return result;
                            }))
                            .toList())
                    .toList();
            List<AtSize> sizes = new ArrayList<>();
            for (int i = 0; i < memory.size(); i++) {
                long limit = Size.parse(memory.get(i)).orElseThrow().pages(footprint);
                List<Reference> references = pages == null ? List.of() : references(pages, filePages, policies, limit);
                List<TrialResult> results =
                        runs.get(i).stream().map(Comparison::get).toList();
                long seed = Long.parseLong(results.getFirst().settings().getOrDefault("seed", "1"));
                sizes.add(new AtSize(
                        memory.get(i),
                        limit,
                        new ExperimentResult(ExperimentResult.SCHEMA, scenario.name(), seed, results),
                        references));
            }
            return new Comparison(scenario.name(), footprint, pages == null ? 0 : pages.distinct(), filePages, sizes);
        }
    }

    private static List<String> with(List<String> overrides, String memory) {
        List<String> all = new ArrayList<>(overrides);
        all.add("memory.max=" + memory);
        return all;
    }

    private static List<Reference> references(
            References r, long filePages, List<ReferencePolicy> policies, long pages) {
        return policies.stream()
                .map(p -> new Reference(p, p.misses(r, pages) - r.distinct() + filePages))
                .toList();
    }

    private static TrialResult get(Future<TrialResult> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Failure f) {
                throw f;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
