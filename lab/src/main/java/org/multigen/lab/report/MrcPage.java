package org.multigen.lab.report;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Miss-ratio curves. */
final class MrcPage {
    private MrcPage() {}

    static Page of(JsonNode r) {
        long blockBytes = r.path("blockBytes").asLong();
        List<Page.Series> ratios = new ArrayList<>();
        List<Page.Series> times = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("size"));
        List<List<String>> rows = new ArrayList<>();
        List<String> factorHead = new ArrayList<>(List.of("size"));
        List<List<String>> factorRows = new ArrayList<>();
        for (JsonNode curve : r.path("curves")) {
            String policy = curve.path("policy").asString();
            List<List<Double>> ratio = new ArrayList<>();
            List<List<Double>> factor = new ArrayList<>();
            head.add(policy);
            factorHead.add(policy);
            int row = 0;
            for (JsonNode point : curve.path("points")) {
                long blocks = point.path("blocks").asLong();
                double size = Texts.mib(blocks, blockBytes);
                if (rows.size() == row) {
                    String name = Texts.decimals(size, 2) + " MiB (" + Texts.count(blocks) + " blocks)";
                    rows.add(new ArrayList<>(List.of(name)));
                    factorRows.add(new ArrayList<>(List.of(name)));
                }
                if (killed(point)) {
                    rows.get(row).add("out of memory");
                    factorRows.get(row++).add("-");
                    continue;
                }
                ratio.add(List.of(size, point.path("missRatio").asDouble()));
                factor.add(List.of(size, point.path("timesOptimum").asDouble()));
                rows.get(row).add(Texts.decimals(point.path("missRatio").asDouble(), 4));
                factorRows
                        .get(row++)
                        .add(Texts.decimals(point.path("timesOptimum").asDouble(), 2));
            }
            String look = String.valueOf(ratios.size());
            ratios.add(new Page.Series(policy, ratio, look));
            if (!policy.equals("belady")) {
                times.add(new Page.Series(policy, factor, look));
            }
        }
        Page.Axis size = new Page.Axis("size of the cache, MiB", true, 0);
        Page.Chart curves = new Page.Chart("line", "", size, new Page.Axis("miss ratio"), List.of(), ratios);
        Page.Chart optimum = new Page.Chart("line", "", size, new Page.Axis("misses / optimum's"), List.of(), times);
        String title = r.path("trace").asString();
        List<Page.Section> sections = new ArrayList<>();
        sections.add(new Page.Section(
                "Miss ratio by size", "Lower is better.", List.of(curves), new Page.Table(head, rows)));
        if (!times.isEmpty()) {
            sections.add(new Page.Section(
                    "How far from optimal",
                    "Misses as a multiple of those of Belady's optimum, which knows the future; no policy misses less.",
                    List.of(optimum),
                    new Page.Table(factorHead, factorRows)));
        }
        return new Page(
                title + ": miss-ratio curves",
                "How many references of " + title + " miss in caches of several sizes?",
                verdict(r, blockBytes),
                sections,
                facts(r, blockBytes),
                List.of(),
                List.of(
                        List.of(
                                "miss ratio",
                                "Share of references whose block is not in the cache, which begins empty."),
                        List.of("optimum", "Belady's: evicts what is referenced again last.")),
                Texts.strings(r.path("notes")));
    }

    private static List<List<String>> facts(JsonNode r, long blockBytes) {
        List<List<String>> facts = new ArrayList<>();
        facts.add(List.of("references", Texts.count(r.path("references").asLong())));
        facts.add(List.of(
                "blocks", Texts.count(r.path("blocks").asLong()) + " of " + Texts.count(blockBytes) + " bytes"));
        if (!r.path("kernels").isEmpty()) {
            facts.add(List.of("seed", "1"));
            facts.addAll(BasisTexts.kernels(r));
        }
        return facts;
    }

    /** Which policy, the optimum aside, misses least at the size in the middle. */
    private static String verdict(JsonNode r, long blockBytes) {
        String best = "";
        double least = 2;
        double times = 0;
        long blocks = 0;
        for (JsonNode curve : r.path("curves")) {
            JsonNode points = curve.path("points");
            JsonNode middle = points.path(points.size() / 2);
            String policy = curve.path("policy").asString();
            if (!policy.equals("belady")
                    && !killed(middle)
                    && middle.path("missRatio").asDouble() < least) {
                best = policy;
                least = middle.path("missRatio").asDouble();
                times = middle.path("timesOptimum").asDouble();
                blocks = middle.path("blocks").asLong();
            }
        }
        String size = Texts.decimals(Texts.mib(blocks, blockBytes), 1) + " MiB";
        return best.isEmpty()
                ? Texts.count(r.path("references").asLong()) + " references, the optimum only."
                : "At " + size + " " + best + " misses least of these: " + Texts.decimals(100 * least, 2)
                        + " % of references, " + Texts.decimals(times, 2) + " times the optimum.";
    }

    /** A kernel ran out of memory there. */
    private static boolean killed(JsonNode point) {
        return point.path("outcome").asString("").equals("killed");
    }
}
