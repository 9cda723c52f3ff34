package org.multigen.lab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.failure.Nearest;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns every exception of a command into one line on standard error and an exit code.
 *
 * <p>A stack trace is never printed. An internal error names the place where it arose and the command that replays it;
 * with {@code MULTIGEN_STACK=FILE} in the environment, the stack goes to that file.
 */
final class Ending implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private static final String STACK = "MULTIGEN_STACK";
    private static final long GIB = 1L << 30;
    /** How picocli says that a word is none of an enum's. */
    private static final Pattern CHOICE = Pattern.compile("expected one of \\[([^]]*)].* but was '([^']*)'$");

    private final PrintWriter err;
    private final String[] args;

    Ending(PrintWriter err, String... args) {
        this.err = err;
        this.args = args.clone();
    }

    @Override
    public int handleParseException(ParameterException e, String[] rest) {
        if (e.getCause() instanceof Failure failure) {
            return failed(failure);
        }
        return failed(Failure.usage(describe(e)));
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine line, ParseResult parsed) {
        return switch (e) {
            case Failure failure -> failed(failure);
            case ParameterException p -> handleParseException(p, args);
            default -> internal(e);
        };
    }

    /** Reports what no command should have let out. */
    int internal(Throwable e) {
        if (e instanceof OutOfMemoryError) {
            long heap = Runtime.getRuntime().maxMemory();
            return failed(Failure.unavailable("not enough memory: the JVM's heap of " + (heap >> 20)
                    + " MiB is full; MULTIGEN_JAVA_OPTS=-Xmx" + Math.max(1, heap + GIB - 1 >> 30) * 2
                    + "g, for example, gives it more"));
        }
        err.println("multigen: internal error: " + e.getClass().getSimpleName() + ": " + e.getMessage() + place(e));
        err.println("replay: " + STACK + "=stack.txt multigen " + Shell.quoted(args));
        writeStack(e);
        err.flush();
        return ExitCode.INTERNAL.code();
    }

    /** Reports what the user can mend. */
    int failed(Failure failure) {
        err.println("multigen: " + failure.getMessage());
        err.flush();
        return failure.exitCode().code();
    }

    private static String describe(ParameterException e) {
        if (!(e instanceof UnmatchedArgumentException unmatched)) {
            String message = String.valueOf(e.getMessage())
                    .replaceAll("'([^']*)' is not an? (?:long|int)$", "expected a whole number but was '$1'")
                    .replaceAll("'([^']*)' is not an? (?:double|float)$", "expected a number but was '$1'");
            Matcher choice = CHOICE.matcher(message);
            return choice.find()
                    ? message
                            + Nearest.hint(
                                    choice.group(2), List.of(choice.group(1).split(", ")))
                    : message;
        }
        CommandSpec spec = e.getCommandLine().getCommandSpec();
        String word = unmatched.getUnmatched().getFirst();
        Set<String> known = unmatched.isUnknownOption()
                ? spec.optionsMap().keySet()
                : e.getCommandLine().getSubcommands().keySet();
        String kind = unmatched.isUnknownOption() ? "option" : known.isEmpty() ? "argument" : "command";
        return "unknown " + kind + " '" + word + "'" + Nearest.hint(word, known);
    }

    private static String place(Throwable e) {
        for (StackTraceElement frame : e.getStackTrace()) {
            if (frame.getClassName().startsWith("org.multigen.")) {
                return " (" + frame.getFileName() + ":" + frame.getLineNumber() + ")";
            }
        }
        return "";
    }

    private static void writeStack(Throwable e) {
        String file = System.getenv(STACK);
        if (file == null) {
            return;
        }
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(Path.of(file)))) {
            e.printStackTrace(out);
        } catch (IOException ignored) {
            // The error itself has been reported; the stack was only asked for in addition.
        }
    }
}
