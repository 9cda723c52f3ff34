package org.multigen.lab.trace.format;

import java.util.List;
import java.util.Locale;

/**
 * References made up from what DAMON counted in a region during one aggregation interval.
 *
 * <p>DAMON looks at one page of a region every sampling interval and counts how often it had been accessed, {@code c} of {@value
 * #SAMPLES} times with its default intervals of 5 ms and 100 ms. It takes the pages of a region as alike; so does this: each page
 * is accessed in a sampling interval with probability {@code c / 20}, hence at least once in the aggregation interval with {@code
 * 1 - (1 - c/20)^20}. The pages so drawn are read once each, in ascending order. Which page, how often within an interval, in
 * which order, and whether it was written, DAMON does not know.
 */
final class DamonRegion {
    /** Sampling intervals in an aggregation interval, by default. Kernel: mm/damon/core.c damon_new_ctx. */
    static final int SAMPLES = 20;

    /** The largest region that can have been accessed. */
    private static final long MOST_PAGES = 1L << 28;

    private final ProcessNumbers targets = new ProcessNumbers();
    private long page;
    private long end;
    private long threshold;
    private long seed;
    private long regions;

    /** What has to be said of every result that rests on such references. */
    static List<String> notes() {
        return List.of(String.format(
                Locale.ROOT,
                "references are synthesized from DAMON's region counts, not recorded: each page of a region with c of %d"
                        + " accesses is read once per interval with probability 1-(1-c/%d)^%d; order and writes are unknown",
                SAMPLES,
                SAMPLES,
                SAMPLES));
    }

    /** Begins a region. */
    void begin(Access a, long target, long start, long stop, long count, long timeNs) throws Malformed {
        if (start < 0 || stop <= start || stop > RecordReader.ADDRESS_END || count < 0) {
            throw Malformed.record("expected a region START-END of addresses below 2^47 and a count of accesses");
        }
        a.process = targets.of(target);
        a.timeNs = timeNs;
        page = start / RecordReader.PAGE;
        end = count == 0 ? page : stop / RecordReader.PAGE;
        if (end - page > MOST_PAGES) {
            end = page;
            throw Malformed.record("an accessed region of more than 1 TiB");
        }
        double idle = 1 - Math.min(1.0, (double) count / SAMPLES);
        double drawn = 1 - Math.pow(idle, SAMPLES);
        threshold = drawn >= 1 ? Long.MAX_VALUE : (long) (drawn * Long.MAX_VALUE);
        seed = mix(++regions);
    }

    /** The next run of pages; false at the region's end. */
    boolean next(Access a) {
        if (threshold < Long.MAX_VALUE) {
            while (page < end && !drawn(page)) {
                page++;
            }
        }
        if (page >= end) {
            return false;
        }
        long from = page++;
        while (page < end && (threshold == Long.MAX_VALUE || drawn(page))) {
            page++;
        }
        a.unit = from;
        a.bytes = (page - from) * RecordReader.PAGE;
        return true;
    }

    private boolean drawn(long n) {
        return mix(seed ^ n) >>> 1 < threshold;
    }

    private static long mix(long n) {
        long z = n + 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
