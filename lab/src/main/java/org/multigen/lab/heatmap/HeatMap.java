package org.multigen.lab.heatmap;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.multigen.lab.trace.TraceClock;
import org.multigen.lab.trace.TraceSource;
import org.multigen.lab.trace.format.Traces;

/**
 * Accesses by address and time.
 *
 * @param unit of time
 * @param end time at the end
 * @param columns time bins
 * @param maps one for each region shown
 * @param regions how many regions there are
 * @param notes what a reader has to know
 */
record HeatMap(TraceClock.Unit unit, double end, int columns, List<OfRegion> maps, int regions, List<String> notes) {

    /**
     * One region's cells.
     *
     * @param pagesPerRow pages of a row; the last may have fewer
     * @param cells accesses by row, from the lowest address on, and column
     */
    record OfRegion(Regions.Region region, long pagesPerRow, long[][] cells) {}

    /** Reads a recording twice: for what there is, and to count. */
    static HeatMap of(Path file, int rows, int columns, int most) {
        Regions found = new Regions((r, page, count) -> {});
        TraceClock clock = new TraceClock(found);
        List<String> notes;
        try (TraceSource source = Traces.open(file, false)) {
            source.readAll(clock);
            notes = source.notes();
        }
        TraceClock.Unit unit = clock.unit();
        double end = clock.now(unit);
        List<Regions.Region> all = found.byUse();
        Map<String, OfRegion> shown = new HashMap<>();
        List<OfRegion> maps = new ArrayList<>();
        for (Regions.Region r : all.subList(0, Math.min(most, all.size()))) {
            long perRow = Math.max(1, (r.pages() + rows - 1) / rows);
            OfRegion m = new OfRegion(r, perRow, new long[(int) ((r.pages() + perRow - 1) / perRow)][columns]);
            shown.put(key(r), m);
            maps.add(m);
        }
        count(file, unit, end, columns, shown);
        return new HeatMap(unit, end, columns, maps, all.size(), notes);
    }

    /** A region's names and place: the same in both readings, while its objects differ. */
    private static String key(Regions.Region r) {
        return r.process + "\n" + r.name + "\n" + (r.file ? -1 : r.first >>> 18);
    }

    private static void count(Path file, TraceClock.Unit unit, double end, int columns, Map<String, OfRegion> shown) {
        Counter counter = new Counter(unit, end, columns, shown);
        TraceClock clock = new TraceClock(new Regions(counter));
        counter.clock = clock;
        try (TraceSource source = Traces.open(file, false)) {
            source.readAll(clock);
        }
    }

    private static final class Counter implements Regions.Visitor {
        private final TraceClock.Unit unit;
        private final double end;
        private final int columns;
        private final Map<String, OfRegion> shown;
        private final Map<Regions.Region, OfRegion> known = new HashMap<>();
        private final java.util.Set<Regions.Region> hidden = new java.util.HashSet<>();

        @SuppressWarnings("NullAway.Init") // the clock needs the counter first
        private TraceClock clock;

        Counter(TraceClock.Unit unit, double end, int columns, Map<String, OfRegion> shown) {
            this.unit = unit;
            this.end = end;
            this.columns = columns;
            this.shown = shown;
        }

        @Override
        public void visit(Regions.Region region, long page, long count) {
            OfRegion m = known.get(region);
            if (m == null) {
                if (hidden.contains(region)) {
                    return;
                }
                m = shown.get(key(region));
                if (m == null) {
                    hidden.add(region);
                    return;
                }
                known.put(region, m);
            }
            int column = end <= 0 ? 0 : (int) Math.min(columns - 1, clock.now(unit) / end * columns);
            for (long p = page; p < page + count; ) {
                long row = (p - m.region().first) / m.pagesPerRow();
                long stop = Math.min(page + count, m.region().first + (row + 1) * m.pagesPerRow());
                m.cells()[(int) row][column] += stop - p;
                p = stop;
            }
        }
    }
}
