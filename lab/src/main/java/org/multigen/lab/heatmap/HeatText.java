package org.multigen.lab.heatmap;

import java.util.Arrays;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A heat map as text, csv or JSON. Shades are steps of the logarithm, from one access to the most of any cell. */
final class HeatText {
    private static final String SHADES = " .:-=+*#%@";
    /** Viridis from dark to bright, in the palette of 256 colors; lightness rises all the way, so it reads without hue too. */
    private static final int[] COLORS = {54, 60, 61, 67, 31, 36, 35, 77, 113, 185, 227};

    private static final long PAGE = 4096;

    private HeatText() {}

    static String table(HeatMap h, boolean colored) {
        StringBuilder out = new StringBuilder();
        long most = most(h);
        for (HeatMap.OfRegion m : h.maps()) {
            out.append(String.format(
                    Locale.ROOT,
                    "%n%s: %s, %s, %,d accesses%n",
                    m.region().process,
                    m.region().name,
                    size(m.region().pages() * PAGE),
                    m.region().accesses));
            for (int row = m.cells().length - 1; row >= 0; row--) {
                out.append(String.format(Locale.ROOT, "%14s ", address(m, m.region().first + row * m.pagesPerRow())));
                for (long cell : m.cells()[row]) {
                    out.append(shade(cell, most, colored));
                }
                out.append('\n');
            }
            out.append(String.format(
                    Locale.ROOT,
                    "%14s 0%" + (h.columns() - 1) + "s %s%n",
                    "",
                    number(h.end()),
                    h.unit().text()));
        }
        legend(out, h, most, colored);
        return out.toString();
    }

    private static void legend(StringBuilder out, HeatMap h, long most, boolean colored) {
        out.append("\naccesses in a cell: ");
        for (long n = 1; n <= most; n *= 10) {
            out.append(shade(n, most, colored)).append(String.format(Locale.ROOT, " %,d  ", n));
        }
        out.append(String.format(
                Locale.ROOT,
                "(blank: none); a cell is %s %s wide%n",
                number(h.end() / h.columns()),
                h.unit().text()));
        if (h.regions() > h.maps().size()) {
            out.append(String.format(
                    "%d of %d regions shown; --regions N shows more%n", h.maps().size(), h.regions()));
        }
        h.notes().forEach(n -> out.append("note: ").append(n).append('\n'));
    }

    private static String shade(long cell, long most, boolean colored) {
        if (cell == 0) {
            return " ";
        }
        double share = most <= 1 ? 1 : Math.log(cell) / Math.log(most);
        if (colored) {
            return "\u001b[48;5;" + COLORS[(int) Math.round(share * (COLORS.length - 1))] + "m \u001b[0m";
        }
        return String.valueOf(SHADES.charAt(1 + (int) Math.round(share * (SHADES.length() - 2))));
    }

    private static long most(HeatMap h) {
        return h.maps().stream()
                .flatMap(m -> Arrays.stream(m.cells()))
                .flatMapToLong(Arrays::stream)
                .max()
                .orElse(0);
    }

    private static String address(HeatMap.OfRegion m, long page) {
        return m.region().file ? size(page * PAGE) : String.format("%012x", page * PAGE);
    }

    private static String size(long bytes) {
        double n = bytes;
        for (String unit : new String[] {"B", "KiB", "MiB", "GiB"}) {
            if (n < 1024) {
                return String.format(Locale.ROOT, n == Math.rint(n) ? "%.0f %s" : "%.1f %s", n, unit);
            }
            n /= 1024;
        }
        return String.format(Locale.ROOT, "%.1f TiB", n);
    }

    private static String number(double n) {
        return String.format(Locale.ROOT, n >= 1000 ? "%,.0f" : "%.3g", n);
    }

    static String csv(HeatMap h) {
        StringBuilder out =
                new StringBuilder("process,region,first_page,pages,time_begin,time_end,time_unit,accesses\n");
        for (HeatMap.OfRegion m : h.maps()) {
            for (int row = 0; row < m.cells().length; row++) {
                for (int column = 0; column < h.columns(); column++) {
                    if (m.cells()[row][column] > 0) {
                        out.append(String.format(
                                Locale.ROOT,
                                "%s,%s,%d,%d,%.6f,%.6f,%s,%d%n",
                                m.region().process.replace(',', ' '),
                                m.region().name.replace(',', ' '),
                                m.region().first + row * m.pagesPerRow(),
                                m.pagesPerRow(),
                                h.end() * column / h.columns(),
                                h.end() * (column + 1) / h.columns(),
                                h.unit().text(),
                                m.cells()[row][column]));
                    }
                }
            }
        }
        return out.toString();
    }

    static String json(HeatMap h) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("schema", 1).put("kind", "heatmap").put("timeUnit", h.unit().text());
        json.put("end", h.end()).put("columns", h.columns());
        ArrayNode regions = json.putArray("regions");
        for (HeatMap.OfRegion m : h.maps()) {
            ObjectNode region = regions.addObject();
            region.put("process", m.region().process).put("name", m.region().name);
            region.put("firstPage", m.region().first).put("pagesPerRow", m.pagesPerRow());
            ArrayNode rows = region.putArray("cells");
            for (long[] cells : m.cells()) {
                ArrayNode row = rows.addArray();
                Arrays.stream(cells).forEach(row::add);
            }
        }
        ArrayNode notes = json.putArray("notes");
        h.notes().forEach(notes::add);
        return JsonMapper.shared().writeValueAsString(json) + "\n";
    }
}
