package org.multigen.lab.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Rng;
import org.multigen.lab.trace.MgtReader;
import org.multigen.lab.trace.MgtWriter;
import org.multigen.lab.trace.TraceHeader;
import org.multigen.lab.trace.TraceSink;

/** Decoding a {@code .mgt} trace from its file: reading, checksums, decompression and events. */
final class DecodeBench implements Bench {
    private static final double TARGET = 50e6;
    private static final int SYNTHETIC_TOUCHES = 1 << 25;
    private static final int SYNTHETIC_PAGES = 1 << 17;
    private static final int WORD_BYTES = 4;

    private final @Nullable Path trace;

    /**
     * @param trace the file to decode; null for a synthetic one
     */
    DecodeBench(@Nullable Path trace) {
        this.trace = trace;
    }

    @Override
    public String name() {
        return "decode";
    }

    @Override
    public String meaning() {
        return "decoding a .mgt trace";
    }

    @Override
    public List<Figure> run(Effort effort) {
        if (trace != null) {
            return measure(effort, trace, trace.getFileName().toString());
        }
        try {
            Path file = Files.createTempFile("multigen-bench", ".mgt");
            try {
                writeSynthetic(file, effort.scaled(SYNTHETIC_TOUCHES));
                return measure(effort, file, "synthetic");
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Figure> measure(Effort effort, Path file, String what) {
        long touches = decode(file);
        PlainReads plain = new PlainReads(Math.clamp(touches * WORD_BYTES, 8, 1 << 28), 1 << 20);
        Contest c = new Contest(effort)
                .add("decode", () -> decode(file))
                .add("sequential", () -> plain.sequential(1) * (Long.BYTES / WORD_BYTES))
                .run();
        if (plain.sum() == Long.MIN_VALUE) {
            throw new IllegalStateException();
        }
        return List.of(new Figure(
                "decode",
                meaning() + " (" + what + ", " + touches + " touches)",
                "touches/s",
                c.median("decode"),
                c.lowest("decode"),
                c.highest("decode"),
                new TreeMap<>(Map.of("sequential_read", c.median("sequential"))),
                new Figure.Target(TARGET, true)));
    }

    private static long decode(Path file) {
        Count count = new Count();
        try (MgtReader reader = MgtReader.open(file, false)) {
            while (reader.next(count)) {
                // a block a step
            }
        }
        return count.touches;
    }

    private static final class Count implements TraceSink {
        private long touches;
        private long pages;

        @Override
        public void touch(int process, long page, int count, boolean write) {
            touches += count;
            pages ^= page;
        }
    }

    private static void writeSynthetic(Path file, int touches) throws IOException {
        TraceHeader header =
                new TraceHeader(4096, new TraceHeader.Provenance(List.of(), "none", "multigen bench", "", 0, ""));
        Rng rng = new Rng(1);
        try (MgtWriter writer =
                new MgtWriter(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16), header, 1)) {
            writer.process(0, 1, "bench");
            for (int i = 0; i < touches; i++) {
                writer.touch(0, rng.below(SYNTHETIC_PAGES), 1, (i & 3) == 0);
            }
        }
    }
}
