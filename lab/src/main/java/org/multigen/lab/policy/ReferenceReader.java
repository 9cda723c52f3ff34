package org.multigen.lab.policy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.trace.TraceSource;
import org.multigen.lab.trace.format.Access;
import org.multigen.lab.trace.format.ForeignTrace;
import org.multigen.lab.trace.format.InputOptions;
import org.multigen.lab.trace.format.Traces;

/** Reads any trace into references. */
public final class ReferenceReader {
    private static final int PROCESS_SHIFT = 44;
    private static final int KERNEL_PAGE = 4096;

    private final Path file;
    private final int pageSize;
    private final boolean readsOnly;
    private final References.Collector collector = new References.Collector();

    private ReferenceReader(Path file, int pageSize, boolean readsOnly) {
        this.file = file;
        this.pageSize = pageSize;
        this.readsOnly = readsOnly;
    }

    /**
     * Reads a trace to its end.
     *
     * @param pageSize bytes of a block, a power of two; 0 for the trace's own blocks
     * @throws Failure when it is absent, broken, or holds more than 2^31 references
     */
    public static References read(Path file, InputOptions options, int pageSize) {
        return new ReferenceReader(file, pageSize, false).read(options);
    }

    /**
     * Reads a trace to its end as a kernel sees it: 4 KiB pages, and a page that is written as a whole by a system call is not read
     * for it, so that its miss counts for no policy.
     *
     * @throws Failure when it is absent, broken, or holds more than 2^31 references
     */
    public static References readPages(Path file, InputOptions options) {
        return new ReferenceReader(file, KERNEL_PAGE, true).read(options);
    }

    private References read(InputOptions options) {
        try (ForeignTrace foreign = Traces.openRecords(file, options)) {
            if (foreign != null) {
                return readForeign(foreign);
            }
        }
        try (TraceSource source = Traces.open(file, options)) {
            int own = source.header().pageSize();
            int shift =
                    pageSize == 0 ? 0 : Integer.numberOfTrailingZeros(pageSize) - Integer.numberOfTrailingZeros(own);
            if (shift < 0) {
                throw Failure.usage("--page-size " + pageSize + ": " + file + " has pages of " + own + " bytes");
            }
            source.readAll(new PageIdentities(shift, this::add, this::addWritten));
            List<String> notes = new ArrayList<>(source.notes());
            notes.add("references are touches and file I/O of pages, by every process; shared pages are one page");
            return collector.finish(own << shift, notes);
        }
    }

    private References readForeign(ForeignTrace trace) {
        int own = trace.unitBytes();
        int unit = pageSize == 0 ? own : pageSize;
        while (trace.next()) {
            Access a = trace.access();
            boolean free = a.write && !trace.isMemory();
            long process = (long) a.process << PROCESS_SHIFT;
            if (pageSize == 0 && !trace.expands()) {
                add(process | a.unit);
                continue;
            }
            long begin = a.unit * own;
            long last = (begin + a.bytes - 1) / unit;
            for (long u = begin / unit; u <= last; u++) {
                if (free) {
                    addWritten(process | u);
                } else {
                    add(process | u);
                }
            }
        }
        List<String> notes = new ArrayList<>();
        notes.add(String.format(
                Locale.ROOT,
                "references are to %s of %,d bytes%s",
                pageSize == 0 ? "the trace's own blocks" : "pages",
                unit,
                pageSize == 0 && !trace.expands() ? ", one a record" : ""));
        trace.notes().stream().skip(1).forEach(notes::add);
        return collector.finish(unit, notes);
    }

    private void addWritten(long key) {
        add(key);
        if (readsOnly) {
            collector.lastIsFree();
        }
    }

    private void add(long key) {
        if (!collector.add(key)) {
            throw Failure.badData(file.toString(), "more than 2^31 references; multigen trace sample makes fewer");
        }
    }
}
