package org.multigen.fidelity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code build/fuzz} found worth keeping, {@code src/test/fuzz/PARSER.zip}, is read again. */
class CorpusTest {
    private static final Path ROOT = Path.of(System.getProperty("multigen.root"));

    static Stream<String> parsers() {
        return FidelityFuzzTarget.parsers().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("parsers")
    void isReadOrRefused(String name) throws IOException {
        Consumer<byte[]> parser = FidelityFuzzTarget.parsers().get(name);
        int inputs = 0;
        try (ZipInputStream zip =
                new ZipInputStream(Files.newInputStream(ROOT.resolve("fidelity/src/test/fuzz/" + name + ".zip")))) {
            for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
                if (!e.isDirectory()) {
                    read(name, parser, zip.readAllBytes());
                    inputs++;
                }
            }
        }
        assertThat(inputs).isPositive();
    }

    private static void read(String name, Consumer<byte[]> parser, byte[] input) throws IOException {
        try {
            FidelityFuzzTarget.read(parser, input);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            Path file = ROOT.resolve("target/fuzz/failing-" + name);
            Files.createDirectories(ROOT.resolve("target/fuzz"));
            Files.write(file, input);
            throw new AssertionError("replay: build/fuzz -r " + ROOT.relativize(file) + " " + name, e);
        }
    }
}
