package org.multigen.lab.mrc;

import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Miss-ratio curves as a table, csv, or JSON. */
final class CurveFormat {
    private static final int SCHEMA = 1;
    private static final int PER_BLOCK = 4;
    private static final int BAR = 40;

    private CurveFormat() {}

    static String table(MissRatioCurves m) {
        StringBuilder out = new StringBuilder();
        out.append(String.format(
                Locale.ROOT,
                "%s: %,d references to %,d blocks of %,d bytes (%s)%n",
                m.trace(),
                m.references(),
                m.blocks(),
                m.blockBytes(),
                size(m.blocks() * (double) m.blockBytes())));
        for (int from = 0; from < m.curves().size(); from += PER_BLOCK) {
            block(
                    out,
                    m,
                    m.curves()
                            .subList(from, Math.min(from + PER_BLOCK, m.curves().size())));
        }
        out.append("\nx opt: misses as a multiple of Belady's optimum, which knows the future\n");
        m.notes().forEach(n -> out.append("note: ").append(n).append('\n'));
        return out.toString();
    }

    private static void block(StringBuilder out, MissRatioCurves m, List<MissRatioCurves.Curve> curves) {
        int columns = Math.max(
                12, String.format(Locale.ROOT, "%,d", m.capacities().getLast()).length());
        out.append('\n').append(String.format("%" + columns + "s %10s", "blocks", "size"));
        curves.forEach(c -> out.append(String.format("  %" + width(c) + "s %6s", c.name(), "x opt")));
        out.append('\n');
        for (int i = 0; i < m.capacities().size(); i++) {
            long capacity = m.capacities().get(i);
            out.append(String.format(
                    Locale.ROOT, "%," + columns + "d %10s", capacity, size(capacity * (double) m.blockBytes())));
            for (MissRatioCurves.Curve c : curves) {
                double ratio = m.missRatio(c.misses().get(i));
                out.append(
                        Double.isNaN(ratio)
                                ? String.format("  %" + width(c) + "s %6s", "killed", "-")
                                : String.format(
                                        Locale.ROOT, "  %" + width(c) + ".4f %6s", ratio, times(m.timesOptimum(c, i))));
            }
            out.append('\n');
        }
    }

    private static String times(double timesOptimum) {
        return Double.isInfinite(timesOptimum) ? "from 0" : String.format(Locale.ROOT, "%.2f", timesOptimum);
    }

    private static int width(MissRatioCurves.Curve c) {
        return Math.max(9, c.name().length());
    }

    /** One policy's curve as bars, a line per capacity, and the optimum's end marked within. */
    static String picture(MissRatioCurves m) {
        StringBuilder out = new StringBuilder();
        for (MissRatioCurves.Curve c : m.curves()) {
            out.append(String.format("%n%s, miss ratio from 0 to 1; | is the optimum%n", c.name()));
            for (int i = 0; i < m.capacities().size(); i++) {
                double ratio = m.missRatio(c.misses().get(i));
                if (Double.isNaN(ratio)) {
                    out.append(String.format(
                            Locale.ROOT, "%,12d out of memory%n", m.capacities().get(i)));
                    continue;
                }
                int length = (int) Math.round(BAR * Math.min(1, ratio));
                int best = (int) Math.round(BAR * m.missRatio(m.optimum().get(i)));
                StringBuilder bar = new StringBuilder("#".repeat(length)).append(" ".repeat(BAR + 1 - length));
                bar.setCharAt(best, '|');
                out.append(String.format(
                        Locale.ROOT, "%,12d %s %.4f%n", m.capacities().get(i), bar, ratio));
            }
        }
        return out.toString();
    }

    private static String size(double bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
        int u = 0;
        double n = bytes;
        while (n >= 1024 && u < units.length - 1) {
            n /= 1024;
            u++;
        }
        return String.format(Locale.ROOT, u == 0 ? "%.0f %s" : "%.1f %s", n, units[u]);
    }

    static String csv(MissRatioCurves m) {
        StringBuilder out =
                new StringBuilder("trace,policy,cache_pages,requests,miss_ratio,misses,times_optimum,page_bytes\n");
        for (MissRatioCurves.Curve c : m.curves()) {
            for (int i = 0; i < m.capacities().size(); i++) {
                long misses = c.misses().get(i);
                boolean known = misses != MissRatioCurves.OUT_OF_MEMORY;
                out.append(String.format(
                        Locale.ROOT,
                        "%s,%s,%d,%d,%s,%s,%s,%d%n",
                        m.trace().replace(",", ""),
                        c.name(),
                        m.capacities().get(i),
                        m.references(),
                        known ? String.format(Locale.ROOT, "%.6f", m.missRatio(misses)) : "",
                        known ? misses : "",
                        Double.isFinite(m.timesOptimum(c, i))
                                ? String.format(Locale.ROOT, "%.4f", m.timesOptimum(c, i))
                                : "",
                        m.blockBytes()));
            }
        }
        return out.toString();
    }

    static String json(MissRatioCurves m) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("schema", SCHEMA).put("kind", "mrc").put("trace", m.trace());
        json.put("references", m.references()).put("blocks", m.blocks()).put("blockBytes", m.blockBytes());
        m.kernels().forEach(json.putArray("kernels")::add);
        ArrayNode curves = json.putArray("curves");
        for (MissRatioCurves.Curve c : m.curves()) {
            ObjectNode curve = curves.addObject();
            curve.put("policy", c.name());
            ArrayNode points = curve.putArray("points");
            for (int i = 0; i < m.capacities().size(); i++) {
                ObjectNode point =
                        points.addObject().put("blocks", m.capacities().get(i));
                if (c.misses().get(i) == MissRatioCurves.OUT_OF_MEMORY) {
                    point.put("outcome", "killed");
                    continue;
                }
                point.put("misses", c.misses().get(i))
                        .put("missRatio", m.missRatio(c.misses().get(i)));
                if (Double.isFinite(m.timesOptimum(c, i))) {
                    point.put("timesOptimum", m.timesOptimum(c, i));
                }
            }
        }
        ArrayNode notes = json.putArray("notes");
        m.notes().forEach(notes::add);
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    }
}
