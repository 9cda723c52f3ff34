package org.multigen.lab.sweep;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.result.TrialResult;

/**
 * Each variant against one of them, seed by seed at the same point: the median of the changes, with an interval that says whether
 * there is one. Variants named {@code NAME.SUFFIX} are compared with the one that has the same suffix, if there is one.
 */
final class SweepComparison {
    private static final double MILLION = 1e6;
    private static final long FROM_NOTHING = Long.MAX_VALUE / 4;
    /** Below it an interval decides nothing. */
    private static final double CONFIDENCE = 0.95;

    private final Grid grid;
    private final String against;
    private final Set<String> variants = new LinkedHashSet<>();

    /**
     * @throws Failure if no variant is called so, with or without a suffix
     */
    SweepComparison(Grid grid, String against) {
        this.grid = grid;
        this.against = against;
        grid.trials().forEach(t -> variants.add(t.variant()));
        if (variants.stream().noneMatch(v -> v.equals(against) || v.startsWith(against + "."))) {
            throw Failure.usage(
                    "--against " + against + ": no such variant, expected one of " + String.join(", ", variants));
        }
    }

    private String baseOf(String variant) {
        int dot = variant.lastIndexOf('.');
        String alike = against + (dot < 0 ? "" : variant.substring(dot));
        return variants.contains(alike) ? alike : against;
    }

    /** A line per point and variant, and a sentence. */
    String render(SortedMap<Integer, TrialResult> results, String metric) {
        Set<String> killed = new LinkedHashSet<>();
        Map<String, List<Long>> changes = changes(results, metric, killed);
        int width = changes.keySet().stream().mapToInt(String::length).max().orElse(0);
        StringBuilder out = new StringBuilder(metric + " against " + against + ", seed by seed\n");
        List<String> less = new ArrayList<>();
        List<String> more = new ArrayList<>();
        List<String> equal = new ArrayList<>();
        List<String> undecided = new ArrayList<>();
        double confidence = 1;
        for (Map.Entry<String, List<Long>> e : changes.entrySet()) {
            if (killed.contains(e.getKey())) {
                out.append(String.format("%-" + width + "s  out of memory%n", e.getKey()));
                continue;
            }
            Median m =
                    Median.of(e.getValue().stream().mapToLong(Long::longValue).toArray());
            confidence = Math.min(confidence, m.confidence());
            boolean decided = m.confidence() >= CONFIDENCE && (m.low() > 0 || m.high() < 0);
            boolean same = e.getValue().stream().allMatch(c -> c == 0);
            String word = same ? "equal" : !decided ? "undecided" : m.high() < 0 ? "less" : "more";
            (same ? equal : !decided ? undecided : m.high() < 0 ? less : more).add(e.getKey());
            out.append(String.format(
                    Locale.ROOT,
                    "%-" + width + "s  %8s (%s to %s)  %s%n",
                    e.getKey(),
                    percent(m.value()),
                    percent(m.low()),
                    percent(m.high()),
                    word));
        }
        out.append(String.format(
                Locale.ROOT,
                "Less with %s; more with %s; equal with %s; undecided with %s (intervals hold the median with %.1f %%"
                        + " confidence).%n",
                names(less),
                names(more),
                names(equal),
                names(undecided),
                100 * confidence));
        return out.toString();
    }

    /**
     * By variant and point.
     *
     * @param killed those with a trial, or one compared with, that the OOM killer ended; added to
     */
    private Map<String, List<Long>> changes(
            SortedMap<Integer, TrialResult> results, String metric, Set<String> killed) {
        Map<String, TrialResult> all = new LinkedHashMap<>();
        results.forEach((n, r) -> all.put(key(grid.trials().get(n), r.name()), r));
        Map<String, List<Long>> changes = new LinkedHashMap<>();
        results.forEach((n, r) -> {
            Grid.Trial t = grid.trials().get(n);
            String base = baseOf(t.variant());
            TrialResult before = all.get(key(t, base));
            if (base.equals(t.variant()) || before == null) {
                return;
            }
            String name = t.variant()
                    + (t.point().isEmpty() ? "" : " " + t.point().toString().replaceAll("[{}]", ""));
            if (!r.killed().isEmpty() || !before.killed().isEmpty()) {
                killed.add(name);
                changes.computeIfAbsent(name, k -> new ArrayList<>());
            } else {
                changes.computeIfAbsent(name, k -> new ArrayList<>())
                        .add(change(before.metric(metric), r.metric(metric)));
            }
        });
        return changes;
    }

    /** In millionths, 0 only if nothing changed; {@link #FROM_NOTHING} if there was nothing before. */
    private static long change(long before, long after) {
        if (before == 0) {
            return after == 0 ? 0 : FROM_NOTHING;
        }
        long millionths = Math.round(MILLION * (after / (double) before - 1));
        return millionths == 0 ? Long.signum(after - before) : millionths;
    }

    private static String key(Grid.Trial t, String variant) {
        return variant + " " + t.seed() + " " + t.point();
    }

    private static String percent(double millionths) {
        return millionths >= FROM_NOTHING / 4 // the mean of two may be one of nothing and a change
                ? "from 0"
                : String.format(Locale.ROOT, "%+.1f %%", millionths / MILLION * 100);
    }

    private static String names(List<String> of) {
        return of.isEmpty() ? "none" : String.join(", ", of);
    }
}
