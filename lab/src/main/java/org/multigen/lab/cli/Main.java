package org.multigen.lab.cli;

import java.io.FileDescriptor;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import picocli.CommandLine;

/** The entry point of the {@code multigen} command. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        StandardStream stdout = StandardStream.of(FileDescriptor.out);
        PrintWriter out = stdout.writer(false);
        PrintWriter err = StandardStream.of(FileDescriptor.err).writer(true);
        Ending ending = new Ending(err, args);
        // A thread that dies would leave the command waiting for it.
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, e) -> Runtime.getRuntime().halt(ending.internal(e)));
        int code = run(out, err, args);
        out.flush();
        System.exit(written(stdout, ending, code));
    }

    /** Runs one command inside this process; both writers are flushed at the end. */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        Ending ending = new Ending(err, args);
        int code;
        try {
            CommandLine line = new CommandLine(new RootCommand());
            for (Command command : ServiceLoader.load(Command.class)) {
                line.addSubcommand(command);
            }
            HelpFooters.apply(line);
            CommandGroups.apply(line);
            line.setOut(out).setErr(err);
            line.setExecutionStrategy(Outputs::checkThenRun);
            line.setParameterExceptionHandler(ending).setExecutionExceptionHandler(ending);
            code = line.execute(args);
        } catch (Throwable e) { // picocli lets errors through
            code = ending.internal(e);
        }
        out.flush();
        err.flush();
        return code;
    }

    /** The exit code once it is known whether standard output was written. */
    private static int written(StandardStream stdout, Ending ending, int code) {
        IOException failure = stdout.failure();
        if (failure == null || code != ExitCode.DONE.code()) {
            return code;
        }
        return stdout.readerLeft()
                ? ExitCode.CANNOT_WRITE.code()
                : ending.failed(Failure.cannotWrite(Path.of("standard output"), failure));
    }
}
