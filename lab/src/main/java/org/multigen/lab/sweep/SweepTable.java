package org.multigen.lab.sweep;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import org.multigen.lab.result.TrialResult;

/** Medians over the seeds, a line per point and variant. */
final class SweepTable {
    private SweepTable() {}

    static String render(Grid grid, SortedMap<Integer, TrialResult> results, List<String> metrics) {
        Map<String, List<TrialResult>> groups = new LinkedHashMap<>();
        results.forEach((number, r) -> {
            Grid.Trial t = grid.trials().get(number);
            String name = t.variant()
                    + (t.point().isEmpty() ? "" : " " + t.point().toString().replaceAll("[{}]", ""));
            groups.computeIfAbsent(name, n -> new ArrayList<>()).add(r);
        });
        int width = groups.keySet().stream().mapToInt(String::length).max().orElse(0);
        StringBuilder out = new StringBuilder(" ".repeat(width));
        metrics.forEach(m -> out.append(String.format("  %36s", m)));
        out.append('\n');
        double confidence = 1;
        for (Map.Entry<String, List<TrialResult>> g : groups.entrySet()) {
            out.append(g.getKey()).append(" ".repeat(width - g.getKey().length()));
            long killed =
                    g.getValue().stream().filter(r -> !r.killed().isEmpty()).count();
            if (killed > 0) {
                out.append(String.format("  %36s%n", outOf(killed, g.getValue().size())));
                continue;
            }
            for (String metric : metrics) {
                Median m = Median.of(
                        g.getValue().stream().mapToLong(r -> r.metric(metric)).toArray());
                confidence = Math.min(confidence, m.confidence());
                String interval =
                        m.low() == m.high() ? "" : String.format(Locale.ROOT, " (%,d to %,d)", m.low(), m.high());
                out.append(String.format("  %36s", String.format(Locale.ROOT, "%,.0f", m.value()) + interval));
            }
            out.append('\n');
        }
        out.append(String.format(
                Locale.ROOT,
                "medians over %d seeds; intervals hold the median with %.1f %% confidence%n",
                results.size() / Math.max(1, groups.size()),
                100 * confidence));
        return out.toString();
    }

    /** A run that the OOM killer ended has figures that compare with nothing, so a median over it says nothing. */
    private static String outOf(long killed, int runs) {
        return "out of memory" + (killed == runs ? "" : String.format(" in %d of %d runs", killed, runs));
    }
}
