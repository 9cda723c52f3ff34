package org.multigen.lab.trace.format;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.Failure;

/** A foreign trace that is being read record by record; what is broken in it fails, is counted, or ends it, as the user said. */
public final class ForeignTrace implements Closeable {
    private final Path file;
    private final InputFormat format;
    private final Unpacked in;
    private final RecordReader reader;
    private final InputOptions options;
    private boolean pending; // the first record has been read ahead
    private long records;
    private long skipped;
    private @Nullable String damage;

    private ForeignTrace(Path file, InputFormat format, Unpacked in, RecordReader reader, InputOptions options) {
        this.file = file;
        this.format = format;
        this.in = in;
        this.reader = reader;
        this.options = options;
    }

    /** Opens what has been recognized as anything but {@code .mgt}. */
    static ForeignTrace open(Path file, InputFormat format, Unpacked in, InputOptions options) {
        RecordReader reader = switch (format) {
            case MGT -> throw new IllegalArgumentException("mgt is no foreign format");
            case TEXT, LIRS -> new IdLines(in, options.blockSize());
            case CSV -> new Csv(in, options);
            case ORACLE_GENERAL -> new OracleRecords(in, options.blockSize());
            case VSCSI -> new VscsiRecords(in, Recognition.isSecondVscsi(in.head(), in.headLength()));
            case ARC -> new ArcLines(in, options.blockSize());
            case ADDRESS -> new AddressLines(in);
            case LACKEY -> new LackeyRecords(in);
            case PERF -> new PerfSamples(in);
            case DAMON_SCRIPT -> new DamonScript(in);
            case DAMON_JSON -> new DamonJson(in);
        };
        ForeignTrace trace = new ForeignTrace(file, format, in, reader, options);
        trace.pending = trace.advance();
        return trace;
    }

    /**
     * Reads the next record; false at the end.
     *
     * @throws Failure at a broken record, unless they are skipped, and when the file cannot be read
     */
    public boolean next() {
        boolean more = pending || advance();
        pending = false;
        records += more ? 1 : 0;
        return more;
    }

    private boolean advance() {
        while (damage == null) {
            try {
                return reader.next();
            } catch (Malformed e) {
                broken(e);
            } catch (IOException e) {
                stop(in.failure(e));
            }
        }
        return false;
    }

    private void broken(Malformed e) {
        Failure failure = Failure.badData(file + reader.place(), String.valueOf(e.getMessage()));
        if (options.skipErrors()) {
            skipped++;
            if (e.isLast()) {
                damage = failure.getMessage();
            }
        } else {
            stop(failure);
        }
    }

    private void stop(Failure failure) {
        if (!options.partial()) {
            throw failure;
        }
        damage = failure.getMessage();
    }

    /** The record read last; the same object every time. */
    public Access access() {
        return reader.access();
    }

    /** Where the record read last stands, with the file's name. */
    public String place() {
        return file + reader.place();
    }

    /** Which share of the file has been read; see {@link org.multigen.lab.trace.TraceSource#shareRead}. */
    double shareRead() {
        return in.shareRead();
    }

    /** Its format. */
    public InputFormat format() {
        return format;
    }

    /** Whether accesses are to memory of processes. */
    public boolean isMemory() {
        return reader.isMemory();
    }

    /** Bytes of the trace's own blocks. */
    public int unitBytes() {
        return reader.unitBytes();
    }

    /** Whether a record is one reference to each of its blocks; see {@link RecordReader#expands}. */
    public boolean expands() {
        return reader.expands();
    }

    /** Records read so far. */
    public long records() {
        return records;
    }

    /** Broken records left out so far. */
    public long skipped() {
        return skipped;
    }

    /** Why reading stopped early, if it did. */
    public Optional<String> damage() {
        return Optional.ofNullable(damage);
    }

    /** What a reader of any result has to know, a sentence each; complete at the end. */
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        notes.add(
                isMemory()
                        ? format.word() + " records become touches of anonymous memory, pages of 4 KiB"
                        : String.format(
                                Locale.ROOT,
                                "%s records become page-cache reads and writes of a file: blocks of %,d bytes, pages of 4 KiB",
                                format.word(),
                                unitBytes()));
        notes.addAll(reader.notes());
        if (skipped > 0) {
            notes.add(
                    String.format(Locale.ROOT, "%,d broken %s left out", skipped, skipped == 1 ? "record" : "records"));
        }
        return notes;
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException ignored) {
            // nothing was written, nothing is lost
        }
    }
}
