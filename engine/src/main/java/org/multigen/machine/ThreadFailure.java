package org.multigen.machine;

/**
 * What ended a run on real threads before its programs had ended: a thread that failed, or that none got on. The message is one line
 * that names the thread and the place; the machine is not usable afterwards.
 */
public final class ThreadFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private ThreadFailure(String line, Throwable cause) {
        super(line, cause);
    }

    private ThreadFailure(String line) {
        super(line);
    }

    static ThreadFailure of(String thread, Throwable cause) {
        String what = cause.getClass().getSimpleName() + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
        return new ThreadFailure("thread " + thread + " failed: " + what + place(cause.getStackTrace()), cause);
    }

    /** No thread has got on for so many seconds; says where each is. */
    static ThreadFailure stuck(long seconds, Iterable<Thread> threads) {
        StringBuilder line = new StringBuilder("no thread got on for " + seconds + " s");
        String before = ": ";
        for (Thread t : threads) {
            line.append(before).append(t.getName()).append(place(t.getStackTrace()));
            before = ", ";
        }
        return new ThreadFailure(line.toString());
    }

    private static String place(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (frame.getClassName().startsWith("org.multigen.")) {
                return " at " + frame.getFileName() + ":" + frame.getLineNumber();
            }
        }
        return "";
    }
}
