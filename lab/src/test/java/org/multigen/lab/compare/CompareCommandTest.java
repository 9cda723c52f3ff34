package org.multigen.lab.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multigen.lab.cli.Main;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CompareCommandTest {
    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Main.run(new PrintWriter(out), new PrintWriter(err), args);
    }

    /** Addresses of a program that touches 4000 pages, a few of them often. */
    private String addresses() throws IOException {
        Random random = new Random(3);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 40_000; i++) {
            long page = (long) (Math.pow(random.nextDouble(), 2) * 4000);
            text.append(i % 3 == 0 ? "s 0x" : "l 0x")
                    .append(Long.toHexString(0x10000000L + page * 4096))
                    .append(" 100\n");
        }
        return Files.writeString(dir.resolve("program.trace"), text).toString();
    }

    @Test
    void kernelsAndReferencePoliciesStandSideBySide() throws IOException {
        assertThat(run("compare", addresses(), "--kernels", "6.1,6.12", "--memory", "0.5,0.7", "--format", "json"))
                .isZero();
        JsonNode json = JsonMapper.shared().readTree(out.toString());
        assertThat(json.path("sizes")).hasSize(2);
        for (JsonNode size : json.path("sizes")) {
            assertThat(size.at("/result/variants")).hasSize(4);
            long best = size.at("/references/1/pagesRead").asLong();
            assertThat(best).isPositive();
            for (JsonNode v : size.at("/result/variants")) {
                long read = v.at("/metrics/pswpin").asLong();
                assertThat(read).as(v.path("name").asString()).isGreaterThan(best);
                assertThat(read).isEqualTo(v.at("/metrics/pgmajfault").asLong());
                assertThat(v.path("notes").toString()).contains("touches of anonymous memory");
            }
        }
    }

    @Test
    void blocksGoThroughThePageCache() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            for (int block = 0; block < 3000; block++) {
                text.append(block * 7919L % 3000).append('\n');
            }
        }
        String file = Files.writeString(dir.resolve("blocks.txt"), text).toString();
        assertThat(run("compare", file, "--lru", "mglru", "--memory", "0.5")).isZero();
        assertThat(out.toString())
                .contains("blocks, footprint 3,000 pages")
                .contains("note: blocks: text records become page-cache reads");
        assertThat(out.toString()
                        .lines()
                        .filter(l -> l.startsWith("mglru"))
                        .findFirst()
                        .orElseThrow())
                .doesNotContain(" 0 s");
    }

    @Test
    void aConditionThatHoldsEndsWithThree() throws IOException {
        String file = addresses();
        assertThat(run("compare", file, "--fail-if", "mglru.pgmajfault > 100000000"))
                .isZero();
        assertThat(run("compare", file, "--fail-if", "mglru.pgmajfault > 0")).isEqualTo(3);
        assertThat(err.toString()).contains("failed at memory 0.5: mglru.pgmajfault > 0 (mglru.pgmajfault = ");
    }

    @Test
    void whatIsWrongIsSaidInOneLine() throws IOException {
        String file = addresses();
        assertThat(run("compare", file, "--kernels", "6.13")).isEqualTo(64);
        assertThat(run("compare", file, "--lru", "mgrlu")).isEqualTo(64);
        assertThat(run("compare", file, "--memory", "half")).isEqualTo(64);
        assertThat(err.toString())
                .contains("--kernels: '6.13': expected some of")
                .contains("did you mean 'mglru'?")
                .contains("--memory: 'half': expected max");
    }
}
