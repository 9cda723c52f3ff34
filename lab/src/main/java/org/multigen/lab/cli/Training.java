package org.multigen.lab.cli;

import java.io.PrintWriter;
import java.io.Writer;

/**
 * A run of typical commands with their output thrown away, from which the JVM makes its start-up cache.
 *
 * <p>Used by the launcher after a build; what is not trained here is merely slower to start.
 */
final class Training {
    private Training() {}

    /** Runs the commands; the launcher ignores how they end. */
    public static void main(String[] args) {
        run("--version");
        run("--help");
        run("help", HelpCommand.EXIT_CODES);
        run("no-such-command");
    }

    private static void run(String... args) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Main.run(nowhere, nowhere, args);
    }
}
