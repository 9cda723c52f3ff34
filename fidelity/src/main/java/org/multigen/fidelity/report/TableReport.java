package org.multigen.fidelity.report;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.multigen.fidelity.verdict.Check;
import org.multigen.fidelity.verdict.Verdict;

/** A row per transcript, what failed below it, and a line per kernel at the end. */
public final class TableReport {
    private static final List<String> HEAD = List.of(
            "transcript",
            "kernel",
            "kind",
            "verdict",
            "dumps",
            "equal",
            "faults",
            "kernel's",
            "difference",
            "same outcome",
            "overlap",
            "tolerance",
            "largest difference in pages");
    private static final int LEFT_COLUMNS = 4;
    private static final int FAILURES_SHOWN = 3;

    private final PrintWriter out;
    private final boolean verbose;

    public TableReport(PrintWriter out, boolean verbose) {
        this.out = out;
        this.verbose = verbose;
    }

    public void print(List<Verdict> verdicts) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        verdicts.forEach(v -> rows.add(row(v)));
        int[] widths = widths(rows);
        printRow(rows.getFirst(), widths);
        for (int i = 0; i < verdicts.size(); i++) {
            printRow(rows.get(i + 1), widths);
            details(verdicts.get(i));
        }
        out.println();
        byKernel(verdicts);
    }

    private static List<String> row(Verdict v) {
        Verdict.Pressure p = v.pressure();
        return List.of(
                v.file().toString(),
                v.kernel(),
                v.header().kind().type().word(),
                v.pass() ? "pass" : "FAIL",
                Figures.number(v.dumps()),
                Figures.number(v.equal()),
                p == null ? "" : Figures.number(p.faults()),
                p == null ? "" : p.killed() ? "killed" : Figures.number(p.kernelFaults()),
                p == null || p.killed() ? "" : Figures.signedPercent(p.difference()),
                p == null ? "" : Figures.percent(p.sameOutcome()),
                p == null ? "" : Figures.percent(p.overlap()),
                v.header().kind().text(),
                Figures.largest(v));
    }

    private static int[] widths(List<List<String>> rows) {
        int[] widths = new int[HEAD.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return widths;
    }

    private void printRow(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            boolean left = i < LEFT_COLUMNS || i >= widths.length - 2;
            String pad = " ".repeat(widths[i] - row.get(i).length());
            line.append(left ? row.get(i) + pad : pad + row.get(i)).append("  ");
        }
        out.println(line.toString().stripTrailing());
    }

    private void details(Verdict v) {
        List<Check> failed = v.checks().stream().filter(c -> !c.holds()).toList();
        int shown = verbose ? failed.size() : Math.min(FAILURES_SHOWN, failed.size());
        for (Check c : failed.subList(0, shown)) {
            out.println("    outside: " + Figures.line(c));
        }
        if (failed.size() > shown) {
            out.println("    and " + (failed.size() - shown) + " more, see --verbose");
        }
        if (verbose) {
            v.checks().stream().filter(Check::holds).forEach(c -> out.println("    inside: " + Figures.line(c)));
            v.notes().forEach(n -> out.println("    note: " + n));
            if (v.firstDifference() != null) {
                sideBySide(v.firstDifference());
            }
        }
    }

    private void sideBySide(Verdict.SideBySide s) {
        out.println("    first dump that differs: line " + s.line() + " " + s.label() + ": "
                + String.join("; ", s.differences()));
        List<String> ours = s.ours().lines().toList();
        List<String> theirs = s.theirs().lines().toList();
        int width = Math.max(6, ours.stream().mapToInt(String::length).max().orElse(0));
        out.println("      " + pad("ours", width) + " | kernel");
        Iterator<String> left = ours.iterator();
        Iterator<String> right = theirs.iterator();
        while (left.hasNext() || right.hasNext()) {
            String l = left.hasNext() ? left.next() : "";
            String r = right.hasNext() ? right.next() : "";
            out.println(
                    (l.stripTrailing().equals(r.stripTrailing()) ? "      " : "    * ") + pad(l, width) + " | " + r);
        }
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private void byKernel(List<Verdict> verdicts) {
        Map<String, List<Verdict>> kernels = new TreeMap<>(KernelOrder.COMPARATOR);
        verdicts.forEach(
                v -> kernels.computeIfAbsent(v.kernel(), k -> new ArrayList<>()).add(v));
        kernels.forEach((kernel, list) -> {
            long pass = list.stream().filter(Verdict::pass).count();
            List<Double> differences = Figures.faultDifferences(list);
            String faults = differences.isEmpty()
                    ? ""
                    : "; median difference in faults " + Figures.percent(Figures.median(differences)) + " over "
                            + differences.size() + " pressure runs";
            out.println(kernel + ": " + pass + " of " + list.size() + " inside their tolerance" + faults);
        });
    }
}
