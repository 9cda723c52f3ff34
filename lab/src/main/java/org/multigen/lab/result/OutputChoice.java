package org.multigen.lab.result;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.cli.Outputs;
import org.multigen.lab.cli.Terminal;
import org.multigen.lab.failure.Failure;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option of every command that prints a result: where to. */
public final class OutputChoice {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec command;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Writes the result there, not to standard output.")
    private @Nullable Path file;

    /** For picocli. */
    public OutputChoice() {}

    /** Whether the result may be colored: it goes to a terminal that shows colors. */
    public boolean colors() {
        return file == null && Terminal.colors();
    }

    /**
     * The file, where there must be one.
     *
     * @param why what needs it, such as an option
     * @throws Failure if none was given
     */
    public Path file(String why) {
        if (file == null) {
            throw Failure.usage(why + ": give a file with -o");
        }
        return file;
    }

    /**
     * Keeps what is read from being replaced, where no argument named it.
     *
     * @throws Failure if it is the file that is to be written
     */
    public void spares(Path input) {
        if (file != null) {
            Outputs.spare(input, "-o", file);
        }
    }

    /**
     * Writes the result, to a file whole or not at all.
     *
     * @throws Failure if it cannot be written
     */
    public void write(String text) {
        if (file == null) {
            PrintWriter out = command.commandLine().getOut();
            out.print(text);
            out.flush();
        } else {
            ResultFile.write(file, text);
        }
    }
}
