package org.multigen.lab.failure;

/** The exit codes of the {@code multigen} command. */
public enum ExitCode {
    DONE(0, "done"),
    CONDITION_FAILED(3, "a stated condition failed (--fail-if, fidelity)"),
    USAGE(64, "wrong command line, --set included"),
    BAD_DATA(65, "anything wrong inside a file"),
    NO_INPUT(66, "file absent"),
    UNAVAILABLE(69, "no JDK or tool, a JVM that does not start, or not enough memory"),
    INTERNAL(70, "internal error, printed with the command that replays it"),
    CANNOT_WRITE(73, "cannot write"),
    INTERRUPTED(130, "interrupted");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /** What the process exits with, 0 to 255. */
    public int code() {
        return code;
    }

    /** What it means, in a few words. */
    public String meaning() {
        return meaning;
    }
}
