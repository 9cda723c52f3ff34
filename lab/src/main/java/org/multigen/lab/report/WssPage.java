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
        List<Page.Series> series = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("time"));
        List<List<String>> rows = new ArrayList<>();
        List<String> x = new ArrayList<>();
        for (Map.Entry<String, JsonNode> window : r.path("workingSets").properties()) {
            List<Double> pages = new ArrayList<>();
            window.getValue().forEach(n -> pages.add(Texts.mib(n.asLong(), PAGE)));
            series.add(new Page.Series("last " + window.getKey(), pages));
            head.add("last " + window.getKey());
            for (int i = 0; i < pages.size(); i++) {
                if (rows.size() <= i) {
                    x.add(Texts.decimals(r.path("end").asDouble() * (i + 1) / pages.size(), 3));
                    rows.add(new ArrayList<>(List.of(x.get(i) + " s")));
                }
                rows.get(i).add(Texts.decimals(pages.get(i), 1) + " MiB");
            }
        }
        List<List<String>> recommended = new ArrayList<>();
        for (JsonNode n : r.path("recommendations")) {
            recommended.add(List.of(
                    n.path("kernel").asString() + " " + n.path("lru").asString(),
                    Texts.decimals(Texts.mib(n.path("pages").asLong(), PAGE), 1) + " MiB",
                    Texts.decimals(Texts.mib(n.path("needFirst").asLong(), PAGE), 1) + " MiB",
                    Texts.decimals(Texts.mib(n.path("needSecond").asLong(), PAGE), 1) + " MiB",
                    Texts.decimals(n.path("refaultsPerSecond").asDouble(), 0),
                    n.path("met").asBoolean() ? "met" : "not met"));
        }
        String verdict = recommended.isEmpty()
                ? "Nothing recommended."
                : recommended.getFirst().get(0) + ": memory.max of "
                        + recommended.getFirst().get(1) + "; budget "
                        + recommended.getFirst().get(5) + " on the second half.";
        Page.Chart chart = new Page.Chart(
                "line",
                new Page.Axis(r.path("timeUnit").asString(), false),
                new Page.Axis("MiB accessed", false),
                x,
                List.of(),
                series);
        return new Page(
                "Working set",
                "How much memory does the recording use, and how much does it need?",
                verdict,
                List.of(
                        new Page.Section(
                                "Recommended memory.max",
                                "For at most " + Texts.decimals(r.path("budget").asDouble(), 0)
                                        + " refaults per second of run time.",
                                null,
                                new Page.Table(
                                        List.of(
                                                "configuration",
                                                "memory.max",
                                                "first half needs",
                                                "second half needs",
                                                "refaults/s on the second half",
                                                "budget"),
                                        recommended)),
                        new Page.Section("Working set over time", "", chart, new Page.Table(head, rows))),
                List.of(),
                List.of(List.of("working set", "Pages accessed within the last so many seconds (idle age).")),
                List.of());
    }
}
