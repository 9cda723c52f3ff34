package org.multigen.lab.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.result.Metric;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.result.TrialResult;

/** What the variants of a run add up to after the warm-up, as bars. */
final class SumSections {
    private static final List<String> FAULTS =
            List.of(Metrics.MAJOR_FAULTS, "workingset_refault_anon", "workingset_refault_file", "pswpin", "pswpout");
    private static final List<String> TIME_AND_FAULTS = List.of(Metrics.RUN_TIME, Metrics.MAJOR_FAULTS);
    private static final List<String> GUESTS =
            List.of(Metrics.AGE_PASS_MEAN, Metrics.GUEST_ASK_TIME, Metrics.GUEST_LATENCY_P99);
    private static final List<String> TIERS = List.of(Metrics.TOP_SHARE, Metrics.NET_SHARE);
    private static final int FUNCTIONS = 12;
    /** With more variants, each is a bar of its own, with at most so many functions on top of each other. */
    private static final int MANY = 4;

    private static final int STACKED = 7;
    private static final double NS_PER_MS = 1e6;

    private SumSections() {}

    /** Whether there are so many variants that what they add up to is easier to compare than what happened when. */
    static boolean many(List<TrialResult> variants) {
        return variants.size() > MANY;
    }

    /** @param shown the metrics that are not 0 everywhere */
    static List<Page.Section> of(List<TrialResult> variants, List<Metric> shown) {
        return Stream.of(
                        faults(variants, shown),
                        each(
                                "Guests, after the warm-up",
                                "What ageing and asking the guests' MMUs took, and what their vCPUs felt.",
                                GUESTS,
                                variants,
                                shown),
                        each(
                                "Memory tiers, after the warm-up",
                                "Touches that the top tier served, in millionths; then less what its promotions cost.",
                                TIERS,
                                variants,
                                shown),
                        reclaim(variants))
                .filter(Objects::nonNull)
                .toList();
    }

    private static Page.@Nullable Section faults(List<TrialResult> variants, List<Metric> shown) {
        List<Metric> metrics =
                shown.stream().filter(m -> FAULTS.contains(m.name())).toList();
        if (many(variants)) {
            return each("Run time and major faults, after the warm-up", "", TIME_AND_FAULTS, variants, shown);
        }
        if (metrics.isEmpty()) {
            return null;
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
                "Faults, refaults and swap, after the warm-up", "", List.of(chart), RunPage.metrics(metrics, variants));
    }

    /** A chart per metric, with a bar per variant; null if all are 0. */
    private static Page.@Nullable Section each(
            String title, String text, List<String> names, List<TrialResult> variants, List<Metric> shown) {
        List<Metric> metrics =
                shown.stream().filter(m -> names.contains(m.name())).toList();
        List<Page.Chart> charts = new ArrayList<>();
        for (Metric m : metrics) {
            long most =
                    variants.stream().mapToLong(v -> v.metric(m.name())).max().orElse(0);
            boolean time = m.unit() == Metric.Unit.NANOS;
            boolean ms = time && most >= NS_PER_MS;
            charts.add(new Page.Chart(
                    "hbar",
                    m.label(),
                    new Page.Axis(ms ? "ms" : time ? "ns" : counted(m)),
                    new Page.Axis(""),
                    variants.stream().map(TrialResult::name).toList(),
                    List.of(new Page.Series(
                            m.label(),
                            variants.stream()
                                    .map(v -> v.metric(m.name()) / (ms ? NS_PER_MS : 1))
                                    .toList()))));
        }
        return charts.isEmpty() ? null : new Page.Section(title, text, charts, RunPage.metrics(metrics, variants));
    }

    private static String counted(Metric m) {
        return m.name().endsWith("_ppm") ? "of a million touches" : m.unit().text();
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
    private static Page.@Nullable Section reclaim(List<TrialResult> variants) {
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
        if (functions.isEmpty()) {
            return null;
        }
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
                List.of(many(variants) ? stacked(functions, variants) : chart),
                new Page.Table(head, rows));
    }
}
