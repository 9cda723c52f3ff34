package org.multigen.lab.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.result.Numbers;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.scenario.Size;

/** A comparison as a table for people. */
final class ComparisonTable {
    private final Comparison c;
    private final StringBuilder out = new StringBuilder();

    private ComparisonTable(Comparison c) {
        this.c = c;
    }

    static String render(Comparison c) {
        return new ComparisonTable(c).render();
    }

    private String render() {
        verdict();
        c.sizes().forEach(this::size);
        out.append('\n');
        if (!c.baseline().why().isEmpty()) {
            out.append("no reference policies, and so no x opt: ")
                    .append(c.baseline().why())
                    .append('\n');
        } else if (!c.sizes().getFirst().references().isEmpty()) {
            out.append(
                    "reference policies hold as many pages as the limit allows, read ahead nothing and spend nothing on"
                            + " tables;\npages read: from swap and files; x opt: these and first touches of anonymous memory, as a multiple of those of"
                            + " Belady's optimum, which knows the future\n");
        }
        Set<String> notes = new LinkedHashSet<>();
        notes.addAll(c.baseline().notes());
        c.sizes().forEach(s -> s.result().variants().forEach(v -> notes.addAll(v.notes())));
        notes.forEach(n -> out.append("note: ").append(n).append('\n'));
        return out.toString();
    }

    private void verdict() {
        List<String> best = new ArrayList<>();
        for (Comparison.AtSize s : c.sizes()) {
            s.result().variants().stream()
                    .filter(v -> v.killed().isEmpty())
                    .min(Comparator.comparingLong((TrialResult v) -> v.metric(Metrics.RUN_TIME))
                            .thenComparingLong(TrialResult::pagesRead))
                    .ifPresent(v -> best.add(v.name() + " at " + s.memory()));
        }
        out.append(c.name())
                .append(String.format(
                        Locale.ROOT, ", footprint %,d pages (%s). ", c.footprintPages(), mib(c.footprintPages())))
                .append(best.isEmpty() ? "Every configuration ran out of memory." : "Shortest run time: ")
                .append(String.join(", ", best))
                .append(best.isEmpty() ? "\n" : ".\n");
    }

    private void size(Comparison.AtSize s) {
        String pages = s.pages() == Long.MAX_VALUE
                ? "no limit"
                : String.format(Locale.ROOT, "%,d pages (%s)", s.pages(), mib(s.pages()));
        out.append(String.format("%nmemory %s: %s%n", s.memory(), pages));
        out.append(String.format(
                "%-18s %11s %13s %13s %13s %7s%n",
                "", "run time", "major faults", "pages read", "reclaim CPU", "x opt"));
        OptionalLong best = s.best();
        long longest = most(s, Metrics.RUN_TIME);
        long mostCpu = most(s, Metrics.RECLAIM_CPU);
        for (TrialResult v : s.result().variants()) {
            if (!v.killed().isEmpty()) {
                out.append(String.format("%-18s out of memory%n", v.name()));
                continue;
            }
            out.append(String.format(
                    Locale.ROOT,
                    "%-18s %11s %,13d %,13d %13s %7s%n",
                    v.name(),
                    Numbers.nanos(v.metric(Metrics.RUN_TIME), longest),
                    v.metric(Metrics.MAJOR_FAULTS),
                    v.pagesRead(),
                    Numbers.nanos(v.metric(Metrics.RECLAIM_CPU), mostCpu),
                    times(v.pagesRead(), best)));
        }
        for (Comparison.Reference r : s.references()) {
            out.append(String.format(
                    Locale.ROOT,
                    "%-18s %11s %13s %,13d %13s %7s%n",
                    "(" + r.policy().word() + ")",
                    "",
                    "",
                    r.pagesRead(),
                    "",
                    times(r.pagesRead(), best)));
        }
    }

    private static long most(Comparison.AtSize s, String metric) {
        return s.result().variants().stream()
                .filter(v -> v.killed().isEmpty())
                .mapToLong(v -> v.metric(metric))
                .max()
                .orElse(0);
    }

    private String times(long pagesRead, OptionalLong best) {
        if (best.isEmpty()) {
            return "-";
        }
        double times = c.baseline().timesOptimum(pagesRead, best.getAsLong());
        return Double.isInfinite(times) ? "from 0" : String.format(Locale.ROOT, "%.2f", times);
    }

    private static String mib(long pages) {
        return String.format(Locale.ROOT, "%.1f MiB", pages * (double) Size.PAGE / (1 << 20));
    }
}
