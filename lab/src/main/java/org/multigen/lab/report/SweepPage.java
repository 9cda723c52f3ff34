package org.multigen.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.multigen.lab.result.Metric;
import org.multigen.lab.result.Metrics;
import tools.jackson.databind.JsonNode;

/** Distributions over the seeds at each point of a sweep. */
final class SweepPage {
    /** So many points are named. */
    private static final int FEW = 4;

    private SweepPage() {}

    static Page of(JsonNode r) {
        List<String> metrics = Texts.strings(r.path("metrics"));
        Set<String> points = new LinkedHashSet<>();
        Map<String, Map<String, JsonNode>> byVariant = new LinkedHashMap<>();
        int seeds = 0;
        for (JsonNode g : r.path("groups")) {
            points.add(g.path("point").asString());
            byVariant
                    .computeIfAbsent(g.path("variant").asString(), v -> new LinkedHashMap<>())
                    .put(g.path("point").asString(), g);
            seeds = Math.max(seeds, g.path("seeds").size());
        }
        List<Page.Section> sections = new ArrayList<>();
        List<List<String>> definitions = new ArrayList<>();
        for (String metric : metrics) {
            sections.add(section(metric, List.copyOf(points), byVariant));
            metric(metric).ifPresent(m -> definitions.add(List.of(m.label() + " (" + m.name() + ")", m.meaning())));
        }
        definitions.add(List.of(
                "interval",
                "Between two of the values, ordered by size, so that it holds the median of the distribution with at least"
                        + " the stated confidence, whatever the distribution; with few seeds from the smallest to the"
                        + " largest."));
        String scenario = r.path("scenario").asString();
        return new Page(
                scenario + ": a sweep",
                "How do " + String.join(", ", byVariant.keySet()) + " of " + scenario + " do at " + points.size()
                        + (points.size() == 1
                                ? " point, and how much do seeds matter?"
                                : " points, and how much do seeds matter?"),
                verdict(metrics.isEmpty() ? "" : metrics.getFirst(), List.copyOf(points), byVariant),
                sections,
                facts(r, seeds),
                texts(r),
                definitions,
                notes(r, seeds));
    }

    private static List<List<String>> facts(JsonNode r, int seeds) {
        List<List<String>> facts = new ArrayList<>();
        facts.add(List.of("seeds at each point", seeds + ": " + seeds(r)));
        facts.add(List.of(
                "confidence of intervals",
                Texts.decimals(100 * r.path("confidence").asDouble(), 1) + " %"));
        facts.add(List.of("keys varied", String.join(", ", Texts.strings(r.path("keys")))));
        facts.addAll(BasisTexts.kernels(r));
        return facts;
    }

    private static String seeds(JsonNode r) {
        Set<String> seeds = new LinkedHashSet<>();
        r.path("groups").forEach(g -> g.path("seeds").forEach(s -> seeds.add(s.asString(""))));
        List<String> all = List.copyOf(seeds);
        return all.size() < FEW ? String.join(", ", all) : all.getFirst() + " to " + all.getLast();
    }

    private static List<List<String>> texts(JsonNode r) {
        List<List<String>> texts = new ArrayList<>();
        texts.add(List.of(
                "Scenario: the keys that all runs share", r.path("settings").asString("")));
        texts.addAll(BasisTexts.costs(r));
        return texts;
    }

    private static List<String> notes(JsonNode r, int seeds) {
        List<String> notes = new ArrayList<>();
        List<String> killed = Texts.strings(r.path("outOfMemory"));
        if (!killed.isEmpty()) {
            notes.add("Out of memory, so not shown: " + String.join("; ", killed) + ".");
        }
        if (seeds < 6) {
            notes.add("With " + seeds + " seeds no interval reaches 95 % confidence: 6 are needed.");
        }
        return notes;
    }

    private static java.util.Optional<Metric> metric(String name) {
        return Metrics.shown().stream().filter(m -> m.name().equals(name)).findFirst();
    }

    private static double scale(String metric) {
        return metric.endsWith("_ns") ? 1e6 : 1;
    }

    private static String unit(String metric) {
        return metric(metric).map(Metric::label).orElse(metric) + (metric.endsWith("_ns") ? ", ms" : "");
    }

    /** At how many points the interval of one variant lies below all others. */
    private static String verdict(String metric, List<String> points, Map<String, Map<String, JsonNode>> byVariant) {
        Map<String, List<String>> wins = new LinkedHashMap<>();
        for (String p : points) {
            String least = "";
            JsonNode winner = null;
            for (Map.Entry<String, Map<String, JsonNode>> v : byVariant.entrySet()) {
                JsonNode point = v.getValue().get(p);
                JsonNode m = point == null ? null : median(point, metric);
                if (m != null
                        && !m.isMissingNode()
                        && (winner == null
                                || m.path("value").asDouble()
                                        < winner.path("value").asDouble())) {
                    least = v.getKey();
                    winner = m;
                }
            }
            if (winner == null) {
                continue;
            }
            boolean apart = true;
            for (Map.Entry<String, Map<String, JsonNode>> v : byVariant.entrySet()) {
                JsonNode other = v.getValue().get(p);
                apart &= v.getKey().equals(least)
                        || other == null
                        || median(other, metric).path("low").asDouble()
                                > winner.path("high").asDouble();
            }
            if (apart) {
                wins.computeIfAbsent(least, v -> new ArrayList<>()).add(p);
            }
        }
        if (byVariant.size() < 2) {
            return "One variant at " + points.size() + " points.";
        }
        List<String> parts = new ArrayList<>();
        int decided = 0;
        for (Map.Entry<String, List<String>> w : wins.entrySet()) {
            parts.add(w.getKey() + " at " + where(w.getValue(), points));
            decided += w.getValue().size();
        }
        String undecided = decided == points.size()
                ? "."
                : (parts.isEmpty() ? "intervals overlap at all " : "; intervals overlap at ")
                        + (points.size() - decided)
                        + (points.size() - decided == 1 ? " point." : " points.");
        return "Least " + metric(metric).map(Metric::label).orElse(metric) + ": " + String.join(", ", parts)
                + undecided;
    }

    /** The points, or how many they are where there are many. */
    private static String where(List<String> some, List<String> points) {
        if (some.size() == points.size()) {
            return points.size() == 1 ? "the only point" : "all " + points.size() + " points";
        }
        return points.size() > FEW ? some.size() + " of " + points.size() + " points" : String.join(" and ", some);
    }

    private static JsonNode median(JsonNode group, String metric) {
        return group.path("medians").path(metric);
    }

    private static Page.Section section(
            String metric, List<String> points, Map<String, Map<String, JsonNode>> byVariant) {
        double scale = scale(metric);
        List<Page.Series> series = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        byVariant.forEach((variant, groups) -> {
            List<List<Double>> data = new ArrayList<>();
            for (String p : points) {
                List<Double> values = new ArrayList<>();
                JsonNode g = groups.get(p);
                if (g != null) {
                    JsonNode m = median(g, metric);
                    values.add(m.path("value").asDouble() / scale);
                    values.add(m.path("low").asDouble() / scale);
                    values.add(m.path("high").asDouble() / scale);
                    rows.add(List.of(
                            variant + (p.isEmpty() ? "" : ", " + p),
                            shown(values.get(0)),
                            shown(values.get(1)),
                            shown(values.get(2)),
                            String.valueOf(g.path("seeds").size())));
                    g.path("values").path(metric).forEach(v -> values.add(v.asDouble() / scale));
                }
                data.add(values);
            }
            series.add(new Page.Series(variant, data, String.valueOf(series.size())));
        });
        Page.Chart chart = new Page.Chart(
                "points",
                "",
                new Page.Axis(""),
                new Page.Axis(unit(metric)),
                points.stream().map(p -> p.isEmpty() ? "as it is" : p).toList(),
                series);
        return new Page.Section(
                unit(metric),
                "Each hollow mark is a run with a seed of its own; the filled one is the median, the bar its interval."
                        + " The axis need not begin at 0.",
                List.of(chart),
                new Page.Table(List.of("point", "median", "from", "to", "runs"), rows));
    }

    private static String shown(double value) {
        return Texts.decimals(value, value == Math.rint(value) ? 0 : 3);
    }
}
