package org.multigen.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multigen.lab.cli.Main;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.result.ExperimentResult;
import org.multigen.lab.result.JsonFormat;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.scenario.Scenario;
import org.multigen.lru.ReclaimTrace;
import org.multigen.machine.Machine;
import org.multigen.memcg.Memcg;

/** {@code multigen run --threads}. */
final class ThreadsTest {
    private static final String TWO = """
            machine.swap: {kind: zram}
            tasks:
              a: {pattern: uniform, size: 32m, touches: 20000}
              b: {pattern: uniform, size: 32m, touches: 20000}
            memory.max: 0.3
            variants:
              classic: {lru: classic}
              mglru: {lru: mglru}
            """;

    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String yaml, String threads, String format) throws IOException {
        Path file = Files.writeString(dir.resolve("s.yaml"), yaml);
        return Main.run(
                new PrintWriter(out),
                new PrintWriter(err),
                "run",
                file.toString(),
                "--threads",
                threads,
                "--panic-on-warn",
                "--format",
                format);
    }

    @Test
    void theTableSaysThatTimesAreOfTheWall() throws IOException {
        assertThat(run(TWO, "3", "table")).as(err.toString()).isZero();
        assertThat(out.toString()).contains("Ran on 3 real threads with wall-clock time: not deterministic");
    }

    @Test
    void theJsonSaysSoAndEveryTouchIsDone() throws IOException {
        assertThat(run(TWO, "4", "json")).as(err.toString()).isZero();
        ExperimentResult r = JsonFormat.read(out.toString());
        assertThat(r.threads()).isEqualTo(new ExperimentResult.RealThreads(4, "wall", false));
        for (TrialResult v : r.variants()) {
            assertThat(v.killed()).isEmpty();
            assertThat(v.metric(Metrics.TOUCHES) + v.warmup().get(Metrics.TOUCHES))
                    .isGreaterThanOrEqualTo(40_000);
            // where the warm-up ends depends on the threads: all faults may lie in it; each task alone needs more than
            // there is
            assertThat(v.metric("pgmajfault") + v.warmup().get("pgmajfault")).isPositive();
        }
    }

    @Test
    void whatDoesNotRunThereIsRefusedByName() throws IOException {
        assertThat(run(TWO.replace("touches: 20000", "touches: 20000, file: 0.5"), "2", "table"))
                .isEqualTo(64);
        assertThat(err.toString()).contains("task a maps a file").hasLineCount(1);
    }

    /** A failure inside the engine: one line with the seed and the command that runs it again. */
    @Test
    void aThreadThatFailsEndsTheRunInOneLine() throws IOException {
        Path file = Files.writeString(dir.resolve("s.yaml"), TWO);
        Scenario scenario = Scenario.read(file);
        Conduct conduct = new Conduct(
                false, false, Progress.NONE, v -> "multigen run s.yaml --variant " + v, dir, ThreadsTest::breakReclaim, 2);
        assertThatThrownBy(() -> Experiment.run(scenario, List.of("mglru"), List.of("seed=7"), conduct))
                .isInstanceOfSatisfying(
                        Failure.class, f -> assertThat(f.exitCode()).isEqualTo(ExitCode.INTERNAL))
                .message()
                .matches("mglru: thread \\S+ failed: IllegalStateException: reclaim is broken at ThreadsTest\\.java:\\d+;"
                        + " seed 7; replay: multigen run s.yaml --variant mglru");
    }

    private static void breakReclaim(Machine machine) {
        machine.traceReclaim(new ReclaimTrace() {
            @Override
            public void begin(@Nullable Memcg target) {
                throw new IllegalStateException("reclaim is broken");
            }
        });
    }

    @Test
    void theNumberOfThreadsIsChecked() throws IOException {
        assertThat(run(TWO, "0", "table")).isEqualTo(64);
        assertThat(err.toString()).contains("--threads is 0, expected 1..1024").hasLineCount(1);
    }
}
