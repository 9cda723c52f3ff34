package org.multigen.lab.trace.format;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.multigen.lab.trace.FileKind;
import org.multigen.lab.trace.MappingKind;
import org.multigen.lab.trace.PageSet;
import org.multigen.lab.trace.TraceHeader;
import org.multigen.lab.trace.TraceSink;
import org.multigen.lab.trace.TraceSource;
import org.multigen.lab.trace.TraceSummary;

/**
 * A foreign trace as events. Block I/O is done by one process to one file, by system calls, and so through the page cache. Memory
 * is anonymous and mapped a GiB at a time where it is touched; the first touch of a page is a store, since whoever reads a page
 * has filled it before.
 */
final class ForeignSource implements TraceSource {
    private static final int RECORDS_A_STEP = 4096;
    private static final int MAPPING_SHIFT = 18; // 1 GiB in pages
    private static final int SEEN = 1;
    /** Page numbers of one process in {@link #seen}. */
    private static final int PROCESS_SHIFT = 36;

    private final ForeignTrace trace;
    private final String name;
    private final TraceHeader header;
    private final FarPages far = new FarPages();
    private final PageSet seen = new PageSet();
    private final Set<Long> mapped = new HashSet<>();
    private int processes;
    private long firstTime = Access.NO_TIME;
    private long wall;

    ForeignSource(Path file, ForeignTrace trace) {
        this.trace = trace;
        this.name = String.valueOf(file.getFileName());
        this.header = new TraceHeader(
                RecordReader.PAGE,
                new TraceHeader.Provenance(
                        List.of(), trace.format().word() + " trace", "multigen", "", 0, "", trace.notes()));
    }

    @Override
    public TraceHeader header() {
        return header;
    }

    @Override
    public Optional<TraceSummary> summary() {
        return Optional.empty();
    }

    @Override
    public Optional<String> damage() {
        return trace.damage();
    }

    @Override
    public List<String> notes() {
        return trace.notes();
    }

    @Override
    public double shareRead() {
        return trace.shareRead();
    }

    @Override
    public boolean next(TraceSink sink) {
        int left = RECORDS_A_STEP;
        boolean any = false;
        while (left-- > 0 && trace.next()) {
            any = true;
            deliver(trace.access(), sink);
        }
        return any;
    }

    private void deliver(Access a, TraceSink sink) {
        introduce(a.process, sink);
        if (a.timeNs != Access.NO_TIME) {
            tick(a.timeNs, sink);
        }
        if (a.instructions > 0) {
            sink.time(a.process, a.instructions);
        }
        if (trace.isMemory()) {
            touch(a, sink);
        } else {
            transfer(a, sink);
        }
    }

    /** Clocks of traces may go back a little; the wall clock does not. */
    private void tick(long timeNs, TraceSink sink) {
        if (firstTime == Access.NO_TIME) {
            firstTime = timeNs;
        }
        if (timeNs - firstTime > wall) {
            wall = timeNs - firstTime;
            sink.wall(wall);
        }
    }

    private void introduce(int process, TraceSink sink) {
        while (processes <= process) {
            sink.process(processes, 0, name);
            if (processes == 0 && !trace.isMemory()) {
                sink.file(0, FileKind.REGULAR, 0, name);
                sink.open(0, 0, 0);
            }
            processes++;
        }
    }

    private void transfer(Access a, TraceSink sink) {
        long begin = a.unit * trace.unitBytes();
        long page = begin / RecordReader.PAGE;
        long end = (begin + a.bytes - 1) / RecordReader.PAGE + 1;
        while (page < end) {
            long count = Math.min(end - page, FarPages.EXTENT - page % FarPages.EXTENT);
            if (a.write) {
                sink.write(0, 0, 0, far.of(page), count);
            } else {
                sink.read(0, 0, 0, far.of(page), count);
            }
            page += count;
        }
    }

    private void touch(Access a, TraceSink sink) {
        long end = a.unit + (a.bytes + RecordReader.PAGE - 1) / RecordReader.PAGE;
        for (long page = a.unit; page < end; ) {
            map(a.process, page, sink);
            long key = (long) a.process << PROCESS_SHIFT;
            boolean first = seen.add(key | page, SEEN) == 0;
            long stop = page + 1;
            long mappingEnd = Math.min(end, (page >>> MAPPING_SHIFT) + 1 << MAPPING_SHIFT);
            while (stop < mappingEnd && (seen.get(key | stop) == 0) == first) {
                seen.add(key | stop, SEEN);
                stop++;
            }
            sink.touch(a.process, page, (int) (stop - page), a.write || first);
            page = stop;
        }
    }

    private void map(int process, long page, TraceSink sink) {
        long piece = page >>> MAPPING_SHIFT;
        if (mapped.add((long) process << PROCESS_SHIFT | piece)) {
            sink.map(
                    process,
                    piece << MAPPING_SHIFT,
                    1L << MAPPING_SHIFT,
                    MappingKind.ANONYMOUS,
                    TraceSink.READABLE | TraceSink.WRITABLE,
                    0,
                    TraceSink.NO_FILE,
                    0);
        }
    }

    @Override
    public void close() {
        trace.close();
    }
}
