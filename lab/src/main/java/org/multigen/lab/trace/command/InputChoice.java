package org.multigen.lab.trace.command;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.failure.Nearest;
import org.multigen.lab.trace.format.InputFormat;
import org.multigen.lab.trace.format.InputOptions;
import picocli.CommandLine.Option;

/** The options of every command that reads a trace. */
public final class InputChoice {
    private static final List<String> UNITS = List.of("s", "ms", "us", "100ns", "ns");

    @Option(
            names = "--input-format",
            paramLabel = "FORMAT",
            completionCandidates = Words.class,
            description = "Reads the trace as this instead of recognizing it: ${COMPLETION-CANDIDATES}.")
    private @Nullable String format;

    @Option(
            names = "--columns",
            paramLabel = "ROLE=COLUMN,...",
            description =
                    "Columns of a csv file by number or header name: time, op, size, pid, and one of lbn, offset, block,"
                            + " address, id.")
    private @Nullable String columns;

    @Option(
            names = "--time-unit",
            paramLabel = "UNIT",
            completionCandidates = Units.class,
            description = "Unit of a csv file's time: s, ms, us, 100ns, ns (default: s, or what a known layout has).")
    private @Nullable String timeUnit;

    @Option(
            names = "--block-size",
            paramLabel = "BYTES",
            description = "Bytes of a block where the trace counts blocks (default: 512 for disk formats, else 4096).")
    private @Nullable Integer blockSize;

    @Option(names = "--skip-errors", description = "Counts broken records and leaves them out instead of failing.")
    private boolean skipErrors;

    /** For picocli. */
    public InputChoice() {}

    /** What was said. */
    public InputOptions options(boolean partial) {
        if (blockSize != null && (blockSize < 512 || blockSize > 1 << 20 || Integer.bitCount(blockSize) != 1)) {
            throw Failure.usage("--block-size " + blockSize + ": expected a power of two from 512 to 1048576");
        }
        return new InputOptions(
                inputFormat(), columns, timeUnitNs(), blockSize == null ? 0 : blockSize, skipErrors, partial);
    }

    private @Nullable InputFormat inputFormat() {
        String word = format;
        if (word == null) {
            return null;
        }
        return InputFormat.named(word)
                .orElseThrow(() -> Failure.usage("--input-format " + word + ": expected one of "
                        + String.join(", ", InputFormat.words()) + Nearest.hint(word, InputFormat.words())));
    }

    private long timeUnitNs() {
        String unit = timeUnit;
        return unit == null ? 0 : unitNs(unit);
    }

    private static long unitNs(String unit) {
        return switch (unit) {
            case "s" -> 1_000_000_000;
            case "ms" -> 1_000_000;
            case "us" -> 1_000;
            case "100ns" -> 100;
            case "ns" -> 1;
            default ->
                throw Failure.usage(
                        "--time-unit " + unit + ": expected s, ms, us, 100ns or ns" + Nearest.hint(unit, UNITS));
        };
    }

    static final class Units implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return UNITS.iterator();
        }
    }

    static final class Words implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return InputFormat.words().iterator();
        }
    }
}
