package org.multigen.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.lab.cli.Main;

class ReportTest {
    private static final long TIMEOUT_S = 600;

    /** Hovers over the first chart as a mouse does, and keeps what the tooltip says. */
    private static final String HOVER = """
            <script>
            setTimeout(() => {
              const place = document.querySelector('.chart');
              const box = place.getBoundingClientRect();
              const at = { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2, bubbles: true };
              const target = place.querySelector('svg').parentNode;
              target.dispatchEvent(new MouseEvent('mousemove', at));
              setTimeout(() => {
                const tip = [...place.children].find((c) => c.style.pointerEvents === 'none' || c.style.zIndex);
                document.documentElement.dataset.tip = tip ? tip.innerText : '';
              }, 500);
            }, 500);
            </script>
            """;

    @TempDir
    private Path dir;

    private final StringWriter err = new StringWriter();

    private void run(String... args) {
        int code = Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err), args);
        assertThat(code).as(err.toString()).isZero();
    }

    private String path(String name) {
        return dir.resolve(name).toString();
    }

    /** The page of a small result of that kind. */
    private Path page(String kind) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 3000; i++) {
            text.append("s 0x")
                    .append(Long.toHexString(0x40000000L + 4096L * (i * i % 300)))
                    .append(" 90000\n");
        }
        Path trace = Files.writeString(dir.resolve("<small>@TITLE@.trace"), text);
        Path json = dir.resolve(kind + ".json");
        switch (kind) {
            case "run" -> {
                Path scenario = Files.writeString(dir.resolve("s.yaml"), """
                        tasks: {x: {pattern: zipf, size: 4m, touches: 5000}}
                        memory.max: 2m
                        variants: {classic: {lru: classic}, mglru: {lru: mglru}}
                        """);
                run("run", scenario.toString(), "--format", "json", "-o", json.toString());
            }
            case "wss" -> {
                run("wss", trace.toString(), "--format", "json", "--report", path("wss.html"));
                return dir.resolve("wss.html");
            }
            default -> run(kind, trace.toString(), "--format", "json", "-o", json.toString());
        }
        run("report", json.toString());
        return dir.resolve(kind + ".html");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "mrc", "compare", "heatmap", "wss"})
    void aPageHoldsEverythingAndAsksNobody(String kind) throws IOException {
        String html = Files.readString(page(kind));
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
        Path json = Files.writeString(dir.resolve("x.json"), "{\"kind\":\"cake\"}");
        int code = Main.run(
                new PrintWriter(new StringWriter()),
                new PrintWriter(err),
                "report",
                json.toString(),
                "-o",
                path("x.html"));
        assertThat(code).isEqualTo(65);
        assertThat(err.toString()).contains("expected a result of run, compare, mrc, wss or heatmap");
        assertThat(dir.resolve("x.html")).doesNotExist();
    }

    /** In Debian's Chromium: apt install chromium. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"run", "mrc", "compare", "heatmap", "wss"})
    void aBrowserDrawsItWithoutAComplaint(String kind) throws IOException, InterruptedException {
        assumeThat(chromium()).as("Chromium (apt install chromium)").isNotNull();
        Path page = page(kind);
        String html = Files.readString(page);
        Files.writeString(page, html.substring(0, html.lastIndexOf("</body>")) + HOVER + "</body></html>");
        Path log = dir.resolve("browser.log");
        Path dom = dir.resolve("dom.html");
        Process browser = new ProcessBuilder(List.of(
                        chromium().toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--enable-logging=stderr",
                        "--user-data-dir=" + path("profile"),
                        "--host-resolver-rules=MAP * ~NOTFOUND",
                        "--virtual-time-budget=4000",
                        "--dump-dom",
                        page.toUri().toString()))
                .redirectOutput(dom.toFile())
                .redirectError(log.toFile())
                .start();
        assertThat(browser.waitFor(TIMEOUT_S, TimeUnit.SECONDS)).isTrue();
        String drawn = Files.readString(dom, StandardCharsets.UTF_8);
        assertThat(Files.readString(log)).doesNotContain("CONSOLE");
        long charts = html.split("class=\"chart\"", -1).length - 1;
        assertThat(drawn).contains("data-drawn=\"" + charts + "\"").contains("<svg");
        assertThat(drawn).containsPattern("data-tip=\"[^\"]*[0-9]");
    }

    private static Path chromium() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }
}
