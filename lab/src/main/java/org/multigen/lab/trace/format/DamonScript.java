package org.multigen.lab.trace.format;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** {@code perf script} of {@code damon:damon_aggregated}: {@code ... target_id=T nr_regions=N START-END: COUNT [AGE]}. */
final class DamonScript extends LineReader {
    private static final String FORM = "TIME: damon:damon_aggregated: target_id=T nr_regions=N START-END: COUNT";

    private final PerfLine head = new PerfLine(lines);
    private final DamonRegion region = new DamonRegion();

    DamonScript(InputStream in) {
        super(in);
    }

    @Override
    public boolean next() throws IOException, Malformed {
        return region.next(access()) || super.next();
    }

    @Override
    boolean parse(Access a) throws Malformed {
        int p = lines.skipBlanks(lines.from);
        if (p == lines.to || lines.bytes[p] == '#') {
            return false;
        }
        if (!head.parse()) {
            throw expected(FORM);
        }
        int target = head.rest;
        int targetEnd = lines.fieldEnd(target);
        int regions = lines.skipBlanks(targetEnd);
        int range = lines.skipBlanks(lines.fieldEnd(regions));
        int rangeEnd = lines.fieldEnd(range);
        int count = lines.skipBlanks(rangeEnd);
        int dash = range;
        while (dash < rangeEnd && lines.bytes[dash] != '-') {
            dash++;
        }
        if (dash == rangeEnd || lines.bytes[rangeEnd - 1] != ':') {
            throw expected(FORM);
        }
        region.begin(
                a,
                hash(target, targetEnd),
                lines.decimal(range, dash),
                lines.decimal(dash + 1, rangeEnd - 1),
                lines.decimal(count, lines.fieldEnd(count)),
                head.timeNs);
        return region.next(a);
    }

    /** A target's number exceeds a long; any number that stands for it will do. */
    private long hash(int from, int to) {
        long h = 1;
        for (int i = from; i < to; i++) {
            h = h * 1_000_003 + lines.bytes[i];
        }
        return h;
    }

    @Override
    public boolean isMemory() {
        return true;
    }

    @Override
    public int unitBytes() {
        return PAGE;
    }

    @Override
    public List<String> notes() {
        return DamonRegion.notes();
    }
}
