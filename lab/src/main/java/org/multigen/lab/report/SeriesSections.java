package org.multigen.lab.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.result.TimeSeries;
import org.multigen.lab.result.TrialResult;

/** What happened when: the charts over time of a run's variants that have series. */
final class SeriesSections {
    private static final String[] AGES = {"youngest", "second", "third", "oldest"};
    /** The clock of runs on one thread, the same on every machine. */
    static final String VIRTUAL = "virtual time";
    /** The clock of runs on real threads. */
    static final String WALL = "wall-clock time";

    private static final int FUNCTIONS = 6;
    private static final double NS_PER_S = 1e9;

    private final List<OverTime> runs = new ArrayList<>();

    private SeriesSections(List<TrialResult> variants, String clock) {
        long end = variants.stream()
                .map(TrialResult::series)
                .mapToLong(s -> s == null ? 0 : s.endNs())
                .max()
                .orElse(0);
        for (int i = 0; i < variants.size(); i++) {
            TimeSeries s = variants.get(i).series();
            if (s != null) {
                runs.add(new OverTime(variants.get(i).name(), i, s, end, clock));
            }
        }
    }

    /** None without series. */
    static List<Page.Section> of(List<TrialResult> variants, String clock) {
        SeriesSections s = new SeriesSections(variants, clock);
        return s.runs.isEmpty()
                ? List.of()
                : List.of(s.faults(), s.refaults(), s.generations(), s.walks(), s.reclaim());
    }

    /** Major faults alone, for pages that have much else. */
    static @Nullable List<Page.Chart> faultCharts(List<TrialResult> variants, String caption) {
        SeriesSections s = new SeriesSections(variants, VIRTUAL);
        return s.runs.isEmpty() ? null : List.of(s.sums(caption, "major faults so far", Metrics.MAJOR_FAULTS));
    }

    private Page.Section faults() {
        Page.Chart rate = s(Metrics.MAJOR_FAULTS, "When they happen", "major faults/s");
        Page.Chart sums = sums("Added up", "major faults so far", Metrics.MAJOR_FAULTS);
        return new Page.Section(
                "Major faults over time",
                "The warm-up, which the verdict leaves out, is included. Where one curve of the sums climbs"
                        + " and another does not, one variant pays for what the other kept.",
                List.of(rate, sums),
                table("major faults", Metrics.MAJOR_FAULTS));
    }

    private Page.Section refaults() {
        List<Page.Series> series = new ArrayList<>();
        for (OverTime r : runs) {
            series.add(new Page.Series(
                    r.name() + ", anon", r.rates("workingset_refault_anon"), String.valueOf(r.number())));
            series.add(new Page.Series(r.name() + ", file", r.rates("workingset_refault_file"), r.number() + "-"));
        }
        Page.Chart chart = runs.getFirst().chart("line", "", "pages/s", series, runs);
        return new Page.Section(
                "Refaults over time",
                "Pages that were evicted and came back, so that the eviction was in vain. Solid: anonymous; dashed: file.",
                List.of(chart),
                table("refaults", "workingset_refault_anon", "workingset_refault_file"));
    }

    private Page.Chart s(String metric, String caption, String unit) {
        List<Page.Series> series = new ArrayList<>();
        runs.forEach(r -> series.add(new Page.Series(r.name(), r.rates(metric), String.valueOf(r.number()))));
        return runs.getFirst().chart("line", caption, unit, series, runs);
    }

    private Page.Chart sums(String caption, String unit, String metric) {
        List<Page.Series> series = new ArrayList<>();
        runs.forEach(r -> series.add(new Page.Series(r.name(), r.sums(metric), String.valueOf(r.number()))));
        return runs.getFirst().chart("line", caption, unit, series, runs);
    }

    private Page.Table table(String what, String... metrics) {
        List<String> head = new ArrayList<>(List.of("until"));
        List<List<String>> rows = new ArrayList<>();
        for (OverTime r : runs) {
            head.add(what + ", " + r.name());
        }
        for (int row = 0; row < OverTime.ROWS; row++) {
            List<String> cells = new ArrayList<>(List.of(runs.getFirst().untilText(row)));
            for (OverTime r : runs) {
                long sum = 0;
                for (String m : metrics) {
                    sum += r.between(m, row);
                }
                cells.add(Texts.count(sum));
            }
            rows.add(cells);
        }
        return new Page.Table(head, rows);
    }

    // ---- generations

    private Page.Section generations() {
        double most = runs.stream().mapToDouble(OverTime::mostPages).max().orElse(0);
        List<Page.Chart> charts = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("at"));
        for (OverTime r : runs) {
            charts.add(r.chart("area", r.name(), "pages", bands(r), List.of(r), most));
            bands(r).forEach(b -> head.add(r.name() + ": " + b.name()));
        }
        List<List<String>> rows = new ArrayList<>();
        for (int row = 0; row < OverTime.ROWS; row++) {
            List<String> cells = new ArrayList<>(List.of(runs.getFirst().untilText(row)));
            for (OverTime r : runs) {
                for (Page.Series band : bands(r)) {
                    cells.add(Texts.count(((Number) band.data().get(r.indexAt(row))).longValue()));
                }
            }
            rows.add(cells);
        }
        return new Page.Section(
                "Pages per generation over time",
                "Pages of all cgroups, by the age of their generation; under the classic LRU by list. Anonymous pages below"
                        + " in blue, file pages above in orange with dots; the darker, the older. Where the shades change"
                        + " places at once, ageing made a new generation.",
                charts,
                new Page.Table(head, rows));
    }

    private static List<Page.Series> bands(OverTime r) {
        List<Page.Series> bands = new ArrayList<>();
        for (int type = 0; type < 2; type++) {
            String name = type == 0 ? "anon" : "file";
            for (int age = AGES.length - 1; age >= 0; age--) {
                List<Long> pages = r.state(TimeSeries.GENERATION + name + "_" + age);
                if (pages != null) {
                    bands.add(new Page.Series(name + ", " + AGES[age], pages, type + "/" + age));
                }
            }
            for (String list : List.of("inactive", "active")) {
                List<Long> pages = r.state("nr_" + list + "_" + name);
                if (pages != null) {
                    bands.add(new Page.Series(name + ", " + list, pages, type + "/" + (list.equals("active") ? 1 : 3)));
                }
            }
        }
        return bands;
    }

    // ---- walks and reclaim

    private Page.Section walks() {
        List<Page.Chart> charts = new ArrayList<>();
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put(Metrics.WALK_LEAF_TOTAL, "walked entries");
        lines.put(Metrics.WALK_LEAF_YOUNG, "of them young");
        lines.put(Metrics.RMAP_WALKS, "rmap walks");
        lines.put("pgscan", "scanned pages");
        lines.put("pgsteal", "of them reclaimed");
        double most = 0;
        for (OverTime r : runs) {
            for (String m : lines.keySet()) {
                most = Math.max(
                        most, r.rates(m).stream().mapToDouble(d -> d).max().orElse(0));
            }
        }
        for (OverTime r : runs) {
            List<Page.Series> series = new ArrayList<>();
            int color = 0;
            for (Map.Entry<String, String> line : lines.entrySet()) {
                String look = color++ + (line.getValue().startsWith("of them") ? "-" : "");
                if (r.has(line.getKey())) {
                    series.add(new Page.Series(line.getValue(), r.rates(line.getKey()), look));
                }
            }
            charts.add(r.chart("line", r.name(), "entries or pages/s", series, List.of(r), most));
        }
        List<String> head = new ArrayList<>(List.of("what"));
        runs.forEach(r -> head.add(r.name()));
        List<List<String>> rows = new ArrayList<>();
        lines.forEach((metric, name) -> {
            List<String> cells = new ArrayList<>(List.of(name));
            runs.forEach(r -> cells.add(Texts.count(r.total(metric))));
            rows.add(cells);
        });
        return new Page.Section(
                "What was scanned, and what was found",
                "Page-table walks look at entries for those that are young; the reverse map is walked for single pages;"
                        + " reclaim scans lists for pages that it can take. Dashed: what was found.",
                charts,
                new Page.Table(head, rows));
    }

    private Page.Section reclaim() {
        Map<String, Long> totals = new TreeMap<>();
        for (OverTime r : runs) {
            r.names(Metrics.CPU_PREFIX).forEach(f -> totals.merge(f, r.total(f), Long::sum));
        }
        List<String> top = totals.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .limit(FUNCTIONS)
                .map(Map.Entry::getKey)
                .toList();
        double most = runs.stream()
                        .mapToDouble(r -> r.mostOf(Metrics.CPU_PREFIX))
                        .max()
                        .orElse(0)
                / NS_PER_S
                * 100;
        List<Page.Chart> charts = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("until"));
        List<List<String>> rows = new ArrayList<>();
        runs.forEach(r -> head.add(r.name()));
        for (int row = 0; row < OverTime.ROWS; row++) {
            List<String> cells = new ArrayList<>(List.of(runs.getFirst().untilText(row)));
            for (OverTime r : runs) {
                long ns = 0;
                for (String f : r.names(Metrics.CPU_PREFIX)) {
                    ns += r.between(f, row);
                }
                cells.add(Texts.decimals(ns / 1e6, 2) + " ms");
            }
            rows.add(cells);
        }
        for (OverTime r : runs) {
            List<Page.Series> series = new ArrayList<>();
            for (int i = 0; i < top.size(); i++) {
                series.add(new Page.Series(
                        top.get(i).substring(Metrics.CPU_PREFIX.length()),
                        r.shares(List.of(top.get(i))),
                        String.valueOf(i)));
            }
            List<String> others = r.names(Metrics.CPU_PREFIX).stream()
                    .filter(f -> !top.contains(f))
                    .toList();
            series.add(new Page.Series("other functions", r.shares(others), String.valueOf(top.size())));
            charts.add(r.chart("area", r.name(), "% of a CPU", series, List.of(r), most));
        }
        return new Page.Section(
                "CPU time of reclaim over time, by kernel function",
                "Counts of events multiplied with the costs listed below, kswapd's time included.",
                charts,
                new Page.Table(head, rows));
    }
}
