package org.multigen.lab.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
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

    private JsonNode json(String... args) {
        out.getBuffer().setLength(0);
        assertThat(run(args)).as(err.toString()).isZero();
        return JsonMapper.shared().readTree(out.toString());
    }

    @Test
    void aScenarioThatReplaysATraceHasTheTracesReferences() throws IOException {
        String trace = addresses();
        Path scenario =
                Files.writeString(dir.resolve("replay.yaml"), "tasks: {x: {recording: " + trace + "}}\nwarmup: none\n");
        String[] rest = {"--memory", "0.4,0.8", "--policies", "lru,clock,belady", "--format", "json"};
        JsonNode ofTrace = json(join("compare", trace, rest));
        JsonNode ofScenario = json(join("compare", scenario.toString(), rest));
        for (int i = 0; i < 2; i++) {
            assertThat(ofScenario.at("/sizes/" + i + "/references"))
                    .isEqualTo(ofTrace.at("/sizes/" + i + "/references"));
            assertThat(ofScenario.at("/sizes/" + i + "/timesOptimum"))
                    .isEqualTo(ofTrace.at("/sizes/" + i + "/timesOptimum"));
        }
        assertThat(ofTrace.path("firstTouches").asLong()).isBetween(3900L, 4000L);
        for (String count : List.of("firstTouches", "distinctPages", "filePages")) {
            assertThat(ofScenario.path(count)).as(count).isEqualTo(ofTrace.path(count));
        }
    }

    private static String[] join(String command, String file, String... rest) {
        return Stream.concat(Stream.of(command, file), Stream.of(rest)).toArray(String[]::new);
    }

    /** Anonymous memory and a file, behind a warm-up; twice over. */
    @Test
    void noConfigurationBeatsTheOptimumOfAScenario() throws IOException {
        Path scenario = Files.writeString(dir.resolve("mixed.yaml"), """
                tasks:
                  x: {pattern: zipf, size: 12m, file: 0.5, touches: 30000, scatter: true, write: anon, repeat: 2}
                  y: {pattern: scanhot, size: 8m, touches: 20000, hot: 0.25, hotprob: 0.7}
                warmup: 15000
                """);
        JsonNode json = json(join(
                "compare",
                scenario.toString(),
                "--kernels",
                "6.1,7.2",
                "--memory",
                "0.4,0.7,2.0",
                "--policies",
                "lru,sieve,arc,belady",
                "--format",
                "json"));
        assertThat(json.path("notes").toString()).contains("order of a run with memory for everything");
        for (int i = 0; i < 2; i++) {
            JsonNode times = json.at("/sizes/" + i + "/timesOptimum");
            assertThat(times).hasSize(8);
            assertThat(times.valueStream().mapToDouble(JsonNode::asDouble)).allMatch(t -> t >= 1);
            assertThat(json.at("/sizes/" + i + "/references/3/pagesRead").asLong())
                    .isPositive();
        }
        // with room for everything nothing is read but what the file had not given in the warm-up
        long pages = json.at("/sizes/2/references/0/pagesRead").asLong();
        assertThat(json.at("/sizes/2/references/3/pagesRead").asLong())
                .isEqualTo(pages)
                .isLessThan(1536);
    }

    @Test
    void whereReferencePoliciesDoNotApplyItIsSaid() throws IOException {
        Path guest = Files.writeString(dir.resolve("guest.yaml"), """
                tasks:
                  vm: {guest: {memory: 16m, vcpus: 1, workload: zipf}, touches: 5000}
                warmup: none
                """);
        assertThat(run("compare", guest.toString(), "--lru", "mglru")).isZero();
        assertThat(out.toString()).contains("no reference policies, and so no x opt: what guests touch");
        Path timed = Files.writeString(dir.resolve("timed.yaml"), """
                tasks:
                  x: {pattern: zipf, size: 4m, touches: 5000}
                warmup: 1ms
                """);
        assertThat(run("compare", timed.toString(), "--lru", "mglru")).isZero();
        assertThat(out.toString()).contains("no x opt: a warm-up that ends at a time");
        out.getBuffer().setLength(0);
        assertThat(run("compare", timed.toString(), "--lru", "mglru", "--policies", "none"))
                .isZero();
        assertThat(out.toString()).doesNotContain("reference policies");
        Path two = Files.writeString(dir.resolve("two.yaml"), """
                tasks:
                  x: {pattern: zipf, size: 4m, touches: 5000, memcg: a}
                memcgs: {a: {}, b: {}}
                """);
        assertThat(run("compare", two.toString())).isEqualTo(64);
        assertThat(err.toString())
                .isEqualTo(
                        "multigen: --memory 0.5: memory.max: which cgroup? say memcgs.NAME.memory.max with one of a, b\n");
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
