package org.multigen.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.scenario.Scenario;
import org.multigen.lab.trace.FileKind;
import org.multigen.lab.trace.MappingKind;
import org.multigen.lab.trace.MgtWriter;
import org.multigen.lab.trace.TraceHeader;
import org.multigen.lab.trace.TraceSink;

/** What a recording's events do to a machine. */
final class ReplayTest {
    private static final int RW = TraceSink.READABLE | TraceSink.WRITABLE;
    private static final long HEAP = 0x5000;
    /** Pages that a CPU keeps charged in advance. */
    private static final long CHARGE_BATCH = 64;

    @TempDir
    private Path dir;

    private void record(String name, Consumer<TraceSink> events) throws IOException {
        TraceHeader header = new TraceHeader(
                4096, new TraceHeader.Provenance(List.of("test"), "test", "test", "2026-01-01T00:00:00Z", 0, "test"));
        try (OutputStream out = Files.newOutputStream(dir.resolve(name));
                MgtWriter writer = new MgtWriter(out, header, 1)) {
            events.accept(writer);
        }
    }

    private TrialResult run(String yaml) throws IOException {
        Scenario s = Scenario.read(Files.writeString(dir.resolve("s.yaml"), yaml));
        return Experiment.run(s, s.variantNames(), List.of(), Conduct.of(true, Progress.NONE))
                .variants()
                .getFirst();
    }

    private static void anon(TraceSink t, int process, long page, long pages) {
        t.map(process, page, pages, MappingKind.ANONYMOUS, RW, 0, TraceSink.NO_FILE, 0);
    }

    private static long task(TrialResult r, String metric) {
        return r.tasks().getFirst().metrics().get(metric);
    }

    @Test
    void touchesAndInstructionsTakeTheirTime() throws IOException {
        record("a.mgt", t -> {
            t.process(0, 1, "a");
            anon(t, 0, HEAP, 100);
            t.touch(0, HEAP, 100, true);
            t.touch(0, HEAP, 100, false);
            t.time(0, 3_000_000);
        });
        TrialResult r = run("tasks: {a: {recording: a.mgt}}\nwarmup: none\n");
        assertThat(r.metric(Metrics.TOUCHES)).isEqualTo(200);
        assertThat(task(r, Metrics.MINOR_FAULTS)).isEqualTo(100);
        assertThat(task(r, Metrics.RUN_TIME)).isBetween(1_000_000L + 200 * 90, 1_000_000L + 200 * 90 + 100 * 5000);
        TrialResult twice =
                run("tasks: {a: {recording: a.mgt}}\nwarmup: none\ncpu.instructions_per_second: 1500000000\n");
        assertThat(task(twice, Metrics.RUN_TIME) - task(r, Metrics.RUN_TIME)).isEqualTo(1_000_000);
    }

    @Test
    void warmupEndsWithTheTouchThatBringsTheShareIntoUse() throws IOException {
        record("a.mgt", t -> {
            t.process(0, 1, "a");
            anon(t, 0, HEAP, 100);
            for (int i = 0; i < 100; i++) {
                t.touch(0, HEAP + i, 1, true);
                t.touch(0, HEAP, 1, false);
            }
        });
        TrialResult r = run("tasks: {a: {recording: a.mgt}}\nwarmup: 0.5\n");
        assertThat(r.warmup().get(Metrics.TOUCHES)).isEqualTo(99);
        assertThat(r.metric(Metrics.TOUCHES)).isEqualTo(101);
        assertThat(r.warmup().get("pgfault")).isEqualTo(50);
    }

    @Test
    void unmappedMemoryIsGivenBackAndMappedMemoryIsNew() throws IOException {
        record("a.mgt", t -> {
            t.process(0, 1, "a");
            for (int i = 0; i < 5; i++) {
                anon(t, 0, HEAP, 200);
                t.touch(0, HEAP, 200, true);
                t.unmap(0, HEAP, 200);
            }
            anon(t, 0, HEAP, 10);
            t.touch(0, HEAP, 10, true);
            anon(t, 0, HEAP, 10);
            t.touch(0, HEAP, 10, true);
        });
        TrialResult r = run("tasks: {a: {recording: a.mgt}}\nmemory.max: 2m\nwarmup: none\n");
        assertThat(task(r, Metrics.MINOR_FAULTS)).isEqualTo(5 * 200 + 20);
        assertThat(r.metric("pswpout")).isZero();
        assertThat(r.memcgs().get("workload").get("memory.current"))
                .isBetween(10 * 4096L, (10 + CHARGE_BATCH + 8) * 4096L);
    }

    @Test
    void adviceAndLocksReachTheMachine() throws IOException {
        record("a.mgt", t -> {
            t.process(0, 1, "a");
            anon(t, 0, HEAP, 100);
            t.touch(0, HEAP, 100, true);
            t.advise(0, HEAP, 50, 4);
            t.touch(0, HEAP, 100, true);
            t.lock(0, HEAP, 0);
        });
        TrialResult r = run("tasks: {a: {recording: a.mgt}}\nmemory.max: max\nwarmup: none\n");
        assertThat(task(r, Metrics.MINOR_FAULTS)).isEqualTo(150);
        assertThat(r.memcgs().get("workload").get("unevictable")).isEqualTo(100 * 4096L);
    }

    @Test
    void processesForkCopyExecAndExit() throws IOException {
        record("a.mgt", t -> {
            t.process(0, 1, "parent");
            anon(t, 0, HEAP, 100);
            t.touch(0, HEAP, 100, true);
            t.fork(0, 1, 2);
            t.touch(1, HEAP, 10, false);
            t.touch(1, HEAP, 20, true);
            t.exec(1, "child");
            anon(t, 1, HEAP, 5);
            t.touch(1, HEAP, 5, true);
            t.exit(1, 0);
            t.touch(1, HEAP, 5, true);
            t.touch(0, HEAP, 1, false);
        });
        TrialResult r = run("tasks: {a: {recording: a.mgt}}\nmemory.max: max\nwarmup: none\n");
        assertThat(task(r, Metrics.MINOR_FAULTS))
                .as("first touches, copies, new program")
                .isEqualTo(100 + 20 + 5);
        assertThat(r.metric(Metrics.TOUCHES)).as("the dead touch nothing").isEqualTo(100 + 10 + 20 + 5 + 1);
        assertThat(r.memcgs().get("workload").get("anon")).isEqualTo(100 * 4096L);
        assertThat(r.notes()).containsExactly("a: 2 processes on 1 CPU, in the recording's order");
    }

    @Test
    void filesAreReadThroughMappingsAndCalls() throws IOException {
        record("a.mgt", t -> {
            t.process(0, 1, "a");
            t.file(0, FileKind.REGULAR, 64 * 4096, "/data");
            t.map(0, HEAP, 64, MappingKind.FILE_SHARED, TraceSink.READABLE, 0, 0, 0);
            t.touch(0, HEAP, 64, false);
            t.open(0, 0, 0);
            t.read(0, 0, 0, 0, 64);
            t.write(0, 0, 0, 64, 4);
            t.sync(0, 0);
            t.close(0);
        });
        TrialResult r = run("tasks: {a: {recording: a.mgt}}\nmemory.max: max\nwarmup: none\n");
        assertThat(r.metric(Metrics.MAJOR_FAULTS)).isBetween(1L, 4L);
        assertThat(r.memcgs().get("workload").get("file")).isEqualTo(68 * 4096L);
        assertThat(r.notes()).isEmpty();
    }

    @Test
    void whatTheMappingsForbidIsRepairedAndSaid() throws IOException {
        record("a.mgt", t -> {
            t.process(0, 1, "a");
            t.touch(0, HEAP, 3, true);
            t.map(0, HEAP + 10, 5, MappingKind.ANONYMOUS, TraceSink.READABLE, 0, TraceSink.NO_FILE, 0);
            t.touch(0, HEAP + 10, 5, true);
            t.map(0, HEAP + 20, 1, MappingKind.ANONYMOUS, 0, 0, TraceSink.NO_FILE, 0);
            t.touch(0, HEAP + 20, 1, false);
        });
        TrialResult r = run("tasks: {a: {recording: a.mgt}}\nwarmup: none\n");
        assertThat(r.notes()).containsExactly("a: 9 touches that the recorded mappings do not allow repaired");
        assertThat(r.metric(Metrics.TOUCHES)).isEqualTo(9);
    }

    @Test
    void remappedMemoryIsWhereItShouldBe() throws IOException {
        record("a.mgt", t -> {
            t.process(0, 1, "a");
            anon(t, 0, HEAP, 10);
            t.touch(0, HEAP, 10, true);
            t.remap(0, HEAP, 10, HEAP, 20);
            t.touch(0, HEAP, 20, true);
            t.remap(0, HEAP, 20, HEAP + 1000, 30);
            t.touch(0, HEAP + 1000, 30, true);
            t.remap(0, HEAP + 1000, 30, HEAP + 1000, 5);
            t.touch(0, HEAP + 1000, 5, true);
        });
        TrialResult r = run("tasks: {a: {recording: a.mgt}}\nmemory.max: max\nwarmup: none\n");
        assertThat(r.notes()).isEmpty();
        assertThat(r.memcgs().get("workload").get("anon")).isEqualTo(5 * 4096L);
    }

    @Test
    void repeatRunsAllOfItAgain() throws IOException {
        record("a.mgt", t -> {
            t.process(0, 1, "a");
            t.file(0, FileKind.REGULAR, 8 * 4096, "/data");
            anon(t, 0, HEAP, 10);
            t.map(0, HEAP + 100, 8, MappingKind.FILE_PRIVATE, TraceSink.READABLE, 0, 0, 0);
            t.touch(0, HEAP, 10, true);
            t.touch(0, HEAP + 100, 8, false);
        });
        TrialResult r = run("tasks: {a: {recording: a.mgt, repeat: 3}}\nmemory.max: max\nwarmup: none\n");
        assertThat(r.metric(Metrics.TOUCHES)).isEqualTo(3 * 18);
        assertThat(r.memcgs().get("workload").get("anon")).isEqualTo(10 * 4096L);
        assertThat(r.metric(Metrics.MAJOR_FAULTS)).as("the file stays cached").isEqualTo(1);
    }

    @Test
    void aKilledProcessStopsAndTheOthersGoOn() throws IOException {
        record("a.mgt", t -> {
            t.process(0, 1, "small");
            anon(t, 0, HEAP, 10);
            t.touch(0, HEAP, 10, true);
            t.fork(0, 1, 2);
            anon(t, 1, 2 * HEAP, 2000);
            t.touch(1, 2 * HEAP, 2000, true);
            t.touch(0, HEAP, 10, false);
        });
        TrialResult r = run("tasks: {a: {recording: a.mgt}}\nmemory.max: 4m\nmachine.swap.kind: none\nwarmup: none\n");
        assertThat(r.killed()).containsExactly("a");
        assertThat(r.metric("oom_kill")).isEqualTo(1);
        assertThat(r.metric(Metrics.TOUCHES)).isBetween(900L, 1100L);
    }

    @Test
    void twoRecordingsShareFilesOfTheSamePath() throws IOException {
        for (String name : List.of("a.mgt", "b.mgt")) {
            record(name, t -> {
                t.process(0, 1, "x");
                t.file(0, FileKind.REGULAR, 32 * 4096, "/lib");
                t.map(0, HEAP, 32, MappingKind.FILE_PRIVATE, TraceSink.READABLE, 0, 0, 0);
                t.touch(0, HEAP, 32, false);
            });
        }
        TrialResult r = run("""
                tasks: {a: {recording: a.mgt}, b: {recording: b.mgt, start: 1s}}
                memory.max: max
                warmup: none
                """);
        assertThat(r.memcgs().get("workload").get("file")).isEqualTo(32 * 4096L);
        assertThat(r.tasks().get(1).metrics().get(Metrics.MAJOR_FAULTS)).isZero();
    }

    private static final long MS = 1_000_000;
    /** Instructions that take a millisecond at the default speed. */
    private static final long MS_WORK = 3_000_000;

    private static final String ONE = "tasks: {a: {recording: a.mgt}}\nwarmup: none\n";

    @Test
    void aRecordedSleepIsASleep() throws IOException {
        record("a.mgt", t -> {
            t.process(0, 1, "a");
            t.time(0, MS_WORK);
            t.sleep(0, 500 * MS, false);
            t.time(0, MS_WORK);
            t.sleep(0, 200 * MS, true);
        });
        TrialResult r = run(ONE);
        assertThat(task(r, Metrics.RUN_TIME)).isBetween(702 * MS, 703 * MS);
        assertThat(r.metric(Metrics.STALL)).isZero();
    }

    @Test
    void whileOneSleepsItsCpuIsFree() throws IOException {
        record("a.mgt", t -> {
            t.process(0, 1, "a");
            t.sleep(0, 50 * MS, false);
            t.time(0, MS_WORK);
        });
        TrialResult r = run("""
                machine.cpus: 1
                tasks:
                  a: {recording: a.mgt, cpu: 0}
                  b: {pattern: seq, size: 400k, touches: 20000, cpu: 0, think: 1us}
                warmup: none
                """);
        assertThat(r.tasks().get(1).metrics().get(Metrics.RUN_TIME)).isBetween(20 * MS, 40 * MS);
        assertThat(task(r, Metrics.RUN_TIME)).isBetween(51 * MS, 55 * MS);
    }

    private void recordPair(boolean parentWaits) throws IOException {
        record("a.mgt", t -> {
            t.process(0, 1, "a");
            anon(t, 0, HEAP, 10);
            t.fork(0, 1, 0);
            for (int step = 1; step <= 100; step++) {
                t.time(1, MS_WORK);
                if (!parentWaits) {
                    t.time(0, MS_WORK);
                }
                t.wall(step * 10 * MS);
            }
            t.exit(1, 0);
            if (parentWaits) {
                t.sleep(0, 0, true);
                for (int step = 0; step < 100; step++) {
                    t.time(0, MS_WORK);
                }
            }
        });
    }

    @Test
    void processesRunSideBySideOnDifferentCpus() throws IOException {
        recordPair(false);
        assertThat(task(run("machine.cpus: 2\n" + ONE), Metrics.RUN_TIME)).isBetween(100 * MS, 105 * MS);
        assertThat(task(run("machine.cpus: 1\n" + ONE), Metrics.RUN_TIME)).isBetween(200 * MS, 205 * MS);
    }

    @Test
    void whoWaitsGoesOnAfterTheOther() throws IOException {
        recordPair(true);
        assertThat(task(run("machine.cpus: 2\n" + ONE), Metrics.RUN_TIME)).isBetween(200 * MS, 205 * MS);
    }

    @Test
    void aDamagedRecordingIsRefusedOrUsedUpToItsDamage() throws IOException {
        record("a.mgt", t -> {
            t.process(0, 1, "a");
            anon(t, 0, HEAP, 100_000);
            Random r = new Random(5);
            for (int i = 0; i < 3_000_000; i++) {
                t.touch(0, HEAP + r.nextInt(1000) * 64L, 1, true);
            }
        });
        Path whole = dir.resolve("a.mgt");
        byte[] bytes = Files.readAllBytes(whole);
        Files.write(whole, Arrays.copyOf(bytes, bytes.length * 2 / 3));
        Scenario s = Scenario.read(Files.writeString(dir.resolve("s.yaml"), ONE));
        assertThatThrownBy(() -> Experiment.run(s, List.of("base"), List.of(), Conduct.of(true, Progress.NONE)))
                .hasMessageContaining("a.mgt: block ")
                .hasMessageContaining(" at offset ");
        Conduct partial = new Conduct(true, true, Progress.NONE, v -> v, dir, m -> {}, 0);
        TrialResult r = Experiment.run(s, List.of("base"), List.of(), partial)
                .variants()
                .getFirst();
        assertThat(r.metric(Metrics.TOUCHES)).isBetween(500_000L, 2_500_000L);
        assertThat(r.notes())
                .singleElement()
                .asString()
                .contains("used up to its damage")
                .contains(" at offset ");
    }
}
