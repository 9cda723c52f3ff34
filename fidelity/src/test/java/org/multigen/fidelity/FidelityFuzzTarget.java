package org.multigen.fidelity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.multigen.fidelity.script.ScriptReader;
import org.multigen.fidelity.transcript.ReclaimCalls;
import org.multigen.fidelity.transcript.TranscriptParser;
import org.multigen.lab.failure.Failure;

/**
 * What the coverage-guided fuzzer calls: the parser that the system property {@code multigen.fuzz.target} names reads what the
 * fuzzer made up. Only a {@link Failure} of one line may come out.
 */
public final class FidelityFuzzTarget {
    private static final Path FOLDER;
    private static final Consumer<byte[]> PARSER =
            parserNamed(System.getProperty("multigen.fuzz.target", "transcript"));

    static {
        try {
            FOLDER = Files.createTempDirectory("fuzz");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        FOLDER.toFile().deleteOnExit();
    }

    private FidelityFuzzTarget() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] data) {
        read(PARSER, data);
    }

    /** Lets a parser read; a {@link Failure} is an answer. */
    static void read(Consumer<byte[]> parser, byte[] data) {
        try {
            parser.accept(data);
        } catch (Failure expected) {
            if (expected.getMessage().isBlank() || expected.getMessage().lines().count() > 1) {
                throw new IllegalStateException("a message that is not one line", expected);
            }
        }
    }

    /** The parsers of this module by name. */
    static Map<String, Consumer<byte[]>> parsers() {
        Map<String, Consumer<byte[]>> all = new TreeMap<>();
        all.put("transcript", FidelityFuzzTarget::transcript);
        all.put("reclaim-calls", FidelityFuzzTarget::reclaimCalls);
        all.put("touch-script", FidelityFuzzTarget::touchScript);
        return all;
    }

    private static Consumer<byte[]> parserNamed(String name) {
        Consumer<byte[]> parser = parsers().get(name);
        if (parser == null) {
            throw new IllegalArgumentException(
                    "no parser " + name + ", only " + parsers().keySet());
        }
        return parser;
    }

    private static void transcript(byte[] data) {
        TranscriptParser.parse(Path.of("fuzz.txt"), new String(data, StandardCharsets.UTF_8));
    }

    private static void reclaimCalls(byte[] data) {
        write("fuzz.compact", data);
        ReclaimCalls.beside(FOLDER.resolve("fuzz.txt"));
    }

    private static void touchScript(byte[] data) {
        Path file = write("fuzz.script", data);
        try (ScriptReader reader = ScriptReader.open(file)) {
            reader.perform(new Idle());
        }
    }

    private static Path write(String name, byte[] data) {
        Path file = FOLDER.resolve(name);
        file.toFile().deleteOnExit();
        try {
            return Files.write(file, data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Performs nothing; a run may stand for millions of touches, of which some are enough. */
    private static final class Idle implements ScriptReader.Sink {
        private int left = 100_000;

        @Override
        public boolean touch(long page, boolean store) {
            return --left > 0;
        }

        @Override
        public void map(long page, long pages, int file, long filePage, boolean shared) {}

        @Override
        public void unmap(long page, long pages) {}

        @Override
        public void advise(long page, long pages, int advice) {}

        @Override
        public void measure() {}
    }
}
