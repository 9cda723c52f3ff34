package org.multigen.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.multigen.lab.cli.Main;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every bench runs and reports; how fast is nobody's business here. */
class BenchCommandTest {
    private static final String[] FIGURES = {
        "touch",
        "fault",
        "decode",
        "walk_old",
        "walk_old_share",
        "walk_half",
        "walk_half_shared",
        "walk_idle_1tib",
        "scan_records",
        "scan_clustered",
        "scan_clustered_recall",
        "scan_scattered_flat",
        "two_walkers",
        "two_walkers_share",
        "two_walkers_half_share",
        "two_touchers",
        "two_touchers_share",
        "sweep_scaling"
    };

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Main.run(new PrintWriter(out), new PrintWriter(err), args);
    }

    @Test
    void allBenchesReportPositiveFigures() {
        assertThat(run("bench", "--quick", "--format", "json"))
                .as(err.toString())
                .isEqualTo(ExitCode.DONE.code());
        JsonNode json = JsonMapper.shared().readTree(out.toString());
        assertThat(json.path("schema").asInt()).isEqualTo(1);
        assertThat(json.path("quick").asBoolean()).isTrue();
        List<String> names = new ArrayList<>();
        json.path("figures").forEach(f -> names.add(f.path("name").asString()));
        assertThat(names).contains(FIGURES);
        for (JsonNode figure : json.path("figures")) {
            if (!figure.path("name").asString().startsWith("size")) {
                assertThat(figure.path("value").asDouble())
                        .as(figure.toString())
                        .isPositive();
            }
        }
        JsonNode touch = json.path("figures").path(names.indexOf("touch"));
        assertThat(touch.path("best").path("sequential_read").asDouble()).isPositive();
    }

    @Test
    void aBenchRunsInAJvmOfItsOwn() {
        List<Figure> figures = BenchProcess.run("walk", List.of("--quick"));
        assertThat(figures).extracting(Figure::name).contains("walk_old", "walk_half_shared");
        assertThat(figures.getFirst().best()).containsKey("sequential_read");
        assertThatThrownBy(() -> BenchProcess.run("wlak", List.of("--quick")))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("wlak");
    }

    @Test
    void tableNamesWhatItMeasured() {
        assertThat(run("bench", "touch", "--quick")).isEqualTo(ExitCode.DONE.code());
        assertThat(out.toString())
                .contains("touches/s")
                .contains("sequential_read")
                .contains("mean nothing");
    }

    @Test
    void unknownBenchIsAWrongCommandLine() {
        assertThat(run("bench", "wlak")).isEqualTo(ExitCode.USAGE.code());
        assertThat(err.toString()).contains("wlak").contains("walk");
    }
}
