package org.multigen.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.multigen.lab.cli.Main;

/**
 * Every example in every help is executed by bash, beside small files of the names that it uses. Those of {@code prove} are not:
 * they fetch and boot kernels; its own long test does. Those of {@code bench} get {@code --quick}.
 */
@Tag("long")
class ExamplesTest {
    private static final Pattern LISTED = Pattern.compile("(?m)^  ([a-z]+)  ");
    private static final Pattern PROGRAM = Pattern.compile("(?:^|[|&] |<\\()([a-z]+)");
    private static final Set<String> LEFT_OUT = Set.of("prove");
    private static final Set<String> BUILT_IN = Set.of("multigen", "source", "echo");

    private static final String SCENARIO = """
            kernel: 6.12
            tasks:
              app: {pattern: zipf, size: 8m, touches: 30000}
            memory.max: 0.5
            variants:
              classic: {lru: classic}
              mglru: {lru: mglru}
            """;

    @TempDir
    private static Path files;

    @TempDir
    private Path dir;

    private static String run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        assertThat(Main.run(new PrintWriter(out), new PrintWriter(err), args))
                .as("%s: %s", String.join(" ", args), err)
                .isZero();
        return out.toString();
    }

    @BeforeAll
    static void writeWhatExamplesName() throws IOException {
        Path recordings = Files.createDirectories(files.resolve("scenarios/recordings"));
        Files.writeString(files.resolve("scenarios/first.yaml"), SCENARIO);
        Files.writeString(files.resolve("scenarios/scanhot.yaml"), SCENARIO);
        Files.writeString(
                files.resolve("scenarios/guest-scatter.yaml"),
                SCENARIO.replace("classic:", "eviction-only:").replace("mglru:", "landed:"));
        Path loads = files.resolve("loads.txt");
        Files.write(
                loads, lines(60_000, i -> (i % 7 == 0 ? "s 0x" : "l 0x") + Long.toHexString(page(i) << 12) + " 40"));
        run(
                "trace",
                "convert",
                loads.toString(),
                "-o",
                recordings.resolve("redis.mgt").toString());
        for (String copy : List.of("scenarios/recordings/sqlite.mgt", "redis.mgt", "sort.mgt", "mine.mgt")) {
            Files.copy(recordings.resolve("redis.mgt"), files.resolve(copy));
        }
        byte[] whole = Files.readAllBytes(files.resolve("redis.mgt"));
        Files.write(files.resolve("broken.mgt"), Arrays.copyOf(whole, whole.length * 2 / 3));
        Files.write(files.resolve("blocks.lis"), lines(30_000, i -> page(i) * 8 + " 8 0 " + i));
        Files.copy(files.resolve("blocks.lis"), files.resolve("blocks.lis.zst")); // recognized by its content
        Files.copy(files.resolve("blocks.lis"), files.resolve("huge.lis.zst"));
        Files.write(
                files.resolve("io.csv"),
                lines(500, i -> i * 90 + ",0," + (i % 3 == 0 ? "w" : "r") + ",4096," + page(i)));
        Files.write(files.resolve("numbers.txt"), lines(300, i -> String.valueOf(page(i))));
        Files.writeString(files.resolve("Makefile"), "all:\n\techo done > made\nclean:\n\trm -f made\n");
        Path root = Path.of(System.getProperty("multigen.root"));
        Files.copy(
                root.resolve("lab/src/test/resources/org/multigen/lab/trace/format/damon.txt"),
                files.resolve("damon.data"));
        Path kernel = Files.createDirectories(files.resolve("recordings/6.12"));
        Path transcript = root.resolve("fidelity/src/test/resources/transcripts/6.12/ev.txt");
        Files.copy(transcript, kernel.resolve("ev.txt"));
        Files.copy(transcript, kernel.resolve("p_small_en1.txt"));
        String first = files.resolve("scenarios/first.yaml").toString();
        run("run", first, "--format", "json", "-o", files.resolve("result.json").toString());
        run(
                "mrc",
                files.resolve("blocks.lis").toString(),
                "--format",
                "json",
                "-o",
                files.resolve("sizes.json").toString());
        run(
                "sweep",
                first,
                "--vary",
                "memory.max=0.3,0.5",
                "-o",
                files.resolve("first.duckdb").toString());
        multigenScript();
    }

    private static void multigenScript() throws IOException {
        Path bin = Files.createDirectory(files.resolve("bin"));
        Path script = Files.writeString(
                bin.resolve("multigen"),
                "#!/bin/sh\nexec '" + Path.of(System.getProperty("java.home"), "bin", "java")
                        + "' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -Dmultigen.root='"
                        + System.getProperty("multigen.root") + "' -cp '" + System.getProperty("java.class.path")
                        + "' org.multigen.lab.cli.Main \"$@\"\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
    }

    private static List<String> lines(int count, java.util.function.IntFunction<String> line) {
        return java.util.stream.IntStream.range(0, count).mapToObj(line).toList();
    }

    /** Some pages often, others rarely. */
    private static long page(int i) {
        int z = i * 0x9e3779b1;
        z ^= z >>> 15;
        return 1000 + (i % 2 == 0 ? Integer.remainderUnsigned(z, 100) : Integer.remainderUnsigned(z, 3000));
    }

    static Stream<String> examples() {
        return Stream.concat(listed(run("--help")), listed(run("help", "trace")).map(c -> "trace " + c))
                .filter(c -> !LEFT_OUT.contains(c))
                .flatMap(c -> {
                    String help = run(("help " + c).split(" "));
                    return help.substring(help.indexOf("\nExamples:")).lines().filter(l -> l.startsWith("  "));
                })
                .map(String::strip);
    }

    private static Stream<String> listed(String help) {
        return LISTED.matcher(help).results().map(m -> m.group(1));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theExampleWorks(String example) throws IOException, InterruptedException {
        Matcher programs = PROGRAM.matcher(example.replaceFirst(" -- .*", ""));
        while (programs.find()) {
            assumeThat(BUILT_IN.contains(programs.group(1)) || isInstalled(programs.group(1)))
                    .as(programs.group(1) + " is installed")
                    .isTrue();
        }
        assumeThat(!example.startsWith("multigen record") || isInstalled("qemu-x86_64") && isInstalled("gcc"))
                .as("QEMU and a compiler are installed")
                .isTrue();
        copyFiles();
        String line = example.startsWith("multigen bench") ? example + " --quick" : example;
        Path errors = dir.resolve("errors");
        ProcessBuilder b = new ProcessBuilder("bash", "-c", line)
                .directory(dir.toFile())
                .redirectOutput(dir.resolve("output").toFile())
                .redirectError(errors.toFile());
        b.environment().put("PATH", files.resolve("bin") + ":" + System.getenv("PATH"));
        b.environment().put("HOME", Files.createDirectory(dir.resolve("home")).toString());
        b.environment().put("MANPATH", dir.resolve("home/.local/share/man").toString());
        Process p = b.start();
        p.getOutputStream().close();
        assertThat(p.waitFor(10, TimeUnit.MINUTES)).as(line).isTrue();
        String said = new String(Files.readAllBytes(errors), StandardCharsets.UTF_8);
        if (line.contains("--fail-if")) { // small files may fail it
            assertThat(p.exitValue()).as("%s: %s", line, said).isIn(0, 3);
        } else {
            assertThat(p.exitValue()).as("%s: %s", line, said).isZero();
        }
        assertThat(said).as(line).doesNotContain("unknown", "internal error", "Exception");
    }

    private static boolean isInstalled(String program) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(d -> Files.isExecutable(Path.of(d).resolve(program)));
    }

    private void copyFiles() throws IOException {
        try (Stream<Path> all = Files.walk(files)) {
            all.filter(f -> !f.equals(files)).forEach(f -> {
                try {
                    Files.copy(f, dir.resolve(files.relativize(f).toString()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
