package org.multigen.lab.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.failure.Nearest;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code multigen help [TOPIC]}: a command's help, or the table of exit codes. */
@CommandLine.Command(
        name = "help",
        description = "Shows the help of a command, or the table of exit codes.",
        footer = {"", "Examples:", "  multigen help run", "  multigen help exit-codes"})
final class HelpCommand implements Callable<Integer> {
    static final String EXIT_CODES = "exit-codes";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "TOPIC", description = "A command, or exit-codes.")
    private @Nullable String topic;

    @Override
    public Integer call() {
        CommandLine root = spec.root().commandLine();
        PrintWriter out = root.getOut();
        if (topic == null) {
            root.usage(out);
        } else if (topic.equals(EXIT_CODES)) {
            out.print(exitCodes());
        } else {
            CommandLine command = root.getSubcommands().get(topic);
            if (command == null) {
                List<String> known = new ArrayList<>(root.getSubcommands().keySet());
                known.add(EXIT_CODES);
                throw Failure.usage(
                        "no help on '" + topic + "': expected a command or " + EXIT_CODES + Nearest.hint(topic, known));
            }
            command.usage(out);
        }
        return ExitCode.DONE.code();
    }

    /** The table of exit codes, a line each. */
    static String exitCodes() {
        StringBuilder table = new StringBuilder("code  meaning\n");
        for (ExitCode e : ExitCode.values()) {
            table.append(String.format("%4d  %s%n", e.code(), e.meaning()));
        }
        return table.toString();
    }
}
