package org.multigen.lab.report;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Addresses by time. */
final class HeatmapPage {
    private static final long PAGE = 4096;

    private HeatmapPage() {}

    static Page of(JsonNode r) {
        int columns = r.path("columns").asInt();
        double end = r.path("end").asDouble();
        List<String> x = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            x.add(Texts.decimals(end * i / columns, 4));
        }
        List<Page.Section> sections = new ArrayList<>();
        for (JsonNode region : r.path("regions")) {
            sections.add(section(region, x, r.path("timeUnit").asString()));
        }
        return new Page(
                "Heat map",
                "Which addresses are accessed when?",
                verdict(r, end),
                sections,
                List.of(),
                List.of(),
                List.of(List.of("accesses", "Touches of pages, and pages read or written by system calls.")),
                Texts.strings(r.path("notes")));
    }

    private static String verdict(JsonNode r, double end) {
        long all = 0;
        long most = -1;
        String busiest = "";
        for (JsonNode region : r.path("regions")) {
            long sum = 0;
            for (JsonNode line : region.path("cells")) {
                for (JsonNode cell : line) {
                    sum += cell.asLong();
                }
            }
            all += sum;
            if (sum > most) {
                most = sum;
                busiest = name(region);
            }
        }
        int n = r.path("regions").size();
        return Texts.count(all) + " accesses to " + n + (n == 1 ? " region" : " regions") + " over "
                + Texts.decimals(end, 3) + " " + r.path("timeUnit").asString()
                + (n > 1 && all > 0
                        ? "; " + Texts.decimals(100.0 * most / all, 1) + " % of them to " + busiest + "."
                        : ".");
    }

    private static String name(JsonNode region) {
        return region.path("process").asString() + ": " + region.path("name").asString();
    }

    private static Page.Section section(JsonNode region, List<String> x, String unit) {
        List<String> y = new ArrayList<>();
        List<List<Long>> cells = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        int row = 0;
        for (JsonNode line : region.path("cells")) {
            long page = region.path("firstPage").asLong()
                    + row * region.path("pagesPerRow").asLong();
            y.add(String.format("%012x", page * PAGE));
            long sum = 0;
            int column = 0;
            for (JsonNode cell : line) {
                if (cell.asLong() > 0) {
                    cells.add(List.of((long) column, (long) row, cell.asLong()));
                }
                sum += cell.asLong();
                column++;
            }
            rows.add(List.of(y.get(row), Texts.count(sum)));
            row++;
        }
        Page.Chart chart = new Page.Chart(
                "heat",
                "",
                new Page.Axis("time, " + unit),
                new Page.Axis("address"),
                x,
                y,
                List.of(new Page.Series("accesses", cells)),
                List.of());
        return new Page.Section(
                name(region),
                "Blank: no access.",
                List.of(chart),
                new Page.Table(List.of("address", "accesses"), rows));
    }
}
