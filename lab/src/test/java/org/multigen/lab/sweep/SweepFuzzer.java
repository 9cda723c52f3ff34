package org.multigen.lab.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code --vary} and the journal of a sweep as targets of the fuzzer. */
public final class SweepFuzzer {
    private static final Path FILE;

    static {
        try {
            FILE = Files.createTempFile("fuzz", ".journal");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        FILE.toFile().deleteOnExit();
    }

    private SweepFuzzer() {}

    /** Each line is an option {@code --vary}. */
    public static void vary(byte[] data) {
        Grid.of(
                List.of("a", "b"),
                new String(data, StandardCharsets.UTF_8).lines().toList(),
                1,
                2);
    }

    /** A journal as a killed sweep left it. */
    public static void journal(byte[] data) {
        try {
            Files.write(FILE, data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (Journal journal = Journal.open(FILE, "fingerprint")) {
            journal.done();
        }
    }
}
