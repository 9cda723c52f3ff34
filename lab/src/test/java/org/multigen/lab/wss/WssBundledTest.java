package org.multigen.lab.wss;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.lab.cli.Main;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the first half of a bundled recording recommends keeps the budget on the second, in nine of ten cases. */
@Tag("long")
class WssBundledTest {
    private static final List<String> RECORDINGS = List.of("redis", "memcached", "sqlite", "lucene", "fio");

    private static JsonNode recommendations(String recording, String kernel) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Path file = Path.of(System.getProperty("multigen.root"), "scenarios", "recordings", recording + ".mgt");
        int code = Main.run(
                new PrintWriter(out),
                new PrintWriter(err),
                "wss",
                file.toString(),
                "--kernels",
                kernel,
                "--lru",
                "classic,mglru",
                "--format",
                "json");
        assertThat(code).as(err.toString()).isZero();
        return JsonMapper.shared().readTree(out.toString()).path("recommendations");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.12", "7.2"})
    void theBudgetIsMetInNineOfTenCases(String kernel) {
        List<String> missed = new ArrayList<>();
        int cases = 0;
        for (String recording : RECORDINGS) {
            for (JsonNode r : recommendations(recording, kernel)) {
                cases++;
                if (!r.path("met").asBoolean()) {
                    missed.add(recording + " " + r);
                }
            }
        }
        assertThat(cases).isEqualTo(10);
        assertThat(missed).hasSizeLessThanOrEqualTo(1);
    }
}
