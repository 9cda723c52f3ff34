package org.multigen.lab.trace.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Jazzer, coverage-guided, on each parser: {@code ./verify -Plong -Dtest=FormatFuzzTest -Dfuzz.seconds=600}. It begins with the samples
 * and with the corpus that earlier runs kept in {@code lab/target/fuzz}.
 */
@Tag("long")
class FormatFuzzTest {
    private static final long SECONDS = Long.getLong("fuzz.seconds", 20);
    private static final long PATIENCE = 120;

    @TempDir
    private Path dir;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "any",
                "text",
                "csv",
                "oracleGeneral",
                "vscsi",
                "arc",
                "lirs",
                "address",
                "lackey",
                "perf",
                "damon-script",
                "damon-json"
            })
    void nothingCrashesHangsOrExhaustsMemory(String format)
            throws IOException, InterruptedException, URISyntaxException {
        Path corpus = Path.of(System.getProperty("multigen.root"), "lab", "target", "fuzz", format);
        Files.createDirectories(corpus);
        Path samples = Path.of(Objects.requireNonNull(FormatFuzzTest.class.getResource("ids.txt"))
                        .toURI())
                .getParent();
        try (Stream<Path> files = Files.list(samples)) {
            for (Path f : files.filter(Files::isRegularFile)
                    .filter(f -> !f.toString().endsWith(".class"))
                    .toList()) {
                Files.copy(f, corpus.resolve(f.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Path log = dir.resolve("log");
        Process fuzzer = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dmultigen.fuzz.format=" + format,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + FormatFuzzer.class.getName(),
                        "--instrumentation_includes=org.multigen.**",
                        "--jvm_args=-Dmultigen.fuzz.format=" + format,
                        "-max_total_time=" + SECONDS,
                        "-timeout=10",
                        "-rss_limit_mb=2048",
                        "-artifact_prefix=" + dir + "/",
                        corpus.toString()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(fuzzer.waitFor(SECONDS + PATIENCE, TimeUnit.SECONDS)).isTrue();
        String text = Files.readString(log);
        assertThat(fuzzer.exitValue())
                .as(text.substring(Math.max(0, text.length() - 6000)))
                .isZero();
        assertThat(text).contains("Done ");
    }
}
