package org.multigen.lab.wss;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.lab.cli.Main;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WssCommandTest {
    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void pagesLeaveTheWorkingSetWhenTheirIdleAgeIsReached() throws IOException {
        // page 0 at 1 s, page 1 at 2 s, page 2 at 12 s; the trace ends there
        Path file = Files.writeString(
                dir.resolve("t"), "pid,time,address,size\n1,0,0x0,1\n1,1,0x0,1\n1,2,0x1000,1\n1,12,0x2000,1\n");
        WorkingSets sets = WorkingSets.of(file, 12);
        assertThat(sets.distinct()).isEqualTo(3);
        assertThat(sets.end()).isEqualTo(12);
        assertThat(sets.pages()[0]).isEqualTo(new long[] {1, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1});
        assertThat(sets.pages()[1]).isEqualTo(new long[] {1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2});
        assertThat(sets.pages()[2]).isEqualTo(new long[] {1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3});
    }

    private String table(String file) {
        assertThat(Main.run(new PrintWriter(out), new PrintWriter(err), "wss", file))
                .as(err.toString())
                .isZero();
        return out.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"damon.txt", "damon.json", "damon.json_compressed"})
    void damonIsTakenAsItIsAndSaidToBeSynthesized(String sample) throws URISyntaxException {
        Path file = Path.of(
                Objects.requireNonNull(WssCommandTest.class.getResource("/org/multigen/lab/trace/format/" + sample))
                        .toURI());
        assertThat(table(file.toString()))
                .contains("s of the trace's clock")
                .contains("refaults per second of the trace's clock")
                .contains("note: references are synthesized from DAMON's region counts, not recorded");
        out.getBuffer().setLength(0);
        assertThat(Main.run(new PrintWriter(out), new PrintWriter(err), "wss", file.toString(), "--format", "json"))
                .isZero();
        assertThat(JsonMapper.shared().readTree(out.toString()).path("notes").toString())
                .contains("synthesized from DAMON");
    }

    @Test
    void aTraceWithoutTimesSaysWhatASecondIs() throws IOException {
        String file =
                Files.writeString(dir.resolve("ids"), "1\n2\n3\n".repeat(100)).toString();
        assertThat(table(file))
                .contains("12 KiB accessed over 300 accesses")
                .contains("the trace has no times: no working set over time")
                .contains("note: the trace has no times: a second is one of the replay")
                .doesNotContain("0.0 MiB");
    }

    @Test
    void aShortRecordingHasShortWindows() throws IOException {
        StringBuilder text = new StringBuilder("pid,time,address,size\n");
        for (int i = 0; i < 400; i++) {
            text.append("1,")
                    .append(i)
                    .append(",0x")
                    .append(Integer.toHexString(i * 4096))
                    .append(",1\n");
        }
        Path file = Files.writeString(dir.resolve("t"), text);
        int code = Main.run(
                new PrintWriter(out),
                new PrintWriter(err),
                "wss",
                file.toString(),
                "--time-unit",
                "ms",
                "--moments",
                "4");
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString())
                .containsPattern("at +1 ms +10 ms +100 ms +1 s\n")
                .containsPattern("0.399 s +8 KiB +44 KiB +404 KiB +1.6 MiB\n")
                .contains(
                        "the recording spans 0.399 s: whatever was accessed was so within the last 10 s, 2 min, 10 min");
    }

    /** A second half that only reads what the first one has written needs it all the same. */
    @Test
    void memoryWrittenInTheFirstHalfIsThereInTheSecond() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            text.append(i < 1000 ? "s 0x" : "l 0x")
                    .append(Long.toHexString(0x40000000L + 4096L * (i % 1000)))
                    .append(" 1000\n");
        }
        String file = Files.writeString(dir.resolve("read.trace"), text).toString();
        int code = Main.run(new PrintWriter(out), new PrintWriter(err), "wss", file, "--format", "json");
        assertThat(code).as(err.toString()).isZero();
        JsonNode r = JsonMapper.shared().readTree(out.toString()).at("/recommendations/0");
        assertThat(r.path("needSecond").asLong()).isBetween(1000L, 1150L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--budget NaN", "--budget -1", "--margin NaN", "--margin 1e300", "--moments 0"})
    void absurdLimitsAreRefused(String limit) throws IOException {
        String file = Files.writeString(dir.resolve("t"), "1\n2\n3\n").toString();
        String[] words = limit.split(" ");
        assertThat(Main.run(new PrintWriter(out), new PrintWriter(err), "wss", file, words[0], words[1]))
                .isEqualTo(64);
        assertThat(err.toString()).contains("expected --budget from 0");
    }

    /** A loop over 1000 pages: with less memory than that every LRU brings back page after page. */
    @Test
    void whatTheFirstHalfNeedsIsCheckedOnTheSecond() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            text.append("s 0x")
                    .append(Long.toHexString(0x40000000L + 4096L * (i % 1000)))
                    .append(" 1000\n");
        }
        String file = Files.writeString(dir.resolve("loop.trace"), text).toString();
        int code = Main.run(
                new PrintWriter(out), new PrintWriter(err), "wss", file, "--lru", "classic,mglru", "--format", "json");
        assertThat(code).as(err.toString()).isZero();
        JsonNode json = JsonMapper.shared().readTree(out.toString());
        assertThat(json.path("recommendations")).hasSize(2);
        for (JsonNode r : json.path("recommendations")) {
            assertThat(r.path("needFirst").asLong()).isBetween(1000L, 1150L);
            assertThat(r.path("pages").asLong())
                    .isGreaterThan(r.path("needFirst").asLong());
            assertThat(r.path("met").asBoolean()).isTrue();
        }
    }
}
