package org.multigen.lab.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multigen.lab.trace.MappingKind;
import org.multigen.lab.trace.TraceSink;
import org.multigen.lab.trace.TraceSummary;
import org.multigen.lab.trace.TraceSummary.ProcessSummary;

/** {@code multigen record} under QEMU, against programs whose touches are known. */
class RecordTest {
    private static final List<String> UNFOLDED = List.of("--fold", "none");

    @TempDir
    Path dir;

    @BeforeEach
    void qemuIsThere() {
        assumeTrue(QemuRecorder.find(System.getenv()) != null, "QEMU's user mode is not installed");
    }

    /** The touches of the first anonymous mapping of a given size, as page numbers in it; writes are negative - 1. */
    private static final class Mapped implements TraceSink {
        private final long pages;
        private final Map<Integer, List<Long>> byProcess = new HashMap<>();
        private long first = -1;

        Mapped(long pages) {
            this.pages = pages;
        }

        @Override
        public void map(int process, long page, long n, MappingKind kind, int prot, int flags, int file, long at) {
            if (n == pages && kind == MappingKind.ANONYMOUS) {
                first = page;
            }
        }

        @Override
        public void touch(int process, long page, int count, boolean write) {
            for (long p = page; p < page + count; p++) {
                if (first >= 0 && p >= first && p < first + pages) {
                    byProcess
                            .computeIfAbsent(process, k -> new ArrayList<>())
                            .add(write ? -1 - (p - first) : p - first);
                }
            }
        }

        List<Long> of(int process) {
            return byProcess.getOrDefault(process, List.of());
        }
    }

    @Test
    void touchesComeInTheOrderOfTheProgram() throws Exception {
        long n = 1009;
        Path program = Recorded.compile(dir, "touches");
        Mapped mapped = new Mapped(n);
        Recorded.run(dir, UNFOLDED, program.toString(), "order", "" + n)
                .succeeded()
                .read(mapped);
        List<Long> expected = LongStream.concat(
                        LongStream.range(0, n).map(i -> -1 - i * 7919 % n),
                        LongStream.range(0, n).map(i -> i * 7919 % n))
                .boxed()
                .toList();
        assertThat(mapped.of(0)).isEqualTo(expected);
    }

    @Test
    void readingAndWritingInOneInstructionIsAWrite() throws Exception {
        long n = 500;
        Path program = Recorded.compile(dir, "touches");
        Mapped mapped = new Mapped(n);
        Recorded.run(dir, UNFOLDED, program.toString(), "increment", "" + n)
                .succeeded()
                .read(mapped);
        assertThat(mapped.of(0))
                .isEqualTo(LongStream.range(0, n).map(i -> -1 - i).boxed().toList());
    }

    @Test
    void aWindowHoldsAPageOnceReadAndOnceWritten() throws Exception {
        Path program = Recorded.compile(dir, "touches");
        Recorded r = Recorded.run(dir, List.of("--fold", "20000"), program.toString(), "random", "700")
                .succeeded();
        int[] windows = {0};
        r.read(new TraceSink() {
            private final Map<Long, Integer> seen = new HashMap<>();
            private long longest;

            @Override
            public void touch(int process, long page, int count, boolean write) {
                for (long p = page; p < page + count; p++) {
                    int bit = write ? 2 : 1;
                    int had = seen.merge(p, bit, (a, b) -> a | b);
                    longest++;
                    int times = seen.merge(-p - 1 - (write ? 1L << 50 : 0), 1, Integer::sum);
                    assertThat(times)
                            .as("page %x, window %d, bits %d", p, windows[0], had)
                            .isEqualTo(1);
                }
            }

            @Override
            public void time(int process, long instructions) {
                assertThat(instructions).isLessThan(20_000 + 600);
                seen.clear();
                windows[0]++;
            }
        });
        assertThat(windows[0]).isGreaterThan(40);
        assertThat(r.summary().touches()).isGreaterThan(20_000L).isLessThan(200_000L);
    }

    @Test
    void foldingAnUnfoldedRecordingGivesTheFoldedOne() throws Exception {
        Path program = Recorded.compile(dir, "touches");
        List<String> folded = new ArrayList<>();
        Recorded.run(dir, List.of(), program.toString(), "random", "700")
                .succeeded()
                .read(lines(folded));
        List<String> unfolded = new ArrayList<>();
        Recorded.run(dir, UNFOLDED, program.toString(), "random", "700")
                .succeeded()
                .read(new Folding(lines(unfolded)));
        assertThat(unfolded).hasSizeGreaterThan(20_000).isEqualTo(folded);
    }

    private static TraceSink lines(List<String> lines) {
        return new TraceSink() {
            @Override
            public void touch(int process, long page, int count, boolean write) {
                for (long p = page; p < page + count; p++) {
                    lines.add((write ? "w " : "r ") + Long.toHexString(p));
                }
            }

            @Override
            public void time(int process, long instructions) {
                lines.add("time " + instructions);
            }
        };
    }

    /** Folds the touches of a process between its time events. */
    private record Folding(TraceSink sink, Map<Long, Integer> seen) implements TraceSink {
        Folding(TraceSink sink) {
            this(sink, new HashMap<>());
        }

        @Override
        public void touch(int process, long page, int count, boolean write) {
            int bit = write ? 2 : 1;
            for (long p = page; p < page + count; p++) {
                int told = seen.getOrDefault(p, 0);
                if ((told & (bit | 2)) == 0) {
                    seen.put(p, told | bit);
                    sink.touch(process, p, 1, write);
                }
            }
        }

        @Override
        public void time(int process, long instructions) {
            seen.clear();
            sink.time(process, instructions);
        }
    }

    @Test
    void sleepsAreRecordedAndWaitsForOthersAreNot() throws Exception {
        List<String> sleeps = new ArrayList<>();
        long[] longest = new long[2];
        Recorded.run(dir, List.of(), "/bin/sh", "-c", "sleep 0.7; true")
                .succeeded()
                .read(new TraceSink() {
                    @Override
                    public void sleep(int process, long ns, boolean woken) {
                        sleeps.add(process + " " + ns + " " + woken);
                        int i = woken ? 1 : 0;
                        longest[i] = Math.max(longest[i], ns);
                    }
                });
        assertThat(longest[0]).as("the child's own sleep: " + sleeps).isBetween(690_000_000L, 1_500_000_000L);
        assertThat(longest[1])
                .as("the shell waits for a child that slept: " + sleeps)
                .isLessThan(400_000_000L);
        assertThat(sleeps).as("the shell was woken").anyMatch(e -> e.startsWith("0 ") && e.endsWith(" true"));
    }

    @Test
    void forkedChildrenAreSeenWithTheirOwnTouches() throws Exception {
        long n = 400;
        Path program = Recorded.compile(dir, "touches");
        Mapped mapped = new Mapped(n);
        Recorded r =
                Recorded.run(dir, UNFOLDED, program.toString(), "fork", "" + n).succeeded();
        r.read(mapped);
        assertThat(mapped.of(0))
                .isEqualTo(LongStream.range(0, n).map(i -> -1 - i).boxed().toList());
        assertThat(mapped.of(1))
                .isEqualTo(
                        LongStream.range(0, n / 2).map(i -> -1 - 2 * i).boxed().toList());
        ProcessSummary child = r.summary().processes().get(1);
        assertThat(child.parent()).isZero();
        assertThat(child.status()).isEqualTo(5);
    }

    @Test
    void threadsShareTheirProcess() throws Exception {
        long n = 4000;
        Path program = Recorded.compile(dir, "touches");
        Mapped mapped = new Mapped(n);
        Recorded r = Recorded.run(dir, UNFOLDED, program.toString(), "threads", "" + n)
                .succeeded();
        r.read(mapped);
        assertThat(mapped.of(0))
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, n).map(i -> -1 - i).boxed().toList());
        assertThat(r.summary().processes()).hasSize(1);
    }

    @Test
    void filesAreReadBySystemCallAndThroughMappings() throws Exception {
        long n = 64;
        Path data = Files.write(dir.resolve("data"), new byte[(int) n * 4096]);
        Path program = Recorded.compile(dir, "touches");
        Recorded r = Recorded.run(dir, List.of(), program.toString(), "file", "" + n, data.toString())
                .succeeded();
        List<Long> read = new ArrayList<>();
        List<Long> mapped = new ArrayList<>();
        r.read(new TraceSink() {
            private int file = -1;
            private long first = -1;

            @Override
            public void file(int f, org.multigen.lab.trace.FileKind kind, long bytes, String path) {
                if (path.equals(data.toString())) {
                    assertThat(bytes).isEqualTo(n * 4096);
                    file = f;
                }
            }

            @Override
            public void map(int process, long page, long pages, MappingKind kind, int prot, int flags, int f, long at) {
                if (f == file && f >= 0) {
                    assertThat(kind).isEqualTo(MappingKind.FILE_SHARED);
                    assertThat(pages).isEqualTo(n);
                    first = page;
                }
            }

            @Override
            public void read(int process, int handle, int f, long page, long count) {
                if (f == file) {
                    LongStream.range(page, page + count).forEach(read::add);
                }
            }

            @Override
            public void touch(int process, long page, int count, boolean write) {
                for (long p = page; p < page + count; p++) {
                    if (first >= 0 && p >= first && p < first + n) {
                        mapped.add(p - first);
                    }
                }
            }
        });
        List<Long> all = LongStream.range(0, n).boxed().toList();
        assertThat(read).isEqualTo(all);
        assertThat(mapped.stream().distinct().toList()).isEqualTo(all);
    }

    @Test
    void aScriptWithThreeChildrenOneOfThemStaticIsFollowed() throws Exception {
        Path program = Recorded.compile(dir, "touches", "-static");
        Path script = script("#!/bin/sh\n/bin/echo one\n" + program + " order 2000\n(exec /bin/cat /dev/null)\n");
        Recorded r = Recorded.run(dir, List.of(), script.toString()).succeeded();
        TraceSummary s = r.summary();
        assertThat(r.out()).isEqualTo("one\n");
        assertThat(s.unfollowed()).isEmpty();
        assertThat(s.processes().stream().map(ProcessSummary::name))
                .containsExactly("/bin/sh", "/bin/echo", program.toString(), "/bin/cat");
        assertThat(s.processes()).allSatisfy(p -> {
            assertThat(p.status()).isZero();
            assertThat(p.reads()).isPositive();
        });
        assertThat(s.processes().get(2).distinctPages()).isGreaterThan(2000);
        assertThat(s.processes().get(1).distinctPages()).isLessThan(1000);
    }

    @Test
    void aProgramThatCannotBeFollowedIsNamedAndFails() throws Exception {
        Path program = unfollowable();
        Path script = script("#!/bin/sh\n" + program + "\n/bin/echo after\n");
        Recorded r = Recorded.run(dir, List.of(), script.toString());
        assertThat(r.exitCode()).isEqualTo(65);
        assertThat(r.out()).isEqualTo("after\n");
        assertThat(r.err()).contains("not followed: " + program);
        assertThat(r.summary().unfollowed()).hasSize(1).allSatisfy(u -> {
            assertThat(u.program()).isEqualTo(program.toString());
            assertThat(u.process()).isEqualTo(1);
        });
        assertThat(Recorded.run(dir, List.of("--allow-unfollowed"), script.toString())
                        .exitCode())
                .isZero();
    }

    @Test
    void aProgramThatCannotBeRunAtAllIsNotUnfollowed() throws Exception {
        Path script = script("#!/bin/sh\n" + dir.resolve("absent") + "\n/bin/echo after\n");
        Recorded r = Recorded.run(dir, List.of(), script.toString()).succeeded();
        assertThat(r.summary().unfollowed()).isEmpty();
    }

    /** For root a set-user-ID program of another user, for others one that cannot be read. */
    private Path unfollowable() throws IOException {
        Path program = Files.copy(Path.of("/bin/true"), dir.resolve("closed"));
        if (System.getProperty("user.name").equals("root")) {
            Files.setAttribute(program, "unix:uid", 65534);
            Files.setAttribute(program, "unix:mode", 0104755);
        } else {
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("--x--x--x"));
        }
        return program;
    }

    private Path script(String text) throws IOException {
        Path script = Files.writeString(dir.resolve("script"), text);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return script;
    }

    @Test
    void ctrlCEndsTheRecordingWithAValidFile() throws Exception {
        Path trace = dir.resolve("t.mgt");
        Process p = Recorded.start(
                dir, Map.of(), Recorded.line(trace, List.of(), "/bin/sh", "-c", "echo begun; while :; do :; done"));
        while (p.isAlive() && !Files.readString(dir.resolve("out")).contains("begun")) {
            Thread.sleep(50);
        }
        Thread.sleep(300);
        assertThat(Ran.run(List.of("kill", "-INT", "" + p.pid())).status()).isZero();
        Recorded r = Recorded.finish(p, dir, trace);
        assertThat(r.exitCode()).isEqualTo(130);
        assertThat(r.err()).contains("interrupted");
        assertThat(r.summary().ending()).isEqualTo(TraceSummary.INTERRUPTED);
        assertThat(r.summary().touches()).isGreaterThan(100);
        r.read(new TraceSink() {});
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void aFileThatCannotBeWrittenIsSaidAndLeavesNothing() throws Exception {
        Path program = Recorded.compile(dir, "touches");
        Path trace = dir.resolve("t.mgt");
        // Room for the ring (4 MiB) but not for the trace of two million random touches.
        List<String> line = new ArrayList<>(List.of("sh", "-c", "ulimit -f 8300; exec \"$@\"", "sh"));
        line.addAll(Recorded.line(trace, UNFOLDED, program.toString(), "random", "12000"));
        Recorded r = Recorded.finish(Recorded.start(dir, Map.of(), line), dir, trace);
        assertThat(r.exitCode()).as(r.err()).isEqualTo(73);
        assertThat(r.err()).contains("cannot write").hasLineCount(1);
        assertThat(trace).doesNotExist();
        assertThat(leftovers()).isEmpty();
    }

    private List<Path> leftovers() throws IOException {
        try (var files = Files.list(dir)) {
            return files.filter(f -> f.toString().endsWith(".tmp")).toList();
        }
    }

    @Test
    void wrongCommandsAreSaid() throws Exception {
        assertThat(Recorded.run(dir, List.of(), "no-such-program").exitCode()).isEqualTo(66);
        assertThat(Recorded.run(dir, List.of(), dir.toString()).exitCode()).isEqualTo(65);
        assertThat(Recorded.run(dir, List.of("--fold", "0"), "/bin/true").exitCode())
                .isEqualTo(64);
        assertThat(Recorded.run(dir, List.of("--tool", "strace"), "/bin/true").exitCode())
                .isEqualTo(64);
        Path absent = dir.resolve("absent/t.mgt");
        Recorded r = Recorded.finish(
                Recorded.start(dir, Map.of(), Recorded.line(absent, List.of(), "/bin/true")), dir, absent);
        assertThat(r.exitCode()).isEqualTo(73);
    }

    @Test
    void withoutAToolItSaysWhatToInstall() throws Exception {
        Path trace = dir.resolve("t.mgt");
        Map<String, String> environment = Map.of("PATH", dir.toString());
        Recorded r = Recorded.finish(
                Recorded.start(dir, environment, Recorded.line(trace, List.of(), "/bin/true")), dir, trace);
        assertThat(r.exitCode()).isEqualTo(69);
        assertThat(r.err()).contains("qemu-user").contains("valgrind").hasLineCount(1);
    }

    @Test
    void valgrindIsTheFallback() throws Exception {
        assumeTrue(LackeyRecorder.find(System.getenv()) != null, "Valgrind is not installed");
        long n = 300;
        Path program = Recorded.compile(dir, "touches");
        Path script = script("#!/bin/sh\n" + program + " increment " + n + "\n/bin/echo two\n");
        Recorded r = Recorded.run(dir, List.of("--tool", "lackey"), script.toString())
                .succeeded();
        Mapped mapped = new Mapped(n);
        r.read(mapped);
        assertThat(mapped.of(1))
                .isEqualTo(LongStream.range(0, n).map(i -> -1 - i).boxed().toList());
        assertThat(r.summary().processes()).hasSize(3);
        assertThat(r.summary().unfollowed()).isEmpty();
    }
}
