package org.multigen.lab.mrc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.lab.cli.Main;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MrcCommandTest {
    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Main.run(new PrintWriter(out), new PrintWriter(err), args);
    }

    /** Ten rounds over eight blocks of a disk, in records of four blocks. */
    private String loop() throws IOException {
        return Files.writeString(dir.resolve("loop.lis"), "0 4 0 0\n4 4 0 1\n".repeat(10))
                .toString();
    }

    @Test
    void aLoopIsCountedByHand() throws IOException {
        assertThat(run("mrc", loop(), "--policies", "lru,belady", "--sizes", "4,8", "--format", "csv"))
                .isZero();
        assertThat(out.toString()).isEqualTo("""
                        trace,policy,cache_pages,requests,miss_ratio,misses,times_optimum,page_bytes
                        loop,lru,4,80,1.000000,80,1.6667,512
                        loop,lru,8,80,0.100000,8,1.0000,512
                        loop,belady,4,80,0.600000,48,1.0000,512
                        loop,belady,8,80,0.100000,8,1.0000,512
                        """);
    }

    @Test
    void pagesAreCountedWhenAsked() throws IOException {
        assertThat(run("mrc", loop(), "--page-size", "4096", "--policy", "lru", "--size", "1.0", "--format", "json"))
                .isZero();
        JsonNode json = JsonMapper.shared().readTree(out.toString());
        assertThat(json.path("blocks").asLong()).isEqualTo(1);
        assertThat(json.path("references").asLong()).isEqualTo(20); // a record is one page
        assertThat(json.at("/curves/0/points/0/misses").asLong()).isEqualTo(1);
    }

    @Test
    void theTableSaysHowFarFromOptimal() throws IOException {
        assertThat(run("mrc", loop(), "--policies", "all", "--sizes", "0.5")).isZero();
        assertThat(out.toString())
                .contains("loop: 80 references to 8 blocks of 512 bytes")
                .contains("1.67");
    }

    @Test
    void kernelsStandBesideThePolicies() throws IOException {
        StringBuilder text = new StringBuilder("time,op,size,lbn\n");
        for (int i = 0; i < 12_000; i++) {
            long page = (long) (Math.pow(i * 7919L % 10_007 / 10_007.0, 2) * 1200);
            text.append(i)
                    .append(i % 5 == 0 ? ",w,4096," : ",r,4096,")
                    .append(page * 8)
                    .append('\n');
        }
        String file = Files.writeString(dir.resolve("io.csv"), text).toString();
        assertThat(run("mrc", file, "--kernels", "6.1,6.12", "--sizes", "0.6", "--format", "json"))
                .isZero();
        JsonNode json = JsonMapper.shared().readTree(out.toString());
        assertThat(json.path("curves").findValuesAsString("policy"))
                .containsExactly(
                        "6.1-classic", "6.1-mglru", "6.12-classic", "6.12-mglru", "lru", "clock", "s3fifo", "belady");
        for (JsonNode curve : json.path("curves")) {
            for (JsonNode point : curve.path("points")) {
                assertThat(point.path("timesOptimum").asDouble())
                        .as(curve.path("policy").asString())
                        .isBetween(1.0, 10.0);
            }
        }
        assertThat(json.path("notes").toString()).contains("memory.max");
        assertThat(run("mrc", file, "--lru", "mglru", "--page-size", "512")).isEqualTo(64);
        assertThat(run("mrc", file, "--kernels", "6.21")).isEqualTo(64);
        assertThat(err.toString()).contains("kernels have pages of 4096 bytes").contains("did you mean '6.1'?");
    }

    @Test
    void listsHoldWordsOnce() throws IOException {
        assertThat(run("mrc", loop(), "--policies", "lru,lru", "--sizes", "4,4,8", "--format", "csv"))
                .isZero();
        assertThat(out.toString()).hasLineCount(3);
        assertThat(run("mrc", loop(), "--kernels", ",")).isEqualTo(64);
        assertThat(run("mrc", loop(), "--lru", "mglru,")).isEqualTo(64);
        assertThat(run("mrc", loop(), "--sizes", "1,,2")).isEqualTo(64);
        assertThat(err.toString())
                .contains("--kernels ',': a word is missing")
                .contains("--lru 'mglru,': a word is missing")
                .contains("--sizes '1,,2': a word is missing")
                .hasLineCount(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--sizes 0", "--sizes 0.0", "--sizes 0k", "--sizes 8,00", "--page-size 0", "--block-size 0"})
    void nothingIsNoSize(String option) throws IOException {
        String[] words = option.split(" ");
        assertThat(run("mrc", loop(), words[0], words[1])).isEqualTo(64);
        assertThat(err.toString())
                .startsWith("multigen: " + words[0])
                .contains(": expected ")
                .hasLineCount(1);
    }

    @Test
    void columnsAreAsWideAsTheirNumbers() throws IOException {
        assertThat(run("mrc", loop(), "--policies", "lru", "--sizes", "8,9999999999999999"))
                .isZero();
        assertThat(out.toString().lines().filter(l -> l.contains("  0.1000   1.00")))
                .hasSize(2)
                .allMatch(l -> l.length() == "9,999,999,999,999,999".length() + 11 + 11 + 7);
    }

    @Test
    void whatIsWrongIsSaidInOneLine() throws IOException {
        assertThat(run("mrc", loop(), "--policies", "lur")).isEqualTo(64);
        assertThat(run("mrc", loop(), "--sizes", "1,x")).isEqualTo(64);
        assertThat(run("mrc", dir.resolve("absent").toString())).isEqualTo(66);
        assertThat(err.toString())
                .contains("(did you mean 'lru'?)")
                .contains("--sizes: 'x': expected blocks")
                .contains("absent: no such file");
    }
}
