package org.multigen.lab.wss;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.multigen.lab.policy.BlockNumbers;
import org.multigen.lab.policy.PageIdentities;
import org.multigen.lab.trace.TraceClock;
import org.multigen.lab.trace.TraceSink;
import org.multigen.lab.trace.TraceSource;
import org.multigen.lab.trace.format.Traces;

/**
 * Pages that have been accessed within the last 1 s, 10 s, 2 min and 10 min, and shorter times where the recording is shorter, at
 * evenly spaced moments.
 *
 * @param unit of time
 * @param end time at the end
 * @param windows idle ages, in seconds; none if the trace has no times
 * @param pages by window and moment; the last moment is the end
 * @param distinct pages accessed at all
 * @param notes what has to be said of everything that is told of the trace
 */
record WorkingSets(
        TraceClock.Unit unit, double end, List<Double> windows, long[][] pages, long distinct, List<String> notes) {
    private static final List<Double> ALWAYS = List.of(1.0, 10.0, 120.0, 600.0);
    /** For recordings that no window of {@link #ALWAYS} divides. */
    private static final List<Double> SHORT = List.of(0.001, 0.01, 0.1);

    static WorkingSets of(Path file, int moments) {
        TraceClock whole = new TraceClock(new TraceSink() {});
        Set<String> notes = new LinkedHashSet<>();
        try (TraceSource source = Traces.open(file, false)) {
            source.readAll(whole);
            notes.addAll(source.notes()); // complete at the end only
            notes.addAll(source.header().provenance().notes());
        }
        TraceClock.Unit unit = whole.unit();
        List<Double> windows = windows(unit, whole.now(unit));
        Count count = new Count(unit, whole.now(unit), windows, moments);
        try (TraceSource source = Traces.open(file, false)) {
            source.readAll(count.clock);
        }
        return new WorkingSets(unit, whole.now(unit), windows, count.sums(), count.numbers.size(), List.copyOf(notes));
    }

    private static List<Double> windows(TraceClock.Unit unit, double end) {
        if (unit == TraceClock.Unit.ACCESSES) {
            return List.of();
        }
        List<Double> windows = new ArrayList<>();
        if (end < ALWAYS.getFirst()) {
            SHORT.stream().filter(w -> w < end).forEach(windows::add);
        }
        windows.addAll(ALWAYS);
        return windows;
    }

    private static final class Count {
        final BlockNumbers numbers = new BlockNumbers();
        final TraceClock clock = new TraceClock(new PageIdentities(0, this::access));
        private final TraceClock.Unit unit;
        private final double step;
        private final int moments;
        private final List<Double> windows;
        /** By window: pages that enter the set at a moment less those that leave. */
        private final long[][] change;
        /** By window and page: the first moment at which it is no longer counted. */
        private final List<int[]> counted = new ArrayList<>();

        Count(TraceClock.Unit unit, double end, List<Double> windows, int moments) {
            this.unit = unit;
            this.windows = windows;
            this.moments = moments;
            this.step = end / moments;
            this.change = new long[windows.size()][moments + 1];
            windows.forEach(w -> counted.add(new int[1024]));
        }

        private void access(long key) {
            int page = numbers.of(key);
            double now = clock.now(unit);
            // moment m lies at (m + 1) * step
            int first = step <= 0 ? moments : Math.max(0, (int) Math.ceil(now / step) - 1);
            for (int w = 0; w < change.length; w++) {
                if (page >= counted.get(w).length) {
                    counted.set(w, Arrays.copyOf(counted.get(w), page * 2));
                }
                int[] until = counted.get(w);
                int end = (int) Math.min(moments, Math.floor((now + windows.get(w)) / step));
                int from = Math.max(first, until[page]);
                if (from < end) {
                    change[w][from]++;
                    change[w][end]--;
                    until[page] = end;
                }
            }
        }

        long[][] sums() {
            long[][] sums = new long[change.length][moments];
            for (int w = 0; w < change.length; w++) {
                long sum = 0;
                for (int m = 0; m < moments; m++) {
                    sum += change[w][m];
                    sums[w][m] = sum;
                }
            }
            return sums;
        }
    }
}
