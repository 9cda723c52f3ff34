package org.multigen.lab.trace.format;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.trace.TraceSink;

/**
 * The target of the coverage-guided fuzzer: one parser, named by the system property {@code multigen.fuzz.format} ({@code any} for
 * recognition), reads what the fuzzer made up. Only a {@link Failure} may come out.
 */
public final class FormatFuzzer {
    private static final String FORMAT = System.getProperty("multigen.fuzz.format", "any");
    private static final Path NAME = Path.of("fuzz");
    /** A few bytes of DAMON's regions may stand for terabytes of pages: enough of them is enough. */
    private static final int MOST_STEPS = 20;

    private FormatFuzzer() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] data) {
        InputFormat format = InputFormat.named(FORMAT).orElse(null);
        String columns = FORMAT.equals("csv") && data.length % 3 == 0 ? "time=1,op=2,size=3,lbn=4" : null;
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
        } catch (Failure expected) {
            if (expected.getMessage().isBlank()) {
                throw new IllegalStateException("a failure without a message");
            }
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
