package org.multigen.lab.failure;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A failure that the user can understand and mend: one line that says what went wrong, where, and what was expected,
 * with the exit code of the command.
 *
 * <p>It has no stack trace: the line is all there is to see.
 */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    private Failure(ExitCode exitCode, String line, @Nullable Throwable cause) {
        super(oneLine(line), cause, false, false);
        this.exitCode = exitCode;
    }

    /** A wrong command line, {@code --set} included. */
    public static Failure usage(String line) {
        return new Failure(ExitCode.USAGE, line, null);
    }

    /**
     * Something wrong inside a file.
     *
     * @param where the file and the place in it, such as {@code a.yaml:12} or {@code a.mgt: block 3 at offset 8192}
     */
    public static Failure badData(String where, String what) {
        return new Failure(ExitCode.BAD_DATA, where + ": " + what, null);
    }

    /** A file that was named but is not there. */
    public static Failure noInput(Path file) {
        return new Failure(ExitCode.NO_INPUT, file + ": no such file", null);
    }

    /** A tool that is needed and absent; the line says what to install. */
    public static Failure unavailable(String line) {
        return new Failure(ExitCode.UNAVAILABLE, line, null);
    }

    /** A condition that the user stated does not hold. */
    public static Failure condition(String line) {
        return new Failure(ExitCode.CONDITION_FAILED, line, null);
    }

    /** An output that cannot be written. */
    public static Failure cannotWrite(Path file, IOException cause) {
        return new Failure(ExitCode.CANNOT_WRITE, file + ": cannot write: " + reason(cause), cause);
    }

    /** A file that cannot be read: absent, or there but unreadable. */
    public static Failure cannotRead(Path file, IOException cause) {
        if (cause instanceof NoSuchFileException || cause instanceof NotDirectoryException) {
            return noInput(file);
        }
        return new Failure(ExitCode.NO_INPUT, file + ": cannot read: " + reason(cause), cause);
    }

    /** A broken invariant of the engine; the line says where what can be known about it is. */
    public static Failure broken(String line) {
        return new Failure(ExitCode.INTERNAL, line, null);
    }

    /** The same failure, found on behalf of a line elsewhere: {@code where} precedes the message. */
    public Failure under(String where) {
        return new Failure(exitCode, where + ": " + getMessage(), getCause());
    }

    /** The exit code of the command. */
    public ExitCode exitCode() {
        return exitCode;
    }

    private static String reason(IOException cause) {
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (cause instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (cause instanceof FileSystemException f && f.getReason() != null) {
            return f.getReason();
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    private static String oneLine(String text) {
        // What a binary file holds must not reach the terminal as commands.
        return text.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll("[\\p{Cntrl}\\x{80}-\\x{9f}&&[^\t]]", "\uFFFD");
    }
}
