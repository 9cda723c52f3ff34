package org.multigen.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.lab.cli.Main;

class ReportTest {
    @TempDir
    private Path dir;

    private final StringWriter err = new StringWriter();

    private String path(String name) {
        return dir.resolve(name).toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "mrc", "compare", "heatmap", "wss", "sweep", "fidelity"})
    void aPageHoldsEverythingAndAsksNobody(String kind) throws IOException {
        String html = Files.readString(Pages.of(kind, dir));
        String own = html.substring(0, html.indexOf("<script>")); // ECharts writes markup of its own
        assertThat(html)
                .startsWith("<!DOCTYPE html>")
                .contains("default-src 'none'")
                .contains("const CHARTS = [");
        assertThat(own).doesNotContain("<small>").doesNotContain("@BODY@").contains("<footer>");
        assertThat(own).doesNotContainPattern("<(script|link|img)[^>]*(src|href)=\"(?!data:)");
        assertThat(html).contains("class=\"verdict\"").contains("<table>");
    }

    @Test
    void whatIsNoResultIsRefused() throws IOException {
        Files.writeString(dir.resolve("x.json"), "{\"kind\":\"cake\"}");
        int code = report("x.json", "x.html");
        assertThat(code).isEqualTo(65);
        assertThat(err.toString()).contains("expected a result of run, compare, mrc, wss, heatmap or fidelity");
        assertThat(dir.resolve("x.html")).doesNotExist();
    }

    @Test
    void aComparisonSaysHowFarFromOptimal() throws IOException {
        assertThat(Files.readString(Pages.of("compare", dir)))
                .contains("<th>x opt</th>")
                .containsPattern("\\(belady\\) at 0\\.5</t[dh]>(<td></td>)*<td>[0-9,]+</td><td></td><td>1\\.00</td>");
    }

    @Test
    void aRecommendationSaysWhatItRestsOn() throws IOException {
        assertThat(Files.readString(Pages.of("wss", dir)))
                .contains("Rules of Linux 6.12.")
                .contains("Costs used, ns")
                .containsPattern("folio_referenced|rmap");
    }

    @Test
    void aSweepsDatabaseIsDrawnLater() throws IOException {
        String drawn = Files.readString(Pages.of("sweep", dir));
        int code = report("s.duckdb", "later.html");
        assertThat(code).as(err.toString()).isZero();
        assertThat(Files.readString(dir.resolve("later.html"))).isEqualTo(drawn);
    }

    @Test
    void anotherDatabaseIsRefused() throws Exception {
        try (Connection db = DriverManager.getConnection("jdbc:duckdb:" + path("x.duckdb"));
                Statement s = db.createStatement()) {
            s.execute("CREATE TABLE report (cake INTEGER)");
        }
        assertThat(report("x.duckdb", "x.html")).isEqualTo(65);
        assertThat(err.toString())
                .contains("expected a database that multigen sweep")
                .doesNotContain("\tat ");
        assertThat(dir.resolve("x.html")).doesNotExist();
    }

    private int report(String result, String page) {
        return Main.run(
                new PrintWriter(new StringWriter()), new PrintWriter(err), "report", path(result), "-o", path(page));
    }

    @Test
    void theClockOfRealThreadsIsTheWalls() throws IOException {
        Files.writeString(dir.resolve("t.yaml"), """
                tasks: {x: {pattern: zipf, size: 1m, touches: 3000}}
                memory.max: 1m
                """);
        int code = Main.run(
                new PrintWriter(new StringWriter()),
                new PrintWriter(err),
                "run",
                path("t.yaml"),
                "--threads",
                "1",
                "--report",
                path("t.html"));
        assertThat(code).as(err.toString()).isZero();
        String charts = Files.readString(dir.resolve("t.html"));
        assertThat(charts).contains("\"name\":\"wall-clock time, ").doesNotContain("\"name\":\"virtual time, ");
    }

    @Test
    void aResultWithoutSeriesIsStillDrawn() throws Exception {
        Path old = Files.writeString(dir.resolve("old.json"), """
                {"schema": 1, "scenario": "old", "seed": 1, "variants": [{"name": "classic", "kernel": "6.12", "settings": {},
                 "metrics": {"pgmajfault": 5, "mg_run_time_ns": 7000, "mg_touches": 3}, "warmup": {}, "memcgs": {}, "tasks": [],
                 "events": [], "notes": [], "warnings": [], "costs": {}}]}
                """);
        String html = Report.html(Files.readString(old), "old.json");
        assertThat(html).contains("Every metric").doesNotContain("over time</h2>");
    }

    /** Its figures end early, so it would be the fastest. */
    @Test
    void whatRanOutOfMemoryIsNotTheFastest() {
        String json = """
                {"kind": "compare", "sizes": [{"memory": "0.5", "result": {"schema": 1, "scenario": "x", "seed": 1, "variants": [
                 %s, %s]}}]}
                """.formatted(variant("dead", "killed", 1000), variant("alive", "finished", 2000));
        assertThat(Report.html(json, "x.json"))
                .contains("Shortest run time: alive at 0.5.")
                .contains("<td>out of memory</td>");
        assertThat(Report.html(
                        "{\"kind\":\"mrc\",\"blockBytes\":4096,\"curves\":[{\"policy\":\"mglru\",\"points\":[{\"blocks\":256,"
                                + "\"outcome\":\"killed\"}]},{\"policy\":\"lru\",\"points\":[{\"blocks\":256,\"missRatio\":0.5,"
                                + "\"timesOptimum\":1.5}]}]}",
                        "x.json"))
                .contains("<td>out of memory</td>")
                .contains("At 1.0 MiB lru misses least");
    }

    private static String variant(String name, String outcome, long runTime) {
        return """
                {"name": "%s", "kernel": "6.12", "settings": {}, "metrics": {"pgmajfault": 5, "mg_run_time_ns": %d, "mg_touches": 3},
                 "warmup": {}, "memcgs": {}, "tasks": [{"name": "x", "outcome": "%s", "metrics": {}}], "events": [], "notes": [],
                 "warnings": [], "costs": {}}
                """.formatted(name, runTime, outcome);
    }
}
