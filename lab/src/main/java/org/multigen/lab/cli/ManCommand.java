package org.multigen.lab.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.failure.Nearest;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code multigen man}: manual pages. */
@CommandLine.Command(
        name = "man",
        mixinStandardHelpOptions = true,
        description = "Prints a command's manual page, or writes all of them into a folder.",
        footer = {
            "",
            "Examples:",
            "  multigen man compare | man -l -",
            "  multigen man -o ~/.local/share/man/man1 && man multigen-compare"
        })
final class ManCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "A command; none is multigen itself.")
    private List<String> command = new ArrayList<>();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FOLDER",
            description = "Writes the pages of all commands there, such as ~/.local/share/man/man1.")
    private @Nullable Path folder;

    @Override
    public Integer call() {
        CommandLine root = spec.root().commandLine();
        if (folder != null) {
            writeAll(root, folder);
            return ExitCode.DONE.code();
        }
        CommandLine line = root;
        for (String word : command) {
            CommandLine next = line.getSubcommands().get(word);
            if (next == null) {
                throw Failure.usage("no manual page of '" + word + "': expected a command"
                        + Nearest.hint(word, line.getSubcommands().keySet()));
            }
            line = next;
        }
        root.getOut().print(ManPage.of(line));
        return ExitCode.DONE.code();
    }

    private static void writeAll(CommandLine command, Path folder) {
        Path file = folder.resolve(ManPage.name(command) + ".1");
        try {
            Files.createDirectories(folder);
            Files.writeString(file, ManPage.of(command));
        } catch (IOException e) {
            throw Failure.cannotWrite(file, e);
        }
        command.getSubcommands().values().forEach(c -> writeAll(c, folder));
    }
}
