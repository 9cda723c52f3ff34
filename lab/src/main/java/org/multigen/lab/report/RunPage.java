package org.multigen.lab.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.multigen.lab.result.ExperimentResult;
import org.multigen.lab.result.Metric;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.result.Numbers;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.result.Verdict;
import org.multigen.lab.result.Vouchers;

/** The variants of a run. */
final class RunPage {
    private static final List<String> FAULTS =
            List.of(Metrics.MAJOR_FAULTS, "workingset_refault_anon", "workingset_refault_file", "pswpin", "pswpout");
    private static final int FUNCTIONS = 12;
    /** With more variants, each is a bar of its own, with at most so many functions on top of each other. */
    private static final int MANY = 4;

    private static final int STACKED = 7;
    private static final double NS_PER_MS = 1e6;

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
        List<Page.Section> sums = List.of(faults(variants), reclaim(variants));
        if (variants.size() > MANY) {
            sections.addAll(sums);
        }
        sections.addAll(SeriesSections.of(variants));
        sections.addAll(HeatSections.of(variants));
        if (variants.size() <= MANY) {
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
                        ? "Which of " + names(variants) + " treats " + r.scenario() + " better?"
                        : "What does " + r.scenario() + " cost?",
                Verdict.of(r),
                sections,
                facts(r),
                texts(variants),
                definitions(shown(variants), variants),
                List.copyOf(notes));
    }

    private static String names(List<TrialResult> variants) {
        return String.join(", ", variants.stream().map(TrialResult::name).toList());
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
                    "% of a CPU",
                    "CPU time of reclaim divided by the virtual time in which it was spent, by all CPUs."));
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

    private static Page.Section faults(List<TrialResult> variants) {
        List<Metric> metrics =
                shown(variants).stream().filter(m -> FAULTS.contains(m.name())).toList();
        if (variants.size() > MANY) {
            return new Page.Section(
                    "Run time and major faults, after the warm-up",
                    "",
                    List.of(
                            each("Run time", "ms", variants, v -> v.metric(Metrics.RUN_TIME) / NS_PER_MS),
                            each("Major faults", "faults", variants, v -> (double) v.metric(Metrics.MAJOR_FAULTS))),
                    metrics(metrics, variants));
        }
        List<Page.Series> series = new ArrayList<>();
        for (int i = 0; i < variants.size(); i++) {
            TrialResult v = variants.get(i);
            series.add(new Page.Series(
                    v.name(), metrics.stream().map(m -> v.metric(m.name())).toList(), String.valueOf(i)));
        }
        Page.Chart chart = new Page.Chart(
                "bar",
                "",
                new Page.Axis(""),
                new Page.Axis("pages or events"),
                metrics.stream().map(Metric::label).toList(),
                series);
        return new Page.Section(
                "Faults, refaults and swap, after the warm-up", "", List.of(chart), metrics(metrics, variants));
    }

    /** A bar per variant. */
    private static Page.Chart each(
            String what, String unit, List<TrialResult> variants, ToDoubleFunction<TrialResult> value) {
        return new Page.Chart(
                "hbar",
                what,
                new Page.Axis(unit),
                new Page.Axis(""),
                variants.stream().map(TrialResult::name).toList(),
                List.of(new Page.Series(
                        what.toLowerCase(Locale.ROOT),
                        variants.stream().map(v -> value.applyAsDouble(v)).toList())));
    }

    /** A bar per variant, of its functions on top of each other. */
    private static Page.Chart stacked(List<String> functions, List<TrialResult> variants) {
        List<String> top = functions.subList(0, Math.min(STACKED, functions.size()));
        List<Page.Series> series = new ArrayList<>();
        for (String f : top) {
            series.add(new Page.Series(
                    f.substring(Metrics.CPU_PREFIX.length()),
                    variants.stream().map(v -> v.metric(f) / NS_PER_MS).toList()));
        }
        List<String> others = functions.subList(top.size(), functions.size());
        if (!others.isEmpty()) {
            series.add(new Page.Series(
                    "other functions",
                    variants.stream()
                            .map(v -> others.stream().mapToLong(v::metric).sum() / NS_PER_MS)
                            .toList()));
        }
        return new Page.Chart(
                "hstack",
                "",
                new Page.Axis("ms of CPU time"),
                new Page.Axis(""),
                variants.stream().map(TrialResult::name).toList(),
                series);
    }

    /** A group of bars per function, the most expensive first. */
    private static Page.Section reclaim(List<TrialResult> variants) {
        Map<String, Long> totals = new TreeMap<>();
        for (TrialResult v : variants) {
            v.metrics().forEach((name, ns) -> {
                if (name.startsWith(Metrics.CPU_PREFIX)) {
                    totals.merge(name, ns, Long::sum);
                }
            });
        }
        List<String> functions = totals.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .map(Map.Entry::getKey)
                .toList();
        List<String> top = functions.subList(0, Math.min(FUNCTIONS, functions.size()));
        List<Page.Series> series = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("function"));
        for (int i = 0; i < variants.size(); i++) {
            TrialResult v = variants.get(i);
            series.add(new Page.Series(
                    v.name(), top.stream().map(f -> v.metric(f) / NS_PER_MS).toList(), String.valueOf(i)));
            head.add(v.name());
        }
        List<List<String>> rows = new ArrayList<>();
        for (String f : functions) {
            List<String> row = new ArrayList<>(List.of(f.substring(Metrics.CPU_PREFIX.length())));
            variants.forEach(v -> row.add(Texts.decimals(v.metric(f) / 1e6, 3) + " ms"));
            rows.add(row);
        }
        Page.Chart chart = new Page.Chart(
                "hbar",
                "",
                new Page.Axis("ms of CPU time"),
                new Page.Axis(""),
                top.stream().map(f -> f.substring(Metrics.CPU_PREFIX.length())).toList(),
                series);
        return new Page.Section(
                "CPU time of reclaim, by kernel function, after the warm-up",
                "",
                top.isEmpty()
                        ? List.of()
                        : List.of(variants.size() > MANY ? stacked(functions, variants) : chart),
                new Page.Table(head, rows));
    }
}
