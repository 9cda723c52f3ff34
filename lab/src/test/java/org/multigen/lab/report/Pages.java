package org.multigen.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.multigen.lab.cli.Main;

/** Reports of small results, as the commands make them. Names in them try to break out of the page. */
final class Pages {
    private static final String SCENARIO = """
            tasks: {x: {pattern: zipf, size: 4m, file: 1m, touches: 30000}}
            memory.max: 2m
            variants: {classic: {lru: classic}, mglru: {lru: mglru}}
            """;
    private static final String FIDELITY = """
            {"schema": 1, "transcripts": [
              {"file": "goldens/6.12/<b>@TITLE@.txt", "kernel": "6.12", "kind": "statistical", "verdict": "pass", "dumps": 3,
               "equal": 2, "largestDifference": {"pages": 7, "where": "line 9"}, "pressure": {"killed": false, "faults": 101,
               "kernelFaults": 100, "difference": 0.01, "sameOutcome": 0.99, "residentOverlap": null}},
              {"file": "goldens/6.12/two.txt", "kernel": "6.12", "kind": "exact", "verdict": "fail", "dumps": 3, "equal": 3}],
             "kernels": {"6.12": {"release": "6.12.117", "recordings": 2, "pass": 1, "medianFaultDifference": 0.01}}}
            """;

    private Pages() {}

    private static void run(String... args) {
        StringWriter err = new StringWriter();
        int code = Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err), args);
        assertThat(code).as(err.toString()).isZero();
    }

    /** The page of a small result of that kind. */
    static Path of(String kind, Path dir) throws IOException {
        Path page = dir.resolve(kind + ".html");
        Path json = dir.resolve(kind + ".json");
        switch (kind) {
            case "run" -> {
                Path scenario = Files.writeString(dir.resolve("s.yaml"), SCENARIO);
                run("run", scenario.toString(), "--heat", "--format", "json", "-o", json.toString());
                run("report", json.toString());
            }
            case "sweep" -> {
                Path scenario = Files.writeString(dir.resolve("s.yaml"), SCENARIO.replace("30000", "3000"));
                run(
                        "sweep",
                        scenario.toString(),
                        "--vary",
                        "memory.max=2m,3m",
                        "--seeds",
                        "3",
                        "-o",
                        dir.resolve("s.duckdb").toString(),
                        "--report",
                        page.toString());
            }
            case "fidelity" -> {
                Files.writeString(json, FIDELITY);
                run("report", json.toString());
            }
            case "wss" -> run("wss", trace(dir).toString(), "--format", "json", "--report", page.toString());
            default -> {
                run(kind, trace(dir).toString(), "--format", "json", "-o", json.toString());
                run("report", json.toString());
            }
        }
        return page;
    }

    private static Path trace(Path dir) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 3000; i++) {
            text.append("s 0x")
                    .append(Long.toHexString(0x40000000L + 4096L * (i * i % 300)))
                    .append(" 90000\n");
        }
        return Files.writeString(dir.resolve("<small>@TITLE@.trace"), text);
    }
}
