package org.multigen.lab.result;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * An experiment as a table for people: verdict, a row per metric, a column per variant with its change against the first, the
 * profile of reclaim, the warm-up apart, what came of events, and who vouches for the rules. At most {@value #WIDTH} columns
 * wide with up to four variants; more are shown in blocks that repeat the first.
 */
public final class TableFormat {
    /** The width that a table keeps to. */
    static final int WIDTH = 100;

    private static final int LABEL = 20;
    /** Without the column of counters. */
    private static final int LONE_LABEL = 32;

    private static final int COUNTER = 24;
    private static final int VALUE = 14;
    private static final int CHANGE = 9;
    private static final int FUNCTIONS = 10;
    /** Shown even when they are 0 everywhere: that is news. */
    private static final Set<String> ALWAYS =
            Set.of(Metrics.RUN_TIME, Metrics.TOUCHES, Metrics.MAJOR_FAULTS, Metrics.STALL, Metrics.RECLAIM_CPU);

    private static final List<String> IN_WARMUP = List.of(Metrics.RUN_TIME, Metrics.TOUCHES, Metrics.MAJOR_FAULTS);
    /** Variants beside the first that fit; without the column of counters. */
    private static final int PER_BLOCK = 2;

    private final ExperimentResult result;
    private final boolean colored;
    private final StringBuilder out = new StringBuilder();

    private TableFormat(ExperimentResult result, boolean colored) {
        this.result = result;
        this.colored = colored;
    }

    /**
     * The table.
     *
     * @param vouchers who vouches for the rules, a line each; the end of the table
     */
    public static String render(ExperimentResult result, List<String> vouchers, boolean colored) {
        return new TableFormat(result, colored).render(vouchers);
    }

    private String render(List<String> vouchers) {
        wrapped(Verdict.of(result), Style.BOLD);
        if (result.threads() != null) {
            wrapped(
                    "Ran on " + result.threads().count()
                            + " real threads with wall-clock time: not deterministic, another run gives"
                            + " other figures. Run and stall times are what this engine took on this computer, not a"
                            + " kernel's; computing and sleeping took theirs. CPU times of reclaim are its events times"
                            + " the cost model.",
                    Style.PLAIN);
        }
        List<TrialResult> others =
                result.variants().subList(1, result.variants().size());
        for (int i = 0; i == 0 || i < others.size(); i += PER_BLOCK) {
            block(others.subList(i, Math.min(i + PER_BLOCK, others.size())));
        }
        events();
        notes();
        warnings();
        result.explain().forEach(e -> out.append(ExplainFormat.render(e, colored)));
        out.append('\n');
        for (String line : vouchers) {
            wrapped(line, Style.PLAIN);
        }
        return out.toString();
    }

    // ---- blocks

    private void block(List<TrialResult> others) {
        List<TrialResult> shown = new ArrayList<>(List.of(result.variants().getFirst()));
        shown.addAll(others);
        out.append('\n');
        header(shown);
        for (Metric m : Metrics.shown()) {
            metric(m, shown, false);
            if (m.name().equals(Metrics.RECLAIM_CPU)) {
                profile(shown);
            }
        }
        out.append('\n')
                .append(Style.BOLD.paint("warm-up, not counted above", colored))
                .append('\n');
        for (Metric m : Metrics.shown()) {
            if (IN_WARMUP.contains(m.name())) {
                metric(m, shown, true);
            }
        }
    }

    private boolean wide(List<TrialResult> shown) {
        return shown.size() <= PER_BLOCK;
    }

    private void header(List<TrialResult> shown) {
        StringBuilder line = new StringBuilder(pad("after the warm-up", labelWidth(shown)));
        for (int i = 0; i < shown.size(); i++) {
            line.append(right(cut(shown.get(i).name()), VALUE));
            if (i > 0) {
                line.append(right("change", CHANGE));
            }
        }
        out.append(Style.BOLD.paint(line.toString().stripTrailing(), colored)).append('\n');
        out.append(Style.DIM.paint("\u2500".repeat(line.length()), colored)).append('\n');
        line.setLength(0);
        line.append(pad("kernel", labelWidth(shown)));
        for (int i = 0; i < shown.size(); i++) {
            line.append(right(shown.get(i).kernel(), VALUE)).append(i > 0 ? " ".repeat(CHANGE) : "");
        }
        out.append(line.toString().stripTrailing()).append('\n');
    }

    private int labelWidth(List<TrialResult> shown) {
        return wide(shown) ? LABEL + COUNTER : LONE_LABEL;
    }

    private void metric(Metric m, List<TrialResult> shown, boolean warmup) {
        long largest = shown.stream().mapToLong(v -> value(v, m, warmup)).max().orElse(0);
        if (largest == 0 && !ALWAYS.contains(m.name())) {
            return;
        }
        out.append(pad(m.label(), wide(shown) ? LABEL : LONE_LABEL));
        if (wide(shown)) {
            String counter = m.name().startsWith("mg_") ? "" : m.name();
            out.append(Style.DIM.paint(pad(counter, COUNTER), colored));
        }
        long first = value(shown.getFirst(), m, warmup);
        for (int i = 0; i < shown.size(); i++) {
            long value = value(shown.get(i), m, warmup);
            out.append(right(Numbers.of(m.unit(), value, largest), VALUE));
            if (i > 0) {
                out.append(change(m, shown.getFirst(), shown.get(i), first, value, warmup));
            }
        }
        endLine();
        if (!warmup && m.unit() == Metric.Unit.NANOS && largest > 0 && shown.size() > 1) {
            bands(m, shown);
        }
    }

    private static long value(TrialResult v, Metric m, boolean warmup) {
        return warmup ? v.warmup().getOrDefault(m.name(), 0L) : v.metric(m.name());
    }

    private String change(Metric m, TrialResult a, TrialResult b, long first, long value, boolean warmup) {
        String text = right(Numbers.change(first, value), CHANGE);
        if (warmup || first == value || m.better() == Metric.Better.NEITHER) {
            return text;
        }
        if (m.unit() == Metric.Unit.NANOS
                && first > 0
                && Band.of(m.name(), a, b).undecided()) {
            return Style.DIM.paint(text, colored);
        }
        boolean good = value < first == (m.better() == Metric.Better.LESS);
        return (good ? Style.GOOD : Style.BAD).paint(text, colored);
    }

    /** Under a time: its change when any one cost is halved or doubled. */
    private void bands(Metric m, List<TrialResult> shown) {
        TrialResult first = shown.getFirst();
        if (first.metric(m.name()) == 0 || first.costsOf(m.name()).isEmpty()) {
            return;
        }
        StringBuilder line = new StringBuilder(pad("  if one cost is halved or doubled", labelWidth(shown) + VALUE));
        for (TrialResult v : shown.subList(1, shown.size())) {
            Band band = Band.of(m.name(), first, v);
            String text = Numbers.relative(band.low()) + " .. " + Numbers.relative(band.high());
            line.append(right(text, VALUE + CHANGE));
        }
        out.append(Style.DIM.paint(line.toString().stripTrailing(), colored)).append('\n');
    }

    // ---- profile

    private void profile(List<TrialResult> shown) {
        Map<String, Long> total = new TreeMap<>();
        for (TrialResult v : shown) {
            v.metrics().forEach((name, ns) -> {
                if (name.startsWith(Metrics.CPU_PREFIX)) {
                    total.merge(name, ns, Long::sum);
                }
            });
        }
        List<String> functions = total.entrySet().stream()
                .filter(e -> e.getValue() > 0)
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .toList();
        int listed = Math.min(FUNCTIONS, functions.size());
        for (String name : functions.subList(0, listed)) {
            shares("  " + name.substring(Metrics.CPU_PREFIX.length()), List.of(name), shown);
        }
        if (listed < functions.size()) {
            shares("  other functions", functions.subList(listed, functions.size()), shown);
        }
    }

    private void shares(String label, List<String> metrics, List<TrialResult> shown) {
        out.append(pad(label, labelWidth(shown)));
        double first = 0;
        for (int i = 0; i < shown.size(); i++) {
            TrialResult v = shown.get(i);
            long whole = v.metric(Metrics.RECLAIM_CPU);
            long part = metrics.stream().mapToLong(v::metric).sum();
            double share = whole == 0 ? 0 : 100.0 * part / whole;
            out.append(right(Numbers.share(part, whole), VALUE));
            if (i == 0) {
                first = share;
            } else {
                String points = String.format(java.util.Locale.ROOT, "%+.1f pp", share - first);
                out.append(right(points.matches("[+-]0\\.0 pp") ? "=" : points, CHANGE));
            }
        }
        endLine();
    }

    // ---- what happened besides

    private void events() {
        boolean title = false;
        for (TrialResult v : result.variants()) {
            for (TrialResult.EventResult e : v.events()) {
                if (!title) {
                    out.append('\n').append(Style.BOLD.paint("events", colored)).append('\n');
                    title = true;
                }
                String when = e.outcome().equals("never") ? "" : " at " + Numbers.nanos(e.atNs(), e.atNs());
                out.append(v.name())
                        .append(": ")
                        .append(e.event())
                        .append(" -> ")
                        .append(e.outcome())
                        .append(when);
                endLine();
                if (!e.text().isEmpty()) {
                    out.append(e.text().stripTrailing().indent(2));
                }
            }
        }
    }

    /** Notes, each once with the variants that it holds for. */
    private void notes() {
        Map<String, List<String>> byText = new LinkedHashMap<>();
        for (TrialResult v : result.variants()) {
            v.notes()
                    .forEach(n ->
                            byText.computeIfAbsent(n, text -> new ArrayList<>()).add(v.name()));
        }
        if (!byText.isEmpty()) {
            out.append('\n');
        }
        byText.forEach((text, variants) -> {
            String where = variants.size() == result.variants().size() ? "" : " (" + String.join(", ", variants) + ")";
            wrapped("note: " + text + where, Style.DIM);
        });
    }

    private void warnings() {
        for (TrialResult v : result.variants()) {
            for (TrialResult.WarningResult w : v.warnings()) {
                String text = "WARNING " + v.name() + ": " + w.site() + ": " + w.text() + " (" + w.count() + " times)";
                out.append('\n').append(Style.BAD.paint(text, colored)).append('\n');
            }
        }
    }

    // ---- text

    private void wrapped(String text, Style style) {
        Text.wrap(out, text, 0, WIDTH, line -> style.paint(line, colored));
    }

    private void endLine() {
        int end = out.length();
        while (end > 0 && out.charAt(end - 1) == ' ') {
            end--;
        }
        out.setLength(end);
        out.append('\n');
    }

    private static String cut(String name) {
        return name.length() < VALUE ? name : name.substring(0, VALUE - 2) + "~";
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(1, width - text.length()));
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(1, width - text.length())) + text;
    }
}
