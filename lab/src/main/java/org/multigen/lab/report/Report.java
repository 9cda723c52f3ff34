package org.multigen.lab.report;

import java.nio.file.Path;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.result.JsonFormat;
import org.multigen.lab.result.ResultFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Draws results. */
public final class Report {
    private Report() {}

    /**
     * Writes the page of a result.
     *
     * @param json as a command wrote it with {@code --format json}
     * @param where the result's place, for messages
     * @throws Failure if it is none of the results that can be drawn, or the page cannot be written
     */
    public static void write(Path page, String json, String where) {
        ResultFile.write(page, html(json, where));
    }

    static String html(String json, String where) {
        JsonNode result;
        try {
            result = JsonMapper.shared().readTree(json);
        } catch (JacksonException e) {
            throw Failure.badData(where, "not JSON; expected a result that multigen wrote with --format json");
        }
        try {
            return PageHtml.render(page(result, where));
        } catch (Failure e) {
            throw e;
        } catch (RuntimeException e) { // a damaged result can lack or contradict anything
            throw Failure.badData(where, "damaged; expected a result that multigen wrote with --format json");
        }
    }

    private static Page page(JsonNode result, String where) {
        String kind = result.path("variants").isArray()
                ? "run"
                : result.path("transcripts").isArray()
                        ? "fidelity"
                        : result.path("kind").asString("");
        return switch (kind) {
            case "run" -> RunPage.of(JsonFormat.read(result.toString()));
            case "mrc" -> MrcPage.of(result);
            case "compare" -> ComparePage.of(result);
            case "wss" -> WssPage.of(result);
            case "heatmap" -> HeatmapPage.of(result);
            case "sweep" -> SweepPage.of(result);
            case "fidelity" -> FidelityPage.of(result);
            default ->
                throw Failure.badData(
                        where,
                        "expected a result of run, compare, mrc, wss, heatmap or fidelity with --format json, or a"
                                + " sweep's database");
        };
    }
}
