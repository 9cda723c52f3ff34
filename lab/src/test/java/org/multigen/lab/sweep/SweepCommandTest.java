package org.multigen.lab.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multigen.lab.cli.Main;
import org.multigen.lab.failure.Failure;

class SweepCommandTest {
    private static final String ALL = "SELECT * FROM runs, metrics WHERE runs.run = metrics.run";

    @TempDir
    private Path dir;

    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();
    private Path scenario;

    @BeforeEach
    void write() throws IOException {
        scenario = Files.writeString(dir.resolve("small.yaml"), """
                kernel: 6.12
                tasks:
                  x: {pattern: zipf, size: 8m, touches: 6000}
                memory.max: 4m
                variants:
                  classic: {lru: classic}
                  mglru: {lru: mglru}
                """);
    }

    private int run(String... args) {
        out = new StringWriter();
        err = new StringWriter();
        return Main.run(new PrintWriter(out), new PrintWriter(err), args);
    }

    private int sweep(String database) {
        return run(
                "sweep",
                scenario.toString(),
                "--vary",
                "memory.max=3m,5m",
                "--seeds",
                "2",
                "-o",
                dir.resolve(database).toString());
    }

    @Test
    void whatRanOutOfMemoryHasNoMedian() {
        int code = run(
                "sweep",
                scenario.toString(),
                "--vary",
                "memory.max=4k,5m",
                "--against",
                "classic",
                "-o",
                dir.resolve("oom.duckdb").toString(),
                "--report",
                dir.resolve("oom.html").toString());
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString().lines().filter(l -> l.contains("memory.max=4k")))
                .hasSize(3)
                .allMatch(l -> l.endsWith("out of memory"));
        assertThat(out.toString().lines().filter(l -> l.contains("memory.max=5m")))
                .isNotEmpty()
                .noneMatch(l -> l.contains("out of memory"));
        assertThat(dir.resolve("oom.html")).content().contains("Out of memory, so not shown: classic, memory.max=4k");
    }

    @Test
    void aDeviceIsNotReplaced() {
        assertThat(run("sweep", scenario.toString(), "-o", "/dev/null")).isEqualTo(73);
        assertThat(err.toString()).isEqualTo("multigen: /dev/null: cannot write: not a regular file\n");
    }

    private int against(String name, String seeds) {
        return run(
                "sweep",
                scenario.toString(),
                "--seeds",
                seeds,
                "--against",
                name,
                "-o",
                dir.resolve("g.duckdb").toString());
    }

    @Test
    void variantsAreComparedSeedBySeed() {
        assertThat(against("classic", "6")).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("mg_run_time_ns against classic, seed by seed")
                .containsPattern("mglru +[+-][0-9.]+ % \\([+-][0-9.]+ % to [+-][0-9.]+ %\\)  (less|more|undecided)")
                .contains("96.9 % confidence");
    }

    @Test
    void fewSeedsDecideNothing() {
        assertThat(against("classic", "2")).isZero();
        assertThat(out.toString()).contains("Less with none; more with none; equal with none; undecided with mglru");
    }

    @Test
    void whatIsComparedWithHasToBeThere() {
        assertThat(against("clasic", "2")).isEqualTo(64);
        assertThat(err.toString())
                .contains("--against clasic: no such variant, expected one of classic, mglru")
                .hasLineCount(1);
    }

    @Test
    void variantsOfASuffixAreComparedAmongThemselves() throws IOException {
        String more = Files.readString(scenario);
        Files.writeString(scenario, more.substring(0, more.indexOf("variants:")) + """
                variants:
                  a.1: {lru: classic, memory.max: 3m}
                  b.1: {lru: mglru, memory.max: 3m}
                  a.2: {lru: classic, memory.max: 6m}
                  b.2: {lru: classic, memory.max: 6m}
                """);
        assertThat(against("a", "6")).as(err.toString()).isZero();
        String comparison = out.toString().substring(out.toString().indexOf("seed by seed"));
        assertThat(comparison)
                .containsPattern("b.2 +\\+0.0 % \\(\\+0.0 % to \\+0.0 %\\)  equal")
                .contains("equal with b.2; undecided with")
                .doesNotContain("a.2 ");
    }

    @Test
    void whatWasNothingBeforeIsCompared() throws IOException {
        Files.writeString(scenario, """
                kernel: 6.12
                tasks:
                  x: {pattern: zipf, size: 4m, touches: 20000}
                variants:
                  roomy: {memory.max: 64m}
                  tight: {memory.max: 2m}
                  also-roomy: {memory.max: 65m}
                """);
        assertThat(run(
                        "sweep",
                        scenario.toString(),
                        "--seeds",
                        "6",
                        "--against",
                        "roomy",
                        "--metric",
                        "pgmajfault",
                        "-o",
                        dir.resolve("z.duckdb").toString()))
                .as(err.toString())
                .isZero();
        assertThat(out.toString())
                .containsPattern("tight +from 0 \\(from 0 to from 0\\)  more")
                .contains("Less with none; more with tight; equal with also-roomy; undecided with none");
    }

    @Test
    void aValueThatCannotBeIsSaidWithItsOption() {
        refused(
                "--vary memory.max=lots: memory.max: expected max, bytes such as 64m or 1.5g, or a fraction of the footprint"
                        + " such as 0.5, not \"lots\"",
                "sweep",
                "--vary",
                "memory.max=3m,lots");
        String wrong = ": tasks.x: expected either a recording or a pattern";
        refused(
                "--vary tasks.x.recording=a.mgt: " + scenario + ":3" + wrong,
                "sweep",
                "--vary",
                "tasks.x.recording=a.mgt");
        refused(
                "--set tasks.x.recording=a.mgt: " + scenario + ":3" + wrong,
                "sweep",
                "--set",
                "tasks.x.recording=a.mgt");
        refused("--set tasks.x.recording=a.mgt: " + scenario + ":3" + wrong, "run", "--set", "tasks.x.recording=a.mgt");
        refused(
                "--variant 'classic,': a word is missing, expected words joined by commas",
                "sweep",
                "--variant",
                "classic,");
    }

    private void refused(String line, String command, String option, String value) {
        assertThat(run(command, scenario.toString(), option, value)).isEqualTo(64);
        assertThat(err.toString()).isEqualTo("multigen: " + line + "\n");
    }

    private String select(String database, String sql, String format) {
        assertThat(run("results", sql, "--db", dir.resolve(database).toString(), "--format", format))
                .as(err.toString())
                .isZero();
        return out.toString();
    }

    @Test
    void aGridIsRunIntoADatabase() {
        assertThat(sweep("a.duckdb")).as(err.toString()).isZero();
        assertThat(out.toString()).contains("classic memory.max=3m").contains("medians over 2 seeds");
        assertThat(select("a.duckdb", "SELECT run, variant, \"memory.max\", seed FROM results", "csv"))
                .isEqualTo("""
                        run,variant,memory.max,seed
                        0,classic,3m,1
                        1,mglru,3m,1
                        2,classic,3m,2
                        3,mglru,3m,2
                        4,classic,5m,1
                        5,mglru,5m,1
                        6,classic,5m,2
                        7,mglru,5m,2
                        """);
        assertThat(select("a.duckdb", "SELECT count(*) AS n FROM results WHERE pgmajfault > 0", "jsonl"))
                .isEqualTo("{\"n\":8}\n");
        assertThat(dir.resolve("a.duckdb.journal")).doesNotExist();
    }

    /** It has a column in any case. */
    @Test
    void theKernelCanBeVaried() {
        assertThat(run(
                        "sweep",
                        scenario.toString(),
                        "--vary",
                        "kernel=6.1,6.12",
                        "-o",
                        dir.resolve("k.duckdb").toString()))
                .as(err.toString())
                .isZero();
        assertThat(select("k.duckdb", "SELECT DISTINCT kernel FROM results ORDER BY 1", "csv"))
                .isEqualTo("kernel\n6.1\n6.12\n");
        assertThat(run("sweep", scenario.toString(), "--vary", "seed=4,5")).isEqualTo(64);
        assertThat(err.toString()).contains("--seeds N").hasLineCount(1);
    }

    @Test
    void aSweepThatWasKilledEndsWithTheSameDatabase() throws IOException {
        assertThat(sweep("whole.duckdb")).isZero();
        String whole = select("whole.duckdb", ALL, "csv");
        // What a kill leaves: a journal whose last line is cut short. It is made by a sweep that cannot write its
        // database.
        Path half = Files.createDirectory(dir.resolve(".cut.duckdb.part"));
        Files.writeString(half.resolve("occupied"), "");
        assertThat(sweep("cut.duckdb")).isEqualTo(73);
        Path journal = dir.resolve("cut.duckdb.journal");
        byte[] bytes = Files.readAllBytes(journal);
        Files.write(journal, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        Files.delete(half.resolve("occupied"));
        Files.delete(half);
        assertThat(sweep("cut.duckdb")).as(err.toString()).isZero();
        assertThat(err.toString()).contains("continues behind").contains("of 8 trials");
        assertThat(select("cut.duckdb", ALL, "csv")).isEqualTo(whole);
    }

    @Test
    void aJournalOfAnotherSweepIsRefused() throws IOException {
        Files.writeString(dir.resolve("b.duckdb.journal"), "{\"sweep\":\"other\"}\n");
        assertThat(sweep("b.duckdb")).isEqualTo(64);
        assertThat(err.toString()).contains("trials of another sweep");
    }

    @Test
    void parquetIsExported() throws IOException {
        assertThat(sweep("c.duckdb")).isZero();
        Path parquet = dir.resolve("c.parquet");
        assertThat(run(
                        "results",
                        "--db",
                        dir.resolve("c.duckdb").toString(),
                        "--format",
                        "parquet",
                        "-o",
                        parquet.toString()))
                .as(err.toString())
                .isZero();
        assertThat(Files.readAllBytes(parquet)).startsWith("PAR1".getBytes()).endsWith("PAR1".getBytes());
        assertThat(run("results", "SELEC", "--db", dir.resolve("c.duckdb").toString()))
                .isEqualTo(64);
        assertThat(err.toString()).contains("syntax error");
    }

    @Test
    void gridsAreLaidOutAsSaid() {
        Grid grid = Grid.of(List.of("a", "b"), List.of("x=1..3", "y=p,q"), 7, 2);
        assertThat(grid.trials()).hasSize(24);
        assertThat(Grid.of(List.of("a"), List.of("x=1..3,2,p,p"), 7, 1).trials())
                .hasSize(4);
        assertThat(grid.trials().get(5)).isEqualTo(new Grid.Trial(5, "b", Map.of("x", "1", "y", "q"), 7));
        assertThatThrownBy(() -> Grid.of(List.of("a", "b"), List.of("x=1..500", "y=1..101"), 1, 1))
                .hasMessage("--vary y: more than 100000 runs");
        assertThatThrownBy(() -> Grid.of(List.of("a"), List.of("x=1..60000,100000..160000"), 1, 1))
                .hasMessageEndingWith(": more than 100000 values");
        assertThatThrownBy(() -> Grid.of(List.of("a"), List.of("x"), 1, 1)).isInstanceOf(Failure.class);
        assertThatThrownBy(() -> Grid.of(List.of("a"), List.of("x=1..3"), 1, 2_000_000_000))
                .hasMessageContaining("--seeds 2000000000: more than 100000 runs");
        assertThatThrownBy(() -> Grid.of(List.of("a"), List.of("x=3..1"), 1, 1)).hasMessageContaining("ascends");
        assertThatThrownBy(() -> Grid.of(List.of("a"), List.of("x=1", "x=2"), 1, 1))
                .hasMessageContaining("twice");
    }

    @Test
    void mediansHaveIntervalsOfStatedConfidence() {
        assertThat(Median.of(5, 1, 3)).isEqualTo(new Median(3, 1, 5, 0.75));
        assertThat(Median.of(1, 2, 3, 4).value()).isEqualTo(2.5);
        Median ten = Median.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        assertThat(ten.low()).isEqualTo(2);
        assertThat(ten.high()).isEqualTo(9);
        assertThat(ten.confidence()).isBetween(0.978, 0.979);
    }
}
