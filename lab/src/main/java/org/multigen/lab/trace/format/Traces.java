package org.multigen.lab.trace.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.trace.MgtReader;
import org.multigen.lab.trace.TraceOutput;
import org.multigen.lab.trace.TraceSource;
import org.multigen.lab.trace.TraceSummary;

/** Opens traces of every format that is known, whatever they are compressed with. */
public final class Traces {
    private static final String KNOWN = String.join(", ", InputFormat.words());

    private Traces() {}

    /**
     * Opens a trace by its content.
     *
     * @param partial read what stands before a damage instead of failing at it
     * @throws Failure when the file is absent, unreadable or of no known format
     */
    public static TraceSource open(Path file, boolean partial) {
        return open(file, InputOptions.partial(partial));
    }

    /**
     * Opens a trace as events.
     *
     * @throws Failure when the file is absent, unreadable or of no known format
     */
    public static TraceSource open(Path file, InputOptions options) {
        Unpacked in = Unpacked.open(file);
        InputFormat format = recognize(file, in, options);
        if (format == InputFormat.MGT) {
            return openMgt(file, in, options.partial());
        }
        return new ForeignSource(file, ForeignTrace.open(file, format, in, options));
    }

    /**
     * Opens a foreign trace as records; null for {@code .mgt}, which has none.
     *
     * @throws Failure when the file is absent, unreadable or of no known format
     */
    public static @Nullable ForeignTrace openRecords(Path file, InputOptions options) {
        Unpacked in = Unpacked.open(file);
        InputFormat format = recognize(file, in, options);
        if (format == InputFormat.MGT) {
            closeQuietly(in);
            return null;
        }
        return ForeignTrace.open(file, format, in, options);
    }

    /**
     * A file that can be opened again and needs no options: the file itself if it is one, else a temporary {@code .mgt} copy.
     *
     * @throws Failure when the file is absent, broken or of no known format
     */
    public static Path rereadable(Path file, InputOptions options) {
        if (!Unpacked.isStandardInput(file) && options.equals(InputOptions.NONE)) {
            return file;
        }
        String name = Unpacked.isStandardInput(file) ? "stdin" : String.valueOf(file.getFileName());
        Path copy;
        try {
            Path folder = Files.createTempDirectory("multigen");
            folder.toFile().deleteOnExit();
            copy = folder.resolve(name + ".mgt");
            copy.toFile().deleteOnExit();
        } catch (IOException e) {
            throw Failure.cannotRead(file, e);
        }
        try (TraceSource source = open(file, options);
                TraceOutput out = new TraceOutput(copy, source.header())) {
            source.readAll(out.writer());
            out.finish(TraceSummary.COMPLETE);
        }
        return copy;
    }

    private static InputFormat recognize(Path file, Unpacked in, InputOptions options) {
        InputFormat format = options.format();
        if (format == null) {
            format = Recognition.of(in.head(), in.headLength());
        }
        if (format == null) {
            closeQuietly(in);
            throw Failure.badData(
                    file.toString(),
                    in.headLength() == 0
                            ? "it is empty; a trace was expected"
                            : "of no known format; expected one of " + KNOWN
                                    + "; --input-format says which if it is one");
        }
        return format;
    }

    private static TraceSource openMgt(Path file, Unpacked in, boolean partial) {
        if (!in.isCompressed() && !Unpacked.isStandardInput(file)) {
            closeQuietly(in);
            return MgtReader.open(file, partial);
        }
        try (in) {
            return MgtReader.open(spool(file, in), partial);
        } catch (IOException e) {
            throw in.failure(e);
        }
    }

    /** Its summary stands at the end: what cannot be read twice is copied first. */
    private static Path spool(Path file, InputStream in) {
        try {
            Path copy = Files.createTempFile("multigen", ".trace");
            copy.toFile().deleteOnExit();
            Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
            return copy;
        } catch (IOException e) {
            throw Failure.cannotRead(file, e);
        }
    }

    private static void closeQuietly(InputStream in) {
        try {
            in.close();
        } catch (IOException ignored) {
            // nothing was written, nothing is lost
        }
    }
}
