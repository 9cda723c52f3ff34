package org.multigen.lab.report;

import java.util.List;
import org.multigen.lab.result.Vouchers;
import tools.jackson.databind.JsonNode;

/** What figures from many trials rest on, as {@link org.multigen.lab.result.Basis} wrote it down. */
final class BasisTexts {
    private BasisTexts() {}

    /** A fact for each kernel. */
    static List<List<String>> kernels(JsonNode result) {
        return Vouchers.of(Texts.strings(result.path("kernels"))).stream()
                .map(line -> List.of("kernel rules", line))
                .toList();
    }

    /** The text of the costs, or none. */
    static List<List<String>> costs(JsonNode result) {
        StringBuilder costs = new StringBuilder();
        result.path("costs")
                .properties()
                .forEach(c -> costs.append(
                                SettingsText.cost(c.getKey(), c.getValue().asLong()))
                        .append('\n'));
        return costs.isEmpty() ? List.of() : List.of(List.of("Costs used, ns", costs.toString()));
    }
}
