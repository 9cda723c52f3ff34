package org.multigen.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Working set over time, and recommended memory. */
final class WssPage {
    private static final long PAGE = 4096;

    private WssPage() {}

    static Page of(JsonNode r) {
        List<List<String>> recommended = new ArrayList<>();
        for (JsonNode n : r.path("recommendations")) {
            recommended.add(List.of(
                    n.path("kernel").asString() + " " + n.path("lru").asString(),
                    mib(n.path("pages")),
                    mib(n.path("needFirst")),
                    mib(n.path("needSecond")),
                    n.path("refaultsPerSecond").isNull()
                            ? "out of memory"
                            : Texts.decimals(n.path("refaultsPerSecond").asDouble(), 0),
                    n.path("met").asBoolean() ? "met" : "not met"));
        }
        String budget = Texts.decimals(r.path("budget").asDouble(), 0) + " refaults per second of run time";
        String verdict = recommended.isEmpty()
                ? "Nothing recommended."
                : "Linux " + recommended.getFirst().get(0) + " needs a memory.max of "
                        + recommended.getFirst().get(1) + " for at most " + budget
                        + ", judged by the first half of the recording; the second half then has "
                        + recommended.getFirst().get(4) + ", so that the budget is "
                        + recommended.getFirst().get(5) + ".";
        List<Page.Section> sections = new ArrayList<>();
        sections.add(new Page.Section(
                "Recommended memory.max",
                "For at most " + budget + ", with a margin of "
                        + Texts.decimals(100 * r.path("margin").asDouble(), 0) + " %.",
                recommended.isEmpty() ? List.of() : List.of(needs(r)),
                new Page.Table(
                        List.of(
                                "configuration",
                                "memory.max",
                                "first half needs",
                                "second half needs",
                                "refaults/s on the second half",
                                "budget"),
                        recommended)));
        if (!r.path("workingSets").isEmpty()) { // else the trace has no times
            sections.add(overTime(r));
        }
        return new Page(
                "Working set",
                "How much memory does the recording use, and how much does it need?",
                verdict,
                sections,
                facts(r),
                BasisTexts.costs(r),
                List.of(
                        List.of("working set", "Pages accessed within the last so many seconds (idle age)."),
                        List.of("needs", "The least memory.max at which that half stays within the budget.")),
                r.path("notes").values().stream().map(JsonNode::asString).toList());
    }

    private static List<List<String>> facts(JsonNode r) {
        List<List<String>> facts = new ArrayList<>();
        facts.add(List.of("used altogether", mib(r.path("distinctPages"))));
        facts.add(List.of("seed", "1"));
        facts.addAll(BasisTexts.kernels(r));
        return facts;
    }

    private static String mib(JsonNode pages) {
        return Texts.decimals(Texts.mib(pages.asLong(), PAGE), 1) + " MiB";
    }

    private static Page.Chart needs(JsonNode r) {
        List<String> x = new ArrayList<>();
        List<Double> first = new ArrayList<>();
        List<Double> second = new ArrayList<>();
        List<Double> pages = new ArrayList<>();
        for (JsonNode n : r.path("recommendations")) {
            x.add(n.path("kernel").asString() + " " + n.path("lru").asString());
            pages.add(Texts.mib(n.path("pages").asLong(), PAGE));
            first.add(Texts.mib(n.path("needFirst").asLong(), PAGE));
            second.add(Texts.mib(n.path("needSecond").asLong(), PAGE));
        }
        return new Page.Chart(
                "bar",
                "",
                new Page.Axis(""),
                new Page.Axis("MiB"),
                x,
                List.of(
                        new Page.Series("recommended", pages, "0"),
                        new Page.Series("first half needs", first, "1"),
                        new Page.Series("second half needs", second, "2")));
    }

    private static Page.Section overTime(JsonNode r) {
        List<Page.Series> series = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("time"));
        List<List<String>> rows = new ArrayList<>();
        String unit = r.path("timeUnit").asString();
        double end = r.path("end").asDouble();
        for (Map.Entry<String, JsonNode> window : r.path("workingSets").properties()) {
            List<List<Double>> pairs = new ArrayList<>();
            int n = window.getValue().size();
            for (int i = 0; i < n; i++) {
                double at = end * (i + 1) / n;
                double size = Texts.mib(window.getValue().get(i).asLong(), PAGE);
                pairs.add(List.of(at, size));
                if (rows.size() <= i) {
                    rows.add(new ArrayList<>(List.of(Texts.decimals(at, 3) + " " + unit)));
                }
                rows.get(i).add(Texts.decimals(size, 1) + " MiB");
            }
            series.add(new Page.Series("last " + window.getKey(), pairs, String.valueOf(series.size())));
            head.add("last " + window.getKey());
        }
        Page.Chart chart = new Page.Chart(
                "line", "", new Page.Axis("time, " + unit), new Page.Axis("MiB accessed"), List.of(), series);
        return new Page.Section(
                "Working set over time",
                "Windows longer than the recording so far show all that was accessed.",
                List.of(chart),
                new Page.Table(head, rows));
    }
}
