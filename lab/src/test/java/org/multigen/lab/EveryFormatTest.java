package org.multigen.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.multigen.lab.cli.Main;
import org.multigen.lab.trace.format.InputFormat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Each format goes through {@code trace stat}, {@code compare} and {@code mrc} with one command each, without an option. */
class EveryFormatTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private JsonNode json(String... args) {
        out.getBuffer().setLength(0);
        assertThat(Main.run(new PrintWriter(out), new PrintWriter(err), args))
                .as("%s: %s", String.join(" ", args), err)
                .isZero();
        assertThat(err.toString()).isEmpty();
        return JsonMapper.shared().readTree(out.toString());
    }

    static boolean publicTracesArePresent() {
        return Files.isDirectory(publicTraces());
    }

    private static Path publicTraces() {
        return Path.of("..", "..", "shared", "traces");
    }

    static Stream<Path> samples() throws URISyntaxException {
        return files(Path.of(Objects.requireNonNull(EveryFormatTest.class.getResource("trace/format"))
                .toURI()));
    }

    static Stream<Path> publicFiles() {
        return files(publicTraces()).filter(f -> !f.getParent().equals(publicTraces()));
    }

    private static Stream<Path> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files
                    .filter(Files::isRegularFile)
                    .filter(f -> !f.toString().endsWith(".class"))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void threeCommands(Path file) {
        JsonNode stat = json("trace", "stat", file.toString(), "--format", "json");
        String format = stat.at("/0/provenance/tool").asString().replaceFirst(" .*", "");
        assertThat(InputFormat.words()).contains(format);
        JsonNode mrc = json("mrc", file.toString(), "--sizes", "0.5,1.0", "--format", "json");
        assertThat(mrc.path("references").asLong()).isPositive();
        JsonNode compare = json("compare", file.toString(), "--memory", "max", "--format", "json");
        assertThat(compare.at("/sizes/0/result/variants")).hasSize(2);
        assertThat(compare.path("footprintPages").asLong())
                .isEqualTo(stat.findValue("footprintPages").asLong());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void bundledSamples(Path file) {
        threeCommands(file);
    }

    @ParameterizedTest
    @MethodSource("publicFiles")
    @Tag("long")
    @EnabledIf("publicTracesArePresent")
    void tracesOfPublicCollections(Path file) {
        threeCommands(file);
    }
}
