package org.multigen.lab.trace;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.failure.HalfFile;

/** A trace file in the making: a temporary file beside the target, which takes its name when it is whole. */
public final class TraceOutput implements AutoCloseable {
    private final Path target;
    private final HalfFile half;
    private final MgtWriter writer;
    private boolean finished;

    /** Creates the temporary file and writes its head. */
    public TraceOutput(Path target, TraceHeader header) {
        this.target = target;
        try {
            half = new HalfFile(target);
        } catch (IOException e) {
            throw Failure.cannotWrite(target, e);
        }
        try {
            OutputStream out = new BufferedOutputStream(Files.newOutputStream(half.path()), 1 << 16);
            writer = new MgtWriter(out, header, MgtWriter.DEFAULT_LEVEL);
        } catch (IOException e) {
            discard();
            throw Failure.cannotWrite(target, e);
        }
    }

    /** The sink that writes. */
    public MgtWriter writer() {
        return writer;
    }

    /** Ends the trace and gives it its name. */
    public void finish(String ending) {
        try {
            writer.ending(ending);
            writer.close();
            half.finish();
            finished = true;
        } catch (IOException e) {
            throw Failure.cannotWrite(target, e);
        }
    }

    /** The failure that an error of the writer stands for. */
    public Failure failed(UncheckedIOException e) {
        IOException cause = e.getCause();
        return Failure.cannotWrite(target, cause == null ? new IOException(e) : cause);
    }

    /** Without {@link #finish}: nothing half-written stays. */
    @Override
    public void close() {
        if (!finished) {
            discard();
        }
    }

    private void discard() {
        try {
            half.discard();
        } catch (IOException ignored) {
            // the failure that brought us here is the one to report
        }
    }
}
