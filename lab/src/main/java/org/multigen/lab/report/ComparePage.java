package org.multigen.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.result.ExperimentResult;
import org.multigen.lab.result.JsonFormat;
import org.multigen.lab.result.Metric;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.result.Vouchers;
import tools.jackson.databind.JsonNode;

/** Kernels and LRUs at several sizes of memory. */
final class ComparePage {
    private static final long KIB_PER_PAGE = 4;
    private static final List<String> SHOWN = List.of(Metrics.RUN_TIME, Metrics.MAJOR_FAULTS, Metrics.RECLAIM_CPU);

    private final Map<String, List<@Nullable Number>> read = new LinkedHashMap<>();
    private final Map<String, List<@Nullable Number>> times = new LinkedHashMap<>();
    private final Map<String, List<@Nullable Number>> reclaim = new LinkedHashMap<>();
    private final List<String> x = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();
    private final List<String> best = new ArrayList<>();
    private final Set<String> notes = new LinkedHashSet<>();
    private final Set<String> vouchers = new LinkedHashSet<>();
    private final List<Page.Chart> faults = new ArrayList<>();
    private final List<List<String>> texts = new ArrayList<>();

    private ComparePage() {}

    static Page of(JsonNode r) {
        return new ComparePage().page(r);
    }

    private Page page(JsonNode r) {
        for (JsonNode size : r.path("sizes")) {
            add(size);
        }
        String name = r.path("name").asString();
        Page.Table table = new Page.Table(
                List.of("configuration", "run time", "major faults", "pages read", "reclaim CPU", "x opt"), rows);
        notes.addAll(Texts.strings(r.path("notes")));
        if (r.hasNonNull("noReferences")) {
            notes.add("No reference policies: " + r.path("noReferences").asString() + ".");
        }
        List<Page.Section> sections = new ArrayList<>();
        sections.add(new Page.Section("Every configuration at every size", "", List.of(), table));
        sections.add(new Page.Section(
                "Pages read from swap and files",
                "In brackets: reference policies with the same number of pages; belady is the optimum.",
                charts("pages", x, read),
                table));
        sections.add(new Page.Section("Run time", "", charts("s of virtual time", x, times), table));
        sections.add(new Page.Section("CPU time of reclaim", "", charts("s of virtual time", x, reclaim), table));
        if (!faults.isEmpty()) {
            sections.add(new Page.Section("Major faults over time", "Added up, by memory.max.", faults, table));
        }
        List<List<String>> facts = new ArrayList<>();
        facts.add(List.of("footprint", Texts.count(r.path("footprintPages").asLong()) + " pages"));
        vouchers.forEach(v -> facts.add(List.of("kernel rules", v)));
        List<Metric> defined =
                Metrics.shown().stream().filter(m -> SHOWN.contains(m.name())).toList();
        List<List<String>> definitions = new ArrayList<>(RunPage.definitions(defined, List.of()));
        definitions.add(List.of(
                "x opt",
                "Pages read and first touches of anonymous memory, as a multiple of those of Belady's optimum, which knows the"
                        + " future."));
        definitions.add(List.of("pages read", "Pages read from swap (pswpin) and from files (pgpgin)."));
        return new Page(
                name + ": kernels and LRUs compared",
                "Which kernel and LRU treats " + name + " best, and with how much memory?",
                best.isEmpty() ? "Every configuration ran out of memory." : "Shortest run time: " + fastest() + ".",
                sections,
                facts,
                texts,
                definitions,
                List.copyOf(notes));
    }

    private void add(JsonNode size) {
        String memory = size.path("memory").asString();
        x.add(memory);
        ExperimentResult result = JsonFormat.read(size.path("result").toString());
        TrialResult fastest = null;
        for (TrialResult v : result.variants()) {
            notes.addAll(v.notes());
            if (!v.killed().isEmpty()) { // its figures end early and compare with nothing
                put(read, v.name(), null);
                put(times, v.name(), null);
                put(reclaim, v.name(), null);
                rows.add(List.of(v.name() + " at " + memory, "out of memory", "", "", "", ""));
                continue;
            }
            double time = Texts.seconds(v.metric(Metrics.RUN_TIME));
            long back = v.metric("pswpin") + v.metric("pgpgin") / KIB_PER_PAGE;
            double cpu = Texts.seconds(v.metric(Metrics.RECLAIM_CPU));
            put(read, v.name(), back);
            put(times, v.name(), time);
            put(reclaim, v.name(), cpu);
            rows.add(List.of(
                    v.name() + " at " + memory,
                    Texts.decimals(time, 3) + " s",
                    Texts.count(v.metric(Metrics.MAJOR_FAULTS)),
                    Texts.count(back),
                    Texts.decimals(cpu, 3) + " s",
                    timesOptimum(size, v.name())));
            fastest = fastest == null || v.metric(Metrics.RUN_TIME) < fastest.metric(Metrics.RUN_TIME) ? v : fastest;
        }
        vouchers.addAll(Vouchers.of(result));
        if (fastest != null) {
            best.add(fastest.name() + " at " + memory);
        }
        List<Page.Chart> overTime = SeriesSections.faultCharts(result.variants(), "memory.max " + memory);
        if (overTime != null) {
            faults.addAll(overTime);
        }
        if (texts.isEmpty()) {
            texts.addAll(RunPage.texts(result.variants()));
        }
        for (JsonNode p : size.path("references")) {
            String policy = "(" + p.path("policy").asString() + ")";
            long pages = p.path("pagesRead").asLong();
            put(read, policy, pages);
            rows.add(List.of(policy + " at " + memory, "", "", Texts.count(pages), "", timesOptimum(size, policy)));
        }
    }

    private static String timesOptimum(JsonNode size, String name) {
        JsonNode times = size.path("timesOptimum").path(name);
        return times.isNumber() ? Texts.decimals(times.asDouble(), 2) : "";
    }

    private String fastest() {
        List<String> names = best.stream()
                .map(b -> b.substring(0, b.lastIndexOf(" at ")))
                .distinct()
                .toList();
        return names.size() == 1 && best.size() == x.size() && best.size() > 1
                ? names.getFirst() + " at every size"
                : String.join(", ", best);
    }

    private static void put(Map<String, List<@Nullable Number>> to, String name, @Nullable Number value) {
        to.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
    }

    /** None if all ran out of memory. */
    private static List<Page.Chart> charts(String unit, List<String> x, Map<String, List<@Nullable Number>> values) {
        if (values.values().stream().allMatch(row -> row.stream().allMatch(Objects::isNull))) {
            return List.of();
        }
        List<Page.Series> series = new ArrayList<>();
        values.forEach((name, row) ->
                series.add(new Page.Series(name, row, series.size() + (name.startsWith("(") ? "-" : ""))));
        return List.of(new Page.Chart(
                x.size() > 1 ? "line" : "bar", "", new Page.Axis("memory.max"), new Page.Axis(unit), x, series));
    }
}
