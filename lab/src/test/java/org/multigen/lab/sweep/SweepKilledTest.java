package org.multigen.lab.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multigen.lab.cli.Main;

/** The command in a process of its own, killed by SIGKILL again and again, against one undisturbed run. */
@Tag("long")
class SweepKilledTest {
    private static final int TRIALS = 32;

    @TempDir
    private Path dir;

    private Process start(Path scenario, String database) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "org.multigen.lab.cli.Main",
                "sweep",
                scenario.toString(),
                "--vary",
                "memory.max=3m,5m",
                "--vary",
                "vm.swappiness=60,200",
                "--seeds",
                "4",
                "-o",
                dir.resolve(database).toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve(database + ".log").toFile())
                .start();
    }

    private long done(Path journal) throws IOException {
        if (!Files.exists(journal)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(journal)) {
            return lines.count() - 1;
        }
    }

    /** Lets it do a few more trials, then kills it; whether it was alive. */
    private boolean killInTheMiddle(Process p, Path journal, long trials) throws IOException, InterruptedException {
        while (p.isAlive() && done(journal) < trials) {
            Thread.sleep(5);
        }
        boolean alive = p.isAlive();
        p.destroyForcibly().waitFor();
        return alive;
    }

    private String everything(String database) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(
                new PrintWriter(out),
                new PrintWriter(err),
                "results",
                "SELECT * EXCLUDE (run), runs.run FROM runs JOIN metrics USING (run) ORDER BY ALL",
                "--db",
                dir.resolve(database).toString(),
                "--format",
                "csv");
        assertThat(code).as(err.toString()).isZero();
        return out.toString();
    }

    @Test
    void killedAndRestartedItGivesTheSameDatabase() throws IOException, InterruptedException {
        Path scenario = Files.writeString(dir.resolve("small.yaml"), """
                kernel: 6.12
                tasks:
                  x: {pattern: zipf, size: 16m, touches: 60000}
                memory.max: 4m
                variants:
                  classic: {lru: classic}
                  mglru: {lru: mglru}
                """);
        Process whole = start(scenario, "whole.duckdb");
        assertThat(whole.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(whole.exitValue())
                .as(dir.resolve("whole.duckdb.log").toString())
                .isZero();

        Path journal = dir.resolve("killed.duckdb.journal");
        int kills = 0;
        for (int trials = 3; trials < TRIALS - 4; trials += 9) {
            kills += killInTheMiddle(start(scenario, "killed.duckdb"), journal, trials) ? 1 : 0;
            assertThat(dir.resolve("killed.duckdb")).doesNotExist();
        }
        assertThat(kills).isEqualTo(3);
        Process last = start(scenario, "killed.duckdb");
        assertThat(last.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(last.exitValue()).isZero();
        assertThat(Files.readString(dir.resolve("killed.duckdb.log"))).contains("continues behind");
        assertThat(journal).doesNotExist();
        assertThat(everything("killed.duckdb")).isEqualTo(everything("whole.duckdb"));
    }
}
