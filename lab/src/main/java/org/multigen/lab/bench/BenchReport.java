package org.multigen.lab.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.json.JsonMapper;

/**
 * All figures of a run with what they were measured on.
 *
 * @param schema version of this layout
 * @param quick the figures mean nothing: only a smoke test
 * @param java version of the JVM
 * @param processors as the JVM sees them
 * @param timing how time was taken
 */
record BenchReport(int schema, boolean quick, String java, int processors, String timing, List<Figure> figures) {
    private static final int SCHEMA = 1;
    private static final double MILLION = 1e6;

    static BenchReport of(boolean quick, List<Figure> figures) {
        return new BenchReport(
                SCHEMA,
                quick,
                Runtime.version().toString(),
                Runtime.getRuntime().availableProcessors(),
                "CPU time of the thread, wall time where there are two; median of rounds that alternate with the plain reads",
                figures);
    }

    String json() {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer =
                new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
        return JsonMapper.builder().build().writer().with(printer).writeValueAsString(this) + "\n";
    }

    String table() {
        StringBuilder out = new StringBuilder();
        for (Figure f : figures) {
            out.append(String.format(Locale.ROOT, "%-27s %s%n", f.name(), f.meaning()));
            row(out, "measured", f.value(), f.unit(), verdict(f));
            for (Map.Entry<String, Double> b : f.best().entrySet()) {
                String share = String.format(Locale.ROOT, "measured is %.2f of it", f.value() / b.getValue());
                row(out, b.getKey(), b.getValue(), f.unit(), share);
            }
        }
        if (quick) {
            out.append("--quick: these figures mean nothing\n");
        }
        return out.toString();
    }

    private static void row(StringBuilder out, String name, double value, String unit, String note) {
        boolean big = Math.abs(value) >= MILLION;
        String text = String.format(Locale.ROOT, big ? "%,.1f M" : "%,.3f ", big ? value / MILLION : value);
        out.append(String.format(Locale.ROOT, "  %-30s %14s%-11s %s", name, text, unit, note)
                        .stripTrailing())
                .append('\n');
    }

    private static String verdict(Figure f) {
        Figure.Target t = f.target();
        if (t == null) {
            return "";
        }
        String mark = t.value() >= MILLION
                ? String.format(Locale.ROOT, "%,.1f M", t.value() / MILLION)
                : String.format(Locale.ROOT, "%,.2f", t.value());
        return (Boolean.TRUE.equals(f.met()) ? "reaches" : "misses") + " the target of "
                + (t.atLeast() ? "at least " : "at most ") + mark;
    }
}
