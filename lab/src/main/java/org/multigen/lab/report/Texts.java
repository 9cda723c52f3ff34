package org.multigen.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.multigen.lab.result.Metric;
import org.multigen.lab.result.Metrics;
import tools.jackson.databind.JsonNode;

/** Words and numbers of pages. */
final class Texts {
    private static final double NS_PER_S = 1e9;
    private static final double MIB = 1 << 20;

    private Texts() {}

    static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    static String decimals(double n, int digits) {
        return String.format(Locale.ROOT, "%,." + digits + "f", n);
    }

    static double seconds(long ns) {
        return ns / NS_PER_S;
    }

    static double mib(long pages, long pageBytes) {
        return pages * (double) pageBytes / MIB;
    }

    /** A metric's value in the unit of its chart: times in seconds. */
    static double value(Metric m, JsonNode variant) {
        long raw = variant.path("metrics").path(m.name()).asLong(0);
        return m.unit() == Metric.Unit.NANOS ? seconds(raw) : raw;
    }

    static String shown(Metric m, JsonNode variant) {
        return m.unit() == Metric.Unit.NANOS
                ? decimals(value(m, variant), 3) + " s"
                : count(variant.path("metrics").path(m.name()).asLong(0));
    }

    static List<List<String>> metricDefinitions() {
        return Metrics.shown().stream()
                .map(m -> List.of(m.label() + " (" + m.name() + ")", m.meaning()))
                .toList();
    }

    static List<String> strings(JsonNode array) {
        List<String> all = new ArrayList<>();
        array.forEach(n -> all.add(n.asString("")));
        return all;
    }
}
