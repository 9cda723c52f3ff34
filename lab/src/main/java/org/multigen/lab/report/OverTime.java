package org.multigen.lab.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.result.TimeSeries;

/**
 * One variant's series, ready to be drawn.
 *
 * @param number of the variant, which gives it its color
 * @param end of the longest of the variants that are drawn together, in ns
 * @param clock which time it is: virtual or the wall's
 */
record OverTime(String name, int number, TimeSeries series, long end, String clock) {
    /** Rows of a table over time. */
    static final int ROWS = 24;

    private static final double NS_PER_S = 1e9;
    private static final double NS_PER_MS = 1e6;
    /** Beyond so many ns the axis has seconds. */
    private static final double SECONDS = 5e9;

    private int points() {
        return (int) Math.ceilDiv(series.endNs(), series.intervalNs());
    }

    private double pointEnd(int i) {
        return i == points() - 1 ? series.endNs() : (i + 1.0) * series.intervalNs();
    }

    private double unit() {
        return end >= SECONDS ? NS_PER_S : NS_PER_MS;
    }

    private String unitName() {
        return end >= SECONDS ? "s" : "ms";
    }

    boolean has(String metric) {
        return names(metric).stream()
                .anyMatch(n -> n.equals(metric) || n.equals(metric + "_anon") || n.equals(metric + "_file"));
    }

    /** Metrics with that prefix. */
    List<String> names(String prefix) {
        return series.happened().keySet().stream()
                .filter(n -> n.startsWith(prefix))
                .toList();
    }

    /** Of an interval; a name without its type means both types. */
    private long at(String metric, int i) {
        List<Long> row = series.happened().get(metric);
        if (row != null) {
            return i < row.size() ? row.get(i) : 0;
        }
        long sum = 0;
        for (String type : List.of("_anon", "_file")) {
            List<Long> part = series.happened().get(metric + type);
            sum += part == null || i >= part.size() ? 0 : part.get(i);
        }
        return sum;
    }

    long total(String metric) {
        long sum = 0;
        for (int i = 0; i < points(); i++) {
            sum += at(metric, i);
        }
        return sum;
    }

    private double seconds(int i) {
        return (pointEnd(i) - i * (double) series.intervalNs()) / NS_PER_S;
    }

    /** Per second of virtual time. */
    List<Double> rates(String metric) {
        List<Double> rates = new ArrayList<>();
        for (int i = 0; i < points(); i++) {
            rates.add(rounded(at(metric, i) / seconds(i)));
        }
        return rates;
    }

    List<Long> sums(String metric) {
        List<Long> sums = new ArrayList<>();
        long sum = 0;
        for (int i = 0; i < points(); i++) {
            sum += at(metric, i);
            sums.add(sum);
        }
        return sums;
    }

    /** Of times, percent of the time that passed. */
    List<Double> shares(List<String> metrics) {
        List<Double> shares = new ArrayList<>();
        for (int i = 0; i < points(); i++) {
            long ns = 0;
            for (String m : metrics) {
                ns += at(m, i);
            }
            shares.add(rounded(100 * ns / NS_PER_S / seconds(i)));
        }
        return shares;
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    /** The most per second that metrics with that prefix come to together. */
    double mostOf(String prefix) {
        double most = 0;
        for (int i = 0; i < points(); i++) {
            double sum = 0;
            for (String n : names(prefix)) {
                sum += at(n, i);
            }
            most = Math.max(most, sum / seconds(i));
        }
        return most;
    }

    @Nullable
    List<Long> state(String name) {
        return series.state().get(name);
    }

    /** The most pages on lists at one time. */
    double mostPages() {
        double most = 0;
        for (int i = 0; i < points(); i++) {
            double sum = 0;
            for (String n : series.state().keySet()) {
                if (!n.equals(TimeSeries.MAX_SEQ)) {
                    sum += series.state().get(n).get(i);
                }
            }
            most = Math.max(most, sum);
        }
        return most;
    }

    // ---- tables

    private double until(int row) {
        return end * (row + 1.0) / ROWS;
    }

    String untilText(int row) {
        return Texts.decimals(until(row) / unit(), 1) + " " + unitName();
    }

    /** The interval that a row of a table ends in. */
    int indexAt(int row) {
        return (int) Math.min(points() - 1, Math.max(0, Math.floor(until(row) / series.intervalNs()) - 1));
    }

    /** What a row of a table adds. */
    long between(String metric, int row) {
        int from = row == 0 ? 0 : indexAt(row - 1) + 1;
        int to = row == ROWS - 1 ? points() - 1 : indexAt(row);
        long sum = 0;
        for (int i = from; i <= to; i++) {
            sum += at(metric, i);
        }
        return sum;
    }

    // ---- charts

    private List<Double> x() {
        List<Double> x = new ArrayList<>();
        for (int i = 0; i < points(); i++) {
            x.add(rounded(pointEnd(i) / unit()));
        }
        return x;
    }

    private static List<List<Double>> pairs(List<Double> x, List<?> y) {
        List<List<Double>> pairs = new ArrayList<>();
        for (int i = 0; i < x.size(); i++) {
            pairs.add(List.of(x.get(i), ((Number) y.get(i)).doubleValue()));
        }
        return pairs;
    }

    Page.Chart chart(String kind, String caption, String unit, List<Page.Series> rows, List<OverTime> of) {
        return chart(kind, caption, unit, rows, of, 0);
    }

    /** A chart over time; rows belong to {@code of} in turn, equally many to each. */
    Page.Chart chart(String kind, String caption, String unit, List<Page.Series> rows, List<OverTime> of, double most) {
        List<Page.Series> drawn = new ArrayList<>();
        int each = Math.max(1, rows.size() / of.size());
        for (int i = 0; i < rows.size(); i++) {
            Page.Series s = rows.get(i);
            drawn.add(new Page.Series(
                    s.name(), pairs(of.get(Math.min(i / each, of.size() - 1)).x(), s.data()), s.look()));
        }
        return new Page.Chart(
                kind,
                caption,
                new Page.Axis(clock + ", " + unitName(), false, rounded(end / unit())),
                new Page.Axis(unit, false, most),
                List.of(),
                List.of(),
                drawn,
                warm(of));
    }

    /** When the variants are warm; of many only the first and the last. */
    private List<Page.Mark> warm(List<OverTime> of) {
        List<OverTime> warm = of.stream()
                .filter(r -> r.series.warmNs() > 0)
                .sorted(Comparator.comparingLong(r -> r.series.warmNs()))
                .toList();
        if (of.size() == 1) {
            return warm.stream().map(r -> mark(r, "warm-up ends")).toList();
        }
        if (warm.size() > 2) {
            Page.Mark all = mark(warm.getLast(), "all are warm");
            Page.Mark first = mark(warm.getFirst(), "the first is warm");
            return first.at() == all.at() ? List.of(all) : List.of(first, all);
        }
        return warm.stream().map(r -> mark(r, r.name + " is warm")).toList();
    }

    private Page.Mark mark(OverTime r, String text) {
        return new Page.Mark(rounded(r.series.warmNs() / unit()), text);
    }
}
