package org.multigen.lab.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.multigen.lab.trace.TraceSink;
import org.multigen.lab.trace.TraceSource;
import org.multigen.lab.trace.TraceSummary;
import org.multigen.lab.trace.format.Traces;

/** Runs {@code multigen record} in a process of its own, as a user would. */
record Recorded(int exitCode, String out, String err, Path trace) {
    /** An emulator, Valgrind and a new JVM on a machine with many other things to do. */
    private static final long PATIENCE_S = 900;

    static Recorded run(Path dir, List<String> options, String... command) throws IOException, InterruptedException {
        Path trace = dir.resolve("t.mgt");
        List<String> line = line(trace, options, command);
        return finish(start(dir, Map.of(), line), dir, trace);
    }

    static List<String> line(Path trace, List<String> options, String... command) {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "org.multigen.lab.cli.Main",
                "record",
                "-o",
                trace.toString()));
        line.addAll(options);
        line.add("--");
        line.addAll(List.of(command));
        return line;
    }

    static Process start(Path dir, Map<String, String> environment, List<String> line) throws IOException {
        ProcessBuilder b = new ProcessBuilder(line).directory(dir.toFile());
        b.redirectOutput(dir.resolve("out").toFile())
                .redirectError(dir.resolve("err").toFile());
        b.environment().put("XDG_CACHE_HOME", dir.resolve("cache").toString());
        b.environment().putAll(environment);
        return b.start();
    }

    static Recorded finish(Process p, Path dir, Path trace) throws IOException, InterruptedException {
        if (!p.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
            p.descendants().forEach(ProcessHandle::destroyForcibly);
            p.destroyForcibly();
            throw new AssertionError("multigen record did not end: " + text(dir, "err"));
        }
        return new Recorded(p.exitValue(), text(dir, "out"), text(dir, "err"), trace);
    }

    private static String text(Path dir, String name) throws IOException {
        return Files.readString(dir.resolve(name), StandardCharsets.UTF_8);
    }

    TraceSummary summary() {
        try (TraceSource source = Traces.open(trace, false)) {
            return source.summary().orElseThrow();
        }
    }

    void read(TraceSink sink) {
        try (TraceSource source = Traces.open(trace, false)) {
            source.readAll(sink);
        }
    }

    Recorded succeeded() {
        assertThat(exitCode).as("stderr: %s", err).isZero();
        return this;
    }

    /** Compiles a C file of the tests. */
    static Path compile(Path dir, String name, String... options) throws IOException {
        Path source = Path.of(System.getProperty("multigen.root"), "lab/src/test/c", name + ".c");
        Path program = dir.resolve(name + String.join("", options));
        List<String> line = new ArrayList<>(List.of("cc", "-O1", "-pthread"));
        line.addAll(List.of(options));
        line.addAll(List.of("-o", program.toString(), source.toString()));
        Ran ran = Ran.run(line);
        assertThat(ran.status()).as(ran.output()).isZero();
        return program;
    }
}
