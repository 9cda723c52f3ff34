package org.multigen.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.lab.Golden;
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

    private static final List<String> LOCKS =
            List.of("exclusive", "write", "rw-writer", "rw-reader", "lockless", "entry-bit", "try-lock");

    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String yaml, String threads, String format, String... more) throws IOException {
        Path file = Files.writeString(dir.resolve("s.yaml"), yaml);
        List<String> words = new ArrayList<>(
                List.of("run", file.toString(), "--threads", threads, "--panic-on-warn", "--format", format));
        words.addAll(List.of(more));
        return Main.run(new PrintWriter(out), new PrintWriter(err), words.toArray(String[]::new));
    }

    @Test
    void theTableSaysThatTimesAreOfTheWall() throws IOException {
        assertThat(run(TWO, "3", "table")).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("Ran on 3 real threads with wall-clock time: not deterministic")
                .contains("(one run by the wall clock)")
                .doesNotContain("virtual time")
                .doesNotContain("is halved or doubled)");
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

    @ParameterizedTest
    @ValueSource(strings = {"zram", "disk"})
    void aPatternMayMapAFile(String swap) throws IOException {
        String yaml = TWO.replace("kind: zram", "kind: " + swap).replace("touches: 20000", "touches: 20000, file: 0.5");
        assertThat(run(yaml, "3", "json")).as(err.toString()).isZero();
        for (TrialResult v : JsonFormat.read(out.toString()).variants()) {
            assertThat(v.metric("pswpin") + v.warmup().get("pswpin")).isPositive();
            assertThat(v.metric("workingset_refault_file") + v.warmup().get("workingset_refault_file"))
                    .isPositive();
            assertThat(v.warnings()).isEmpty();
        }
    }

    @Test
    void explainingIsRefusedBecauseRunsAreNeverTheSame() throws IOException {
        assertThat(run(TWO, "2", "table", "--explain", "pgmajfault")).isEqualTo(64);
        assertThat(err.toString())
                .contains("--explain compares runs page by page")
                .hasLineCount(1);
    }

    /** The scenario that a newcomer runs first, and its recording of Redis, as in virtual time but for who was first. */
    @Test
    @Tag("long")
    void theFirstScenarioRuns() {
        Scenario first = Scenario.read(Golden.root().resolve("scenarios/first.yaml"));
        Conduct conduct = new Conduct(true, false, Progress.NONE, v -> "variant " + v, dir, m -> {}, 4);
        for (TrialResult v :
                Experiment.run(first, first.variantNames(), List.of(), conduct).variants()) {
            assertThat(v.metric(Metrics.TOUCHES) + v.warmup().get(Metrics.TOUCHES))
                    .isEqualTo(15_573_611);
            assertThat(v.metric(Metrics.MAJOR_FAULTS)).isBetween(20_000L, 32_000L);
            assertThat(v.killed()).isEmpty();
            assertThat(v.warnings()).isEmpty();
        }
    }

    /** A failure inside the engine: one line with the seed and the command that runs it again. */
    @Test
    void aThreadThatFailsEndsTheRunInOneLine() throws IOException {
        Path file = Files.writeString(dir.resolve("s.yaml"), TWO);
        Scenario scenario = Scenario.read(file);
        Conduct conduct = new Conduct(
                false,
                false,
                Progress.NONE,
                v -> "multigen run s.yaml --variant " + v,
                dir,
                ThreadsTest::breakReclaim,
                2);
        assertThatThrownBy(() -> Experiment.run(scenario, List.of("mglru"), List.of("seed=7"), conduct))
                .isInstanceOfSatisfying(
                        Failure.class, f -> assertThat(f.exitCode()).isEqualTo(ExitCode.INTERNAL))
                .message()
                .matches(
                        "mglru: thread \\S+ failed: IllegalStateException: reclaim is broken at ThreadsTest\\.java:\\d+;"
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

    private static final String GUESTS = """
            kernel: 6.18
            machine.swap: {kind: zram}
            warmup: none
            lru_gen.age_every: 1ms
            tasks:
              vm:
                guest: {memory: 24m, vcpus: 3, workload: hotcold, tlb: 64}
                touches: 3000
            memory.max: 18m
            """;

    /** vCPUs on threads of their own that fault, touch, reclaim and age, with user space that ages too. */
    @ParameterizedTest
    @ValueSource(strings = {"eviction-only", "v2", "v3", "v4", "fast-only", "landed"})
    void guestsRunUnderEveryPolicyAndLock(String policy) throws IOException {
        StringBuilder variants = new StringBuilder("secondary_mmu.policy: " + policy + "\nvariants:\n");
        for (String lock : LOCKS) {
            variants.append("  ")
                    .append(lock)
                    .append(": {tasks.vm.guest.lock: ")
                    .append(lock)
                    .append("}\n");
        }
        assertThat(run(GUESTS + variants, "3", "json")).as(err.toString()).isZero();
        ExperimentResult r = JsonFormat.read(out.toString());
        assertThat(r.variants()).hasSize(LOCKS.size());
        for (TrialResult v : r.variants()) {
            assertThat(v.killed()).as(v.name()).isEmpty();
            assertThat(v.warnings()).as(v.name()).isEmpty();
            assertThat(v.metric(Metrics.TOUCHES)).as(v.name()).isEqualTo(3000 + 6144);
            assertThat(v.metric(Metrics.GUEST_FAULTS)).as(v.name()).isGreaterThan(6144);
            assertThat(v.metric(Metrics.AGE_PASSES)).as(v.name()).isGreaterThan(0);
            assertThat(v.metric(Metrics.GUEST_LATENCY_P999)).as(v.name()).isGreaterThan(0);
            assertThat(v.metrics()).containsKeys(Metrics.GUEST_WAIT_FAULT, Metrics.GUEST_WAIT_UNMAP);
        }
    }

    @Test
    void theTableSaysWhoWaitedForTheLocks() throws IOException {
        assertThat(run(GUESTS, "3", "table")).as(err.toString()).isZero();
        assertThat(out.toString())
                .startsWith("Waits for the guests' MMU locks, of vCPU faults and of unmaps before page-out: base ")
                .doesNotContain("cost is halved");
    }

    @Test
    void everyKindOfGuestRunsThere() throws IOException {
        String more = """
                tasks.vm.guest.slots: 0+16m,1g+8m
                tasks.vm.guest.nested: 0.25
                tasks.vm.guest.age_shadow: true
                tasks.vm.guest.dirty_log: 1ms
                tasks.vm.guest.hw_accessed: false
                tasks.vm.guest.scatter: 0.5
                """;
        assertThat(run(GUESTS + more, "2", "json")).as(err.toString()).isZero();
        TrialResult v = JsonFormat.read(out.toString()).variants().getFirst();
        assertThat(v.killed()).isEmpty();
        assertThat(v.warnings()).isEmpty();
    }

    @Test
    void theNumberOfThreadsIsChecked() throws IOException {
        assertThat(run(TWO, "0", "table")).isEqualTo(64);
        assertThat(err.toString()).contains("--threads is 0, expected 1..1024").hasLineCount(1);
    }
}
