package org.multigen.lab.trace.format;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.trace.TraceSink;

/** The parsers of foreign formats, and ({@code any}) the recognition of a format, as targets of the fuzzer. */
public final class FormatFuzzer {
    private static final Path NAME = Path.of("fuzz");
    private static final String COLUMNS = "time=1,op=2,size=3,lbn=4";

    /** A few bytes of DAMON's regions may stand for terabytes of pages: enough of them is enough. */
    private static final int MOST_STEPS = 20;

    private FormatFuzzer() {}

    /** By the names of {@code --input-format}. */
    public static Map<String, Consumer<byte[]>> parsers() {
        Map<String, Consumer<byte[]>> all = new TreeMap<>();
        all.put("any", data -> read(null, data, null));
        all.put("columns", FormatFuzzer::columns);
        for (InputFormat f : InputFormat.values()) {
            if (f != InputFormat.MGT) {
                String columns = f == InputFormat.CSV ? COLUMNS : null;
                all.put(f.word(), data -> read(f, data, data.length % 3 == 0 ? columns : null));
            }
        }
        return all;
    }

    /** The first line is the column map, the rest the table. */
    private static void columns(byte[] data) {
        int end = 0;
        while (end < data.length && data[end] != '\n') {
            end++;
        }
        byte[] table = java.util.Arrays.copyOfRange(data, Math.min(end + 1, data.length), data.length);
        read(InputFormat.CSV, table, new String(data, 0, end, java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    private static void read(@Nullable InputFormat format, byte[] data, @Nullable String columns) {
        InputOptions options = new InputOptions(format, columns, 1_000, 0, data.length % 2 == 0, false);
        try (Unpacked in = Unpacked.of(NAME, new ByteArrayInputStream(data))) {
            InputFormat found = format == null ? Recognition.of(in.head(), in.headLength()) : format;
            if (found == null || found == InputFormat.MGT) {
                return;
            }
            try (ForeignSource source = new ForeignSource(NAME, ForeignTrace.open(NAME, found, in, options))) {
                for (int i = 0; i < MOST_STEPS && source.next(new TraceSink() {}); i++) {
                    // whatever it delivers
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
