package org.multigen.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.multigen.lab.result.TimeSeries;
import org.multigen.lab.result.TrialResult;

/** Addresses by time, with the generations that the pages were in laid over it. */
final class HeatSections {
    private static final long PAGE = 4096;
    private static final int REGIONS = 2;
    private static final Map<Character, String> PLACES = new LinkedHashMap<>();

    static {
        PLACES.put('0', "youngest generation");
        PLACES.put('1', "second");
        PLACES.put('2', "third");
        PLACES.put('3', "oldest");
        PLACES.put(TimeSeries.ACTIVE, "active list");
        PLACES.put(TimeSeries.INACTIVE, "inactive list");
        PLACES.put(TimeSeries.UNLISTED, "on no list");
        PLACES.put(TimeSeries.GONE, "not in memory");
    }

    private HeatSections() {}

    /** None where no accesses were counted. */
    static List<Page.Section> of(List<TrialResult> variants, String clock) {
        List<Page.Chart> charts = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        for (TrialResult v : variants) {
            TimeSeries s = v.series();
            TimeSeries.Heat heat = s == null ? null : s.heat();
            if (s != null && heat != null) {
                heat.regions().stream().limit(REGIONS).forEach(r -> {
                    charts.add(chart(v.name(), s, heat, r, clock));
                    rows.addAll(rows(v.name(), r));
                });
            }
        }
        if (charts.isEmpty()) {
            return List.of();
        }
        return List.of(new Page.Section(
                "Heat map, with the generations laid over it",
                "Color: how often pages of a row were touched. Marks: where most of them were at the end of the column. A"
                        + " good LRU has small marks where it is bright, large ones where it is dark, and crosses where it"
                        + " is blank.",
                charts,
                new Page.Table(List.of("addresses", "touches", "columns in memory", "columns not in memory"), rows)));
    }

    private static String address(TimeSeries.Region r, int row) {
        return String.format("%012x", (r.firstPage() + row * r.pagesPerRow()) * PAGE);
    }

    private static List<List<String>> rows(String variant, TimeSeries.Region r) {
        List<List<String>> rows = new ArrayList<>();
        for (int row = 0; row < r.places().size(); row++) {
            long touches =
                    r.accesses().get(row).stream().mapToLong(Long::longValue).sum();
            long gone = r.places()
                    .get(row)
                    .chars()
                    .filter(c -> c == TimeSeries.GONE)
                    .count();
            long untouched = r.places()
                    .get(row)
                    .chars()
                    .filter(c -> c == TimeSeries.UNTOUCHED)
                    .count();
            if (touches > 0) {
                rows.add(List.of(
                        variant + ", " + r.task() + " " + address(r, row),
                        Texts.count(touches),
                        Texts.count(r.places().get(row).length() - gone - untouched),
                        Texts.count(gone)));
            }
        }
        return rows;
    }

    private static Page.Chart chart(
            String variant, TimeSeries s, TimeSeries.Heat heat, TimeSeries.Region r, String clock) {
        int columns = r.places().getFirst().length();
        boolean seconds = s.endNs() >= 5e9;
        double unit = seconds ? 1e9 : 1e6;
        List<String> x = new ArrayList<>();
        for (int c = 0; c < columns; c++) {
            x.add(Texts.decimals(c * heat.intervalNs() / unit, seconds ? 1 : 0));
        }
        List<String> y = new ArrayList<>();
        List<List<Long>> cells = new ArrayList<>();
        Map<Character, List<List<Integer>>> places = new LinkedHashMap<>();
        PLACES.keySet().forEach(p -> places.put(p, new ArrayList<>()));
        for (int row = 0; row < r.places().size(); row++) {
            y.add(address(r, row));
            for (int c = 0; c < columns; c++) {
                long n = r.accesses().get(row).get(c);
                if (n > 0) {
                    cells.add(List.of((long) c, (long) row, n));
                }
                List<List<Integer>> at = places.get(r.places().get(row).charAt(c));
                if (at != null) {
                    at.add(List.of(c, row));
                }
            }
        }
        List<Page.Series> series = new ArrayList<>();
        series.add(new Page.Series("touches", cells));
        places.forEach((place, at) -> {
            if (!at.isEmpty()) {
                series.add(new Page.Series(String.valueOf(PLACES.get(place)), at, String.valueOf(place)));
            }
        });
        String size = Texts.decimals(Texts.mib(r.pagesPerRow(), PAGE), 2);
        return new Page.Chart(
                "heat",
                variant + ": " + r.task() + ", " + size + " MiB a row",
                new Page.Axis(clock + (seconds ? ", s" : ", ms")),
                new Page.Axis("address"),
                x,
                y,
                series,
                List.of());
    }
}
