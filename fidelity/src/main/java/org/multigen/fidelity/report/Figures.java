package org.multigen.fidelity.report;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.multigen.fidelity.verdict.Check;
import org.multigen.fidelity.verdict.Verdict;

/** How figures are written in every report. */
final class Figures {
    private Figures() {}

    static String percent(double share) {
        return Double.isNaN(share) ? "" : String.format(Locale.ROOT, "%.1f %%", share * 100);
    }

    static String signedPercent(double share) {
        return String.format(Locale.ROOT, "%+.2f %%", share * 100);
    }

    static String number(long n) {
        return Long.toString(n);
    }

    static String largest(Verdict v) {
        Verdict.Largest largest = v.largest();
        return largest == null ? "" : largest.pages() + " (" + largest.where() + ")";
    }

    static String line(Check c) {
        return c.figure() + " " + c.ours() + ", kernel " + c.theirs() + ", allowed " + c.tolerance() + " (" + c.where()
                + ")";
    }

    /** Absolute relative differences in faults of all pressure runs that finished on both sides, ascending. */
    static List<Double> faultDifferences(List<Verdict> verdicts) {
        return verdicts.stream()
                .map(Verdict::pressure)
                .filter(Objects::nonNull)
                .filter(p -> !p.killed() && p.kernelFaults() > 0)
                .map(p -> Math.abs(p.difference()))
                .sorted()
                .toList();
    }

    /** The median of ascending values, 0 if there are none. */
    static double median(List<Double> sorted) {
        int n = sorted.size();
        if (n == 0) {
            return 0;
        }
        return n % 2 == 1 ? sorted.get(n / 2) : (sorted.get(n / 2 - 1) + sorted.get(n / 2)) / 2;
    }
}
