package org.multigen.lab.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
        mixinStandardHelpOptions = true,
        description = "Shows the help of a command, or the table of exit codes.",
        footer = {"", "Examples:", "  multigen help run", "  multigen help exit-codes"})
final class HelpCommand implements Callable<Integer> {
    static final String EXIT_CODES = "exit-codes";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "TOPIC",
            description = "A command, such as run or trace stat, or exit-codes.")
    private List<String> topic = new ArrayList<>();

    @Override
    public Integer call() {
        CommandLine root = spec.root().commandLine();
        PrintWriter out = root.getOut();
        if (topic.equals(List.of(EXIT_CODES))) {
            out.print(exitCodes());
        } else {
            find(root).usage(out);
        }
        return ExitCode.DONE.code();
    }

    private CommandLine find(CommandLine root) {
        CommandLine command = root;
        for (String word : topic) {
            CommandLine next = command.getSubcommands().get(word);
            if (next == null) {
                List<String> known = new ArrayList<>(command.getSubcommands().keySet());
                known.add(EXIT_CODES);
                throw Failure.usage(
                        "no help on '" + word + "': expected a command or " + EXIT_CODES + Nearest.hint(word, known));
            }
            command = next;
        }
        return command;
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
