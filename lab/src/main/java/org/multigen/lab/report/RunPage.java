package org.multigen.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.multigen.lab.result.Metric;
import org.multigen.lab.result.Metrics;
import tools.jackson.databind.JsonNode;

/** The variants of a run. */
final class RunPage {
    private static final List<String> FAULTS =
            List.of("pgmajfault", "workingset_refault_anon", "workingset_refault_file", "pswpin", "pswpout");
    private static final List<String> SCANS = List.of("pgscan_anon", "pgscan_file", "pgsteal_anon", "pgsteal_file");
    private static final List<String> WALKS =
            List.of(Metrics.WALK_LEAF_TOTAL, Metrics.WALK_LEAF_YOUNG, Metrics.RMAP_WALKS, Metrics.LOOK_AROUNDS);

    private RunPage() {}

    static Page of(JsonNode r) {
        String name = r.path("scenario").asString();
        List<JsonNode> variants = new ArrayList<>();
        r.path("variants").forEach(variants::add);
        List<Page.Section> sections = new ArrayList<>();
        sections.add(new Page.Section("Every metric, after the warm-up", "", null, metrics(variants)));
        sections.add(bars("Faults, refaults and swap", "pages or events", FAULTS, variants));
        sections.add(reclaim(variants));
        sections.add(bars("Scanned and reclaimed", "pages", SCANS, variants));
        sections.add(bars("What walks looked at, and what they found", "entries or pages", WALKS, variants));
        List<List<String>> facts = new ArrayList<>();
        facts.add(List.of("seed", r.path("seed").asString("")));
        Set<String> notes = new LinkedHashSet<>();
        for (JsonNode v : variants) {
            facts.add(List.of(
                    v.path("name").asString(),
                    "kernel " + v.path("kernel").asString() + "; "
                            + v.path("settings").toString()));
            notes.addAll(Texts.strings(v.path("notes")));
        }
        return new Page(
                name,
                "How do " + variants.size() + " variants of " + name + " compare?",
                verdict(variants),
                sections,
                facts,
                Texts.metricDefinitions(),
                List.copyOf(notes));
    }

    private static String verdict(List<JsonNode> variants) {
        JsonNode best = variants.getFirst();
        for (JsonNode v : variants) {
            if (time(v) < time(best)) {
                best = v;
            }
        }
        return "Shortest run time: " + best.path("name").asString() + ", "
                + Texts.decimals(Texts.seconds(time(best)), 3) + " s of virtual time with "
                + Texts.count(best.path("metrics").path(Metrics.MAJOR_FAULTS).asLong()) + " major faults.";
    }

    private static long time(JsonNode v) {
        return v.path("metrics").path(Metrics.RUN_TIME).asLong();
    }

    private static List<String> names(List<JsonNode> variants) {
        return variants.stream().map(v -> v.path("name").asString()).toList();
    }

    private static Page.Table metrics(List<JsonNode> variants) {
        List<String> head = new ArrayList<>(List.of("metric"));
        head.addAll(names(variants));
        List<List<String>> rows = new ArrayList<>();
        for (Metric m : Metrics.shown()) {
            List<String> row = new ArrayList<>(List.of(m.label()));
            variants.forEach(v -> row.add(Texts.shown(m, v)));
            rows.add(row);
        }
        return new Page.Table(head, rows);
    }

    private static Page.Section bars(String title, String unit, List<String> metrics, List<JsonNode> variants) {
        List<Metric> shown =
                Metrics.shown().stream().filter(m -> metrics.contains(m.name())).toList();
        List<Page.Series> series = variants.stream()
                .map(v -> new Page.Series(
                        v.path("name").asString(),
                        shown.stream().map(m -> Texts.value(m, v)).toList()))
                .toList();
        Page.Chart chart = new Page.Chart(
                "bar",
                new Page.Axis("", false),
                new Page.Axis(unit, false),
                shown.stream().map(Metric::label).toList(),
                List.of(),
                series);
        List<String> head = new ArrayList<>(List.of("metric"));
        head.addAll(names(variants));
        List<List<String>> rows = shown.stream()
                .map(m -> {
                    List<String> row = new ArrayList<>(List.of(m.label()));
                    variants.forEach(v -> row.add(Texts.shown(m, v)));
                    return row;
                })
                .toList();
        return new Page.Section(title, "", chart, new Page.Table(head, rows));
    }

    /** A stack of functions for each variant. */
    private static Page.Section reclaim(List<JsonNode> variants) {
        Map<String, List<Double>> byFunction = new TreeMap<>();
        for (int i = 0; i < variants.size(); i++) {
            for (Map.Entry<String, JsonNode> m : variants.get(i).path("metrics").properties()) {
                if (m.getKey().startsWith(Metrics.CPU_PREFIX)) {
                    List<Double> row = byFunction.computeIfAbsent(
                            m.getKey().substring(Metrics.CPU_PREFIX.length()), f -> new ArrayList<>());
                    while (row.size() < i) {
                        row.add(0.0);
                    }
                    row.add(Texts.seconds(m.getValue().asLong()));
                }
            }
        }
        List<Page.Series> series = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        byFunction.forEach((function, row) -> {
            while (row.size() < variants.size()) {
                row.add(0.0);
            }
            series.add(new Page.Series(function, row));
            List<String> cells = new ArrayList<>(List.of(function));
            row.forEach(v -> cells.add(Texts.decimals(v, 4) + " s"));
            rows.add(cells);
        });
        List<String> head = new ArrayList<>(List.of("function"));
        head.addAll(names(variants));
        Page.Chart chart = new Page.Chart(
                "stack",
                new Page.Axis("", false),
                new Page.Axis("s of virtual time", false),
                names(variants),
                List.of(),
                series);
        return new Page.Section("CPU time of reclaim, by kernel function", "", chart, new Page.Table(head, rows));
    }
}
