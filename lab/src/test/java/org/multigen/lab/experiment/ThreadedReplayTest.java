package org.multigen.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.scenario.Scenario;
import org.multigen.lab.trace.FileKind;
import org.multigen.lab.trace.MappingKind;
import org.multigen.lab.trace.MgtWriter;
import org.multigen.lab.trace.TraceHeader;
import org.multigen.lab.trace.TraceSink;

/** Recordings on real threads: what has to come out whatever the threads do. */
@Timeout(60)
final class ThreadedReplayTest {
    private static final int RW = TraceSink.READABLE | TraceSink.WRITABLE;
    private static final long HEAP = 0x5000;

    @TempDir
    private Path dir;

    private void record(Consumer<TraceSink> events) throws IOException {
        TraceHeader header = new TraceHeader(
                4096, new TraceHeader.Provenance(List.of("test"), "test", "test", "2026-01-01T00:00:00Z", 0, "test"));
        try (OutputStream out = Files.newOutputStream(dir.resolve("a.mgt"));
                MgtWriter writer = new MgtWriter(out, header, 1)) {
            events.accept(writer);
        }
    }

    private TrialResult run(String yaml, int threads) throws IOException {
        Scenario s = Scenario.read(Files.writeString(dir.resolve("s.yaml"), yaml));
        Conduct on = new Conduct(true, false, Progress.NONE, v -> "variant " + v, dir, m -> {}, threads);
        return Experiment.run(s, s.variantNames(), List.of(), on).variants().getFirst();
    }

    private static void anon(TraceSink t, int process, long page, long pages) {
        t.map(process, page, pages, MappingKind.ANONYMOUS, RW, 0, TraceSink.NO_FILE, 0);
    }

    private static long task(TrialResult r, String metric) {
        return r.tasks().getFirst().metrics().get(metric);
    }

    /** A family: each child of the first process touches its copy, calls and ends while the others run. */
    private static void family(TraceSink t, int children) {
        t.process(0, 1, "a");
        anon(t, 0, HEAP, 300);
        t.touch(0, HEAP, 300, true);
        for (int c = 1; c <= children; c++) {
            t.fork(0, c, c);
        }
        for (int step = 0; step < 20; step++) {
            for (int c = 1; c <= children; c++) {
                anon(t, c, 0x9000 + step * 50L, 50);
                t.touch(c, 0x9000 + step * 50L, 50, true);
                t.touch(c, HEAP, 300, step == 10);
                if (step > 5) {
                    t.unmap(c, 0x9000 + (step - 5) * 50L, 50);
                }
            }
            t.touch(0, HEAP, 300, true);
            t.wall(step * 10_000_000L);
        }
        for (int c = 1; c <= children; c++) {
            t.exit(c, 0);
        }
    }

    @Test
    void everyProcessDoesAllItsTouches() throws IOException {
        record(t -> family(t, 6));
        String yaml = "machine.swap: {kind: zram}\ntasks: {a: {recording: a.mgt}}\nwarmup: none\nmemory.max: 0.6\n";
        for (int threads : new int[] {1, 3}) {
            TrialResult r = run(yaml, threads);
            assertThat(r.metric(Metrics.TOUCHES)).isEqualTo(300 + 20 * (6 * 350 + 300));
            assertThat(r.killed()).isEmpty();
            // 300 pages of the first, 1000 of each child, and copies of 300 for all but one process at least
            assertThat(r.metric("pgfault")).isGreaterThan(300 + 6 * 1000 + 6 * 300);
            assertThat(r.metric("pswpout")).isPositive();
            assertThat(r.notes()).anyMatch(n -> n.contains("7 processes on " + threads + " threads"));
        }
    }

    @Test
    void aRecordingIsRepeatedWithNewProcesses() throws IOException {
        record(t -> family(t, 2));
        TrialResult r = run("tasks: {a: {recording: a.mgt, repeat: 3}}\nwarmup: none\n", 2);
        assertThat(r.metric(Metrics.TOUCHES)).isEqualTo(3 * (300 + 20 * (2 * 350 + 300)));
        assertThat(r.notes()).anyMatch(n -> n.contains("9 processes"));
    }

    @Test
    void computingAndSleepingTakeTheTimeOfTheWall() throws IOException {
        record(t -> {
            t.process(0, 1, "a");
            anon(t, 0, HEAP, 10);
            for (int i = 0; i < 40; i++) {
                t.touch(0, HEAP, 10, true);
                t.time(0, 3_000_000); // 1 ms
            }
            t.sleep(0, 50_000_000, false);
            t.touch(0, HEAP, 10, false);
        });
        TrialResult r = run("tasks: {a: {recording: a.mgt}}\nwarmup: none\n", 1);
        assertThat(task(r, Metrics.RUN_TIME)).isGreaterThan(89_000_000L);
        assertThat(r.metric(Metrics.TOUCHES)).isEqualTo(410);
    }

    /** Nobody begins a step of the recording before all have done the last one: the second process waits for the first. */
    @Test
    void processesGoInStep() throws IOException {
        record(t -> {
            t.process(0, 1, "a");
            t.process(1, 2, "b");
            anon(t, 0, HEAP, 10);
            anon(t, 1, HEAP, 10);
            for (int step = 0; step < 10; step++) {
                t.time(step % 2, 15_000_000); // 5 ms, one after the other
                t.touch(step % 2, HEAP, 10, true);
                t.wall((step + 1) * 10_000_000L);
            }
        });
        TrialResult r = run("tasks: {a: {recording: a.mgt}}\nwarmup: none\n", 2);
        assertThat(task(r, Metrics.RUN_TIME)).isGreaterThan(49_000_000L);
    }

    /** Processes share files by mapping, reading and writing; one of them cuts a file off and another waits for its pages. */
    @Test
    void processesShareFiles() throws IOException {
        record(t -> {
            t.process(0, 1, "a");
            t.file(0, FileKind.REGULAR, 400 * 4096, "/data");
            t.file(1, FileKind.TMPFS, 200 * 4096, "/dev/shm/x");
            for (int c = 0; c <= 3; c++) {
                if (c > 0) {
                    t.fork(0, c, c);
                }
                t.map(c, HEAP, 400, MappingKind.FILE_SHARED, RW, 0, 0, 0);
                t.map(c, HEAP + 400, 400, MappingKind.FILE_PRIVATE, RW, 0, 0, 0);
                t.map(c, HEAP + 800, 200, MappingKind.FILE_SHARED, RW, 0, 1, 0);
                t.map(c, HEAP + 1000, 50, MappingKind.SHARED_MEMORY, RW, 0, TraceSink.NO_FILE, 0);
                t.open(c, c, 0);
            }
            for (int step = 0; step < 12; step++) {
                for (int c = 0; c <= 3; c++) {
                    t.touch(c, HEAP, 1050, step % 3 == c % 3);
                    t.read(c, c, 0, 0, 400);
                    t.write(c, c, 0, 10L * c, 10);
                    t.remap(c, HEAP + 1000 + (step % 2) * 5000L, 50, HEAP + 1000 + ((step + 1) % 2) * 5000L, 50);
                    t.remap(c, HEAP + 1000 + ((step + 1) % 2) * 5000L, 50, HEAP + 1000 + (step % 2) * 5000L, 50);
                }
                t.truncate(0, step % 2 == 0 ? 300 : 400);
                t.sync(1, 0);
                t.wall(step * 10_000_000L);
            }
        });
        String yaml = "machine.swap: {kind: zram}\ntasks: {a: {recording: a.mgt}}\nwarmup: none\nmemory.max: 0.6\n"
                + "variants: {classic: {lru: classic}, mglru: {lru: mglru}}\n";
        Scenario s = Scenario.read(Files.writeString(dir.resolve("s.yaml"), yaml));
        Conduct on = new Conduct(true, false, Progress.NONE, v -> "variant " + v, dir, m -> {}, 3);
        for (TrialResult r : Experiment.run(s, s.variantNames(), List.of(), on).variants()) {
            assertThat(r.metric(Metrics.TOUCHES)).isEqualTo(12 * 4 * 1050);
            assertThat(r.killed()).isEmpty();
            assertThat(r.metric("workingset_refault_file")).isPositive();
            assertThat(r.warnings()).isEmpty();
        }
    }

    @Test
    void whoIsKilledHoldsUpNobody() throws IOException {
        record(t -> {
            t.process(0, 1, "a");
            anon(t, 0, HEAP, 20);
            t.touch(0, HEAP, 20, true);
            t.fork(0, 1, 2);
            anon(t, 1, 0x90000, 5000);
            t.touch(1, 0x90000, 5000, true);
            t.touch(0, HEAP, 20, true);
            t.wall(10_000_000);
            t.fork(1, 2, 3);
            anon(t, 2, HEAP, 5);
            t.touch(2, HEAP, 5, true);
            t.wall(20_000_000);
            t.touch(0, HEAP, 20, true);
        });
        TrialResult r =
                run("tasks: {a: {recording: a.mgt}}\nwarmup: none\nmemory.max: 4m\nmachine.swap.kind: none\n", 3);
        assertThat(r.killed()).containsExactly("a");
        assertThat(r.metric(Metrics.TOUCHES)).isGreaterThanOrEqualTo(60 + 5);
    }
}
