package org.multigen.lab.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Whether this process's standard streams are shown on a terminal, and whether colors are welcome there. */
public final class Terminal {
    private Terminal() {}

    /** Whether results may be colored: standard output is a terminal that can, and {@code NO_COLOR} is not set. */
    public static boolean colors() {
        return colors(isTerminal(1), System.getenv());
    }

    static boolean colors(boolean terminal, Map<String, String> environment) {
        return terminal
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    }

    /** Whether standard error is a terminal. */
    public static boolean showsErr() {
        return isTerminal(2);
    }

    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }
}
