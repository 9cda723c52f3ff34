package org.multigen.lab.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;

/** The list of commands in {@code multigen --help}, by the question that each of them answers. */
final class CommandGroups {
    private static final Map<String, List<String>> GROUPS = groups();
    private static final String OTHERS = "Others";
    private static final int NAME = 12;

    private CommandGroups() {}

    private static Map<String, List<String>> groups() {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        groups.put("Which is better on my workload?", List.of("run", "compare", "sweep", "results"));
        groups.put("How much memory does it need?", List.of("mrc", "wss"));
        groups.put("What happens when, and why?", List.of("record", "trace", "heatmap", "report"));
        groups.put("Can I trust it, and how fast is it?", List.of("fidelity", "prove", "bench"));
        groups.put("What can I say?", List.of("list", "help", "man", "completion"));
        return groups;
    }

    /** Puts the grouped list into the help of the root command. */
    static void apply(CommandLine root) {
        root.getHelpSectionMap().put(CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
        root.getHelpSectionMap()
                .put(CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST, CommandGroups::render);
    }

    private static String render(Help help) {
        Map<String, Help> commands = new LinkedHashMap<>(help.subcommands());
        StringBuilder out = new StringBuilder();
        GROUPS.forEach((question, names) -> group(out, question, names, commands));
        group(out, OTHERS, new ArrayList<>(commands.keySet()), commands);
        return out.toString();
    }

    private static void group(StringBuilder out, String title, List<String> names, Map<String, Help> commands) {
        List<String> present = names.stream().filter(commands::containsKey).toList();
        if (present.isEmpty()) {
            return;
        }
        out.append(System.lineSeparator()).append(title).append(System.lineSeparator());
        for (String name : present) {
            Help command = commands.remove(name);
            String[] description = command == null
                    ? new String[0]
                    : command.commandSpec().usageMessage().description();
            out.append("  ")
                    .append(name)
                    .append(" ".repeat(Math.max(1, NAME - name.length())))
                    .append(description.length == 0 ? "" : description[0].replace("%n", ""))
                    .append(System.lineSeparator());
        }
    }
}
