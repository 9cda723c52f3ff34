package org.multigen.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.multigen.lab.result.Metrics;
import tools.jackson.databind.JsonNode;

/** Kernels and LRUs at several sizes of memory. */
final class ComparePage {
    private static final long KIB_PER_PAGE = 4;

    private ComparePage() {}

    static Page of(JsonNode r) {
        Map<String, List<Double>> read = new LinkedHashMap<>();
        Map<String, List<Double>> times = new LinkedHashMap<>();
        Map<String, List<Double>> reclaim = new LinkedHashMap<>();
        List<String> x = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        List<String> best = new ArrayList<>();
        Set<String> notes = new LinkedHashSet<>();
        for (JsonNode size : r.path("sizes")) {
            String memory = size.path("memory").asString();
            x.add(memory);
            String fastest = "";
            double least = Double.MAX_VALUE;
            for (JsonNode v : size.path("result").path("variants")) {
                String name = v.path("name").asString();
                JsonNode m = v.path("metrics");
                double time = Texts.seconds(m.path(Metrics.RUN_TIME).asLong());
                long back = m.path("pswpin").asLong() + m.path("pgpgin").asLong() / KIB_PER_PAGE;
                double cpu = Texts.seconds(m.path(Metrics.RECLAIM_CPU).asLong());
                put(read, name, back);
                put(times, name, time);
                put(reclaim, name, cpu);
                rows.add(List.of(
                        name + " at " + memory,
                        Texts.decimals(time, 3) + " s",
                        Texts.count(m.path(Metrics.MAJOR_FAULTS).asLong()),
                        Texts.count(back),
                        Texts.decimals(cpu, 3) + " s"));
                fastest = time < least ? name : fastest;
                least = Math.min(least, time);
                notes.addAll(Texts.strings(v.path("notes")));
            }
            best.add(fastest + " at " + memory);
            for (JsonNode p : size.path("references")) {
                put(
                        read,
                        "(" + p.path("policy").asString() + ")",
                        p.path("pagesRead").asLong());
            }
        }
        String name = r.path("name").asString();
        List<String> head = List.of("configuration", "run time", "major faults", "pages read", "reclaim CPU");
        return new Page(
                name + ": kernels and LRUs compared",
                "Which kernel and LRU treats " + name + " best, and with how much memory?",
                "Shortest run time: " + String.join(", ", best) + ".",
                List.of(
                        new Page.Section(
                                "Pages read from swap and files",
                                "In brackets: reference policies with the same number of pages; belady is the optimum.",
                                chart("pages", x, read),
                                new Page.Table(head, rows)),
                        new Page.Section("Run time", "", chart("s of virtual time", x, times), none()),
                        new Page.Section("CPU time of reclaim", "", chart("s of virtual time", x, reclaim), none())),
                List.of(List.of(
                        "footprint", Texts.count(r.path("footprintPages").asLong()) + " pages")),
                Texts.metricDefinitions(),
                List.copyOf(notes));
    }

    private static Page.Table none() {
        return new Page.Table(List.of(), List.of());
    }

    private static void put(Map<String, List<Double>> to, String name, double value) {
        to.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
    }

    private static Page.Chart chart(String unit, List<String> x, Map<String, List<Double>> values) {
        List<Page.Series> series = new ArrayList<>();
        values.forEach((name, row) -> series.add(new Page.Series(name, row)));
        return new Page.Chart(
                x.size() > 1 ? "line" : "bar",
                new Page.Axis("memory.max", false),
                new Page.Axis(unit, false),
                x,
                List.of(),
                series);
    }
}
