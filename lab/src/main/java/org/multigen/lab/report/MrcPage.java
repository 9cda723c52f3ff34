package org.multigen.lab.report;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Miss-ratio curves. */
final class MrcPage {
    private MrcPage() {}

    static Page of(JsonNode r) {
        long blockBytes = r.path("blockBytes").asLong();
        List<String> x = new ArrayList<>();
        List<Page.Series> ratios = new ArrayList<>();
        List<Page.Series> times = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("blocks", "size"));
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode point : r.path("curves").path(0).path("points")) {
            long blocks = point.path("blocks").asLong();
            String size = Texts.decimals(Texts.mib(blocks, blockBytes), 1) + " MiB";
            x.add(size);
            rows.add(new ArrayList<>(List.of(Texts.count(blocks), size)));
        }
        for (JsonNode curve : r.path("curves")) {
            String policy = curve.path("policy").asString();
            head.add(policy);
            head.add("x optimum");
            List<Double> ratio = new ArrayList<>();
            List<Double> factor = new ArrayList<>();
            int row = 0;
            for (JsonNode point : curve.path("points")) {
                ratio.add(point.path("missRatio").asDouble());
                factor.add(point.path("timesOptimum").asDouble());
                rows.get(row).add(Texts.decimals(point.path("missRatio").asDouble(), 4));
                rows.get(row++).add(Texts.decimals(point.path("timesOptimum").asDouble(), 2));
            }
            ratios.add(new Page.Series(policy, ratio));
            times.add(new Page.Series(policy, factor));
        }
        Page.Axis size = new Page.Axis("size of the cache", false);
        Page.Chart curves = new Page.Chart("line", size, new Page.Axis("miss ratio", false), x, List.of(), ratios);
        Page.Chart optimum = new Page.Chart(
                "line", size, new Page.Axis("misses as a multiple of the optimum's", false), x, List.of(), times);
        String title = r.path("trace").asString();
        return new Page(
                title + ": miss-ratio curves",
                "How many references of " + title + " miss in caches of several sizes?",
                Texts.count(r.path("references").asLong()) + " references to "
                        + Texts.count(r.path("blocks").asLong()) + " blocks of " + Texts.count(blockBytes) + " bytes.",
                List.of(
                        new Page.Section("Miss ratio by size", "", curves, new Page.Table(head, rows)),
                        new Page.Section(
                                "How far from optimal",
                                "Belady's optimum knows the future; no policy misses less.",
                                optimum,
                                new Page.Table(List.of(), List.of()))),
                List.of(),
                List.of(
                        List.of(
                                "miss ratio",
                                "Share of references whose block is not in the cache, which begins empty."),
                        List.of("optimum", "Belady's: evicts what is referenced again last.")),
                Texts.strings(r.path("notes")));
    }
}
