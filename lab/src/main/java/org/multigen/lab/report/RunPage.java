package org.multigen.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.multigen.lab.result.ExperimentResult;
import org.multigen.lab.result.Metric;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.result.Numbers;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.result.Verdict;
import org.multigen.lab.result.Vouchers;

/** The variants of a run. */
final class RunPage {
    private RunPage() {}

    static Page of(ExperimentResult r) {
        List<TrialResult> variants = r.variants();
        List<Page.Section> sections = new ArrayList<>();
        sections.add(new Page.Section(
                "Every metric, after the warm-up",
                variants.size() > 1
                        ? "Changes are against " + variants.getFirst().name() + "."
                        : "",
                List.of(),
                metrics(shown(variants), variants)));
        boolean many = SumSections.many(variants);
        List<Page.Section> sums = SumSections.of(variants, shown(variants));
        if (many) {
            sections.addAll(sums);
        }
        String clock = r.threads() == null ? SeriesSections.VIRTUAL : SeriesSections.WALL;
        sections.addAll(SeriesSections.of(variants, clock));
        sections.addAll(HeatSections.of(variants, clock));
        if (!many) {
            sections.addAll(sums);
        }
        Set<String> notes = new LinkedHashSet<>();
        variants.forEach(v -> v.notes().forEach(n -> notes.add(n)));
        variants.forEach(v -> v.warnings()
                .forEach(w ->
                        notes.add("broken invariant in " + v.name() + ": " + w.text() + ", " + w.count() + " times")));
        r.explain().forEach(e -> notes.add(e.verdict()));
        return new Page(
                r.scenario(),
                variants.size() > 1
                        ? "Which of " + names(variants) + " treats " + r.scenario()
                                + (variants.size() > 2 ? " best?" : " better?")
                        : "What does " + r.scenario() + " cost?",
                Verdict.of(r),
                sections,
                facts(r),
                texts(variants),
                definitions(shown(variants), variants),
                List.copyOf(notes));
    }

    private static String names(List<TrialResult> variants) {
        return SumSections.many(variants)
                ? variants.size() + " variants"
                : String.join(", ", variants.stream().map(TrialResult::name).toList());
    }

    private static List<List<String>> facts(ExperimentResult r) {
        List<List<String>> facts = new ArrayList<>();
        facts.add(List.of("seed", String.valueOf(r.seed())));
        ExperimentResult.RealThreads threads = r.threads();
        facts.add(List.of(
                "time",
                threads == null
                        ? "virtual: the same on every machine"
                        : threads.count() + " real threads, wall clock: another run gives other figures"));
        for (TrialResult v : r.variants()) {
            facts.add(List.of(v.name(), "kernel " + v.kernel()));
        }
        Vouchers.of(r).forEach(line -> facts.add(List.of("kernel rules", line)));
        return facts;
    }

    static List<List<String>> texts(List<TrialResult> variants) {
        List<List<String>> texts = new ArrayList<>();
        texts.add(List.of("Scenario: the keys that were set", SettingsText.of(variants)));
        String costs = SettingsText.costs(variants);
        if (!costs.isEmpty()) {
            texts.add(List.of("Costs used, ns", costs));
        }
        return texts;
    }

    /** Metrics that are not 0 everywhere. */
    private static List<Metric> shown(List<TrialResult> variants) {
        return Metrics.shown().stream()
                .filter(m -> variants.stream().anyMatch(v -> v.metric(m.name()) != 0))
                .toList();
    }

    static List<List<String>> definitions(List<Metric> metrics, List<TrialResult> variants) {
        List<List<String>> all = new ArrayList<>();
        metrics.forEach(m -> all.add(List.of(
                m.label() + " (" + m.name() + ")",
                m.meaning() + " Unit: " + m.unit().text() + ".")));
        if (variants.stream().anyMatch(v -> v.series() != null)) {
            all.add(List.of(
                    "generation",
                    "Pages that were last seen in use between two ageings. The youngest is the newest; reclaim takes from"
                            + " the oldest."));
            all.add(List.of(
                    "active, inactive", "The two lists of the classic LRU; reclaim takes from the inactive one."));
            all.add(List.of(
                    "% of a CPU", "CPU time of reclaim divided by the time in which it was spent, by all CPUs."));
        }
        return all;
    }

    static Page.Table metrics(List<Metric> metrics, List<TrialResult> variants) {
        List<String> head = new ArrayList<>(List.of("metric"));
        for (int i = 0; i < variants.size(); i++) {
            head.add(variants.get(i).name());
            if (i > 0) {
                head.add("change");
            }
        }
        List<List<String>> rows = new ArrayList<>();
        for (Metric m : metrics) {
            long largest =
                    variants.stream().mapToLong(v -> v.metric(m.name())).max().orElse(0);
            long first = variants.getFirst().metric(m.name());
            List<String> row = new ArrayList<>(List.of(m.label()));
            for (int i = 0; i < variants.size(); i++) {
                long value = variants.get(i).metric(m.name());
                row.add(Numbers.of(m.unit(), value, largest));
                if (i > 0) {
                    row.add(Numbers.change(first, value));
                }
            }
            rows.add(row);
        }
        return new Page.Table(head, rows);
    }
}
