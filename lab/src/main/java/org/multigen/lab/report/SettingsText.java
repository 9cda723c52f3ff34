package org.multigen.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.multigen.lab.result.TrialResult;

/** The settings of a run as a scenario that says the same: what all variants share, and what each has of its own. */
final class SettingsText {
    private SettingsText() {}

    static String of(List<TrialResult> variants) {
        Map<String, String> common = new LinkedHashMap<>(variants.getFirst().settings());
        for (TrialResult v : variants) {
            common.entrySet().retainAll(v.settings().entrySet());
        }
        StringBuilder text = new StringBuilder();
        common.forEach((key, value) -> text.append(line("", key, value)));
        text.append("variants:\n");
        for (TrialResult v : variants) {
            text.append("  ").append(v.name()).append(":\n");
            v.settings().forEach((key, value) -> {
                if (!common.containsKey(key)) {
                    text.append(line("    ", key, value));
                }
            });
        }
        return text.toString();
    }

    private static String line(String indent, String key, String value) {
        return indent + key + ": " + value + "\n";
    }

    static String cost(String name, long ns) {
        return String.format("%-24s %,12d", name, ns);
    }

    /** The costs of the model in ns, those that are equal in all variants once. */
    static String costs(List<TrialResult> variants) {
        List<String> lines = new ArrayList<>();
        Map<String, Long> first = variants.getFirst().costModel();
        if (first == null) {
            return "";
        }
        first.forEach((name, ns) -> {
            StringBuilder line = new StringBuilder(cost(name, ns));
            boolean same = variants.stream()
                    .allMatch(v ->
                            v.costModel() != null && ns.equals(v.costModel().get(name)));
            if (!same) {
                variants.forEach(v -> line.append("  ")
                        .append(v.name())
                        .append(' ')
                        .append(v.costModel() == null ? "?" : v.costModel().get(name)));
            }
            lines.add(line.toString());
        });
        return String.join("\n", lines) + "\n";
    }
}
