package org.multigen.fidelity.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.scenario.Plan;
import org.multigen.lab.trace.FileKind;
import org.multigen.lab.trace.MappingKind;
import org.multigen.lab.trace.MgtWriter;
import org.multigen.lab.trace.TraceHeader;
import org.multigen.lab.trace.TraceSink;
import org.multigen.lab.trace.TraceSummary;
import org.multigen.lab.workload.Pattern;

class LoweringTest {
    private static final int RW = TraceSink.READABLE | TraceSink.WRITABLE;
    private static final long HEAP = 0x7000_0000L;

    @TempDir
    private Path folder;

    /** What a script does, as words. */
    private static final class Words implements ScriptReader.Sink {
        final List<String> all = new ArrayList<>();

        @Override
        public boolean touch(long page, boolean store) {
            all.add((store ? "w" : "r") + page);
            return true;
        }

        @Override
        public void map(long page, long pages, int file, long filePage, boolean shared) {
            all.add("map " + page + "+" + pages + " file " + file + "@" + filePage + (shared ? " shared" : ""));
        }

        @Override
        public void unmap(long page, long pages) {
            all.add("unmap " + page + "+" + pages);
        }

        @Override
        public void advise(long page, long pages, int advice) {
            all.add("advise " + page + "+" + pages + " " + advice);
        }

        @Override
        public void measure() {
            all.add("measure");
        }
    }

    @Test
    void aPatternIsItsPretouchAndItsTouches() {
        Pattern seq = new Pattern(Pattern.Kind.SEQ, 4, 6, 1, 0.2, 0.9, 0.99, false);
        Plan.Synthetic work = new Plan.Synthetic(seq, 1, Plan.Write.ANON, true, "random", 0);
        TouchScript script = lower(work, 0, 5);
        assertThat(words())
                .containsExactly(
                        "map 0+3 file -1@0",
                        "map 3+1 file 0@0 shared",
                        "advise 0+4 1",
                        "w0",
                        "w1",
                        "w2",
                        "r3",
                        "measure",
                        "w0",
                        "w1",
                        "w2",
                        "r3",
                        "w0");
        assertThat(script.prepared()).isEqualTo(4);
        assertThat(script.measured()).isEqualTo(5);
        assertThat(script.files()).containsExactly(1L);
    }

    @Test
    void theSkippedPartLeavesMappingsAndPagesInOrderOfTheirLastTouch() {
        lower(record(), 5, 100);
        assertThat(words())
                .containsExactly(
                        "map 0+8 file -1@0",
                        // a stretch apart, with an empty one between
                        "map 1024+4 file 0@2 shared",
                        "advise 1024+4 1",
                        "w1",
                        "r1025",
                        "w0",
                        "measure",
                        "w3",
                        "r1024",
                        "r1025",
                        "r1026",
                        "unmap 0+8",
                        "map 0+8 file -1@0",
                        "w0");
    }

    @Test
    void whatIsNeverTouchedHasNoPlace() {
        TouchScript script = lower(record(), 5, 100);
        assertThat(script.pages()).isEqualTo(1028);
        assertThat(script.files()).containsExactly(6L);
    }

    @Test
    void touchesEndWhereAsked() {
        TouchScript script = lower(record(), 0, 7);
        assertThat(script.prepared()).isZero();
        assertThat(script.measured()).isEqualTo(7);
        assertThat(words().getLast()).isEqualTo("r1024");
    }

    @Test
    void aPackedScriptReadsTheSame() throws IOException {
        lower(record(), 5, 100);
        List<String> plain = words();
        Path packed = folder.resolve("packed.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            Files.copy(folder.resolve("script"), out);
        }
        assertThat(words(packed)).isEqualTo(plain);
    }

    @Test
    void anotherFileIsRefused() throws IOException {
        Path other = Files.writeString(folder.resolve("other"), "no script at all");
        assertThatThrownBy(() -> ScriptReader.open(other))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("not a touch script");
    }

    private TouchScript lower(Plan.Work work, long skip, long touches) {
        Plan.Task task = new Plan.Task("app", "", 0, 0, 1, 10, work);
        return Lowering.write(task, skip, touches, folder.resolve("script"));
    }

    private List<String> words() {
        return words(folder.resolve("script"));
    }

    private static List<String> words(Path file) {
        Words words = new Words();
        try (ScriptReader reader = ScriptReader.open(file)) {
            reader.perform(words);
        }
        return words.all;
    }

    /** A heap, a file far from it, a reserve that nobody touches; later the heap is mapped anew. */
    private Plan.Work record() {
        Path file = folder.resolve("small.mgt");
        TraceHeader header =
                new TraceHeader(4096, new TraceHeader.Provenance(List.of("app"), "by hand", "test", "", 0, "none"));
        try (OutputStream out = Files.newOutputStream(file);
                MgtWriter w = new MgtWriter(out, header, 1)) {
            w.process(0, 1, "app");
            w.file(0, FileKind.REGULAR, 10 * 4096, "/data");
            w.map(0, HEAP, 8, MappingKind.ANONYMOUS, RW, 0, TraceSink.NO_FILE, 0);
            w.map(0, HEAP + (1 << 18), 1 << 18, MappingKind.ANONYMOUS, 0, 0, TraceSink.NO_FILE, 0);
            w.map(0, HEAP + (1 << 20), 4, MappingKind.FILE_SHARED, RW, 0, 0, 2);
            w.advise(0, HEAP + (1 << 20), 4, 1);
            w.touch(0, HEAP, 1, true);
            w.touch(0, HEAP + 1, 1, true);
            w.touch(0, HEAP + 1, 1, false);
            w.touch(0, HEAP + (1 << 20) + 1, 1, false);
            w.touch(0, HEAP, 1, false);
            w.touch(0, HEAP + 3, 1, true);
            w.touch(0, HEAP + (1 << 20), 3, false);
            w.unmap(0, HEAP, 8);
            w.map(0, HEAP, 8, MappingKind.ANONYMOUS, RW, 0, TraceSink.NO_FILE, 0);
            w.touch(0, HEAP, 1, true);
            w.ending(TraceSummary.COMPLETE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Plan.Replay(file, null);
    }
}
