package org.multigen.lab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A run of typical commands with their output thrown away, from which the JVM makes its start-up cache.
 *
 * <p>Used by the launcher after a build; what is not trained here is merely slower to start.
 */
final class Training {
    private static final String SCENARIO = """
            kernel: 6.12
            tasks:
              app: {pattern: zipf, size: 16m, touches: 50000}
            memory.max: 0.5
            variants:
              classic: {lru: classic}
              mglru: {lru: mglru}
            """;

    private Training() {}

    /** Runs the commands; how they end does not matter. */
    public static void main(String[] args) throws IOException {
        Path scenario = Files.createTempFile("multigen-training", ".yaml");
        try {
            Files.writeString(scenario, SCENARIO);
            run("--version");
            run("--help");
            run("help", HelpCommand.EXIT_CODES);
            run("list", "kernels");
            run("run", scenario.toString());
            run("run", "--format", "json", scenario.toString());
            run("no-such-command");
        } finally {
            Files.delete(scenario);
        }
    }

    private static void run(String... args) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Main.run(nowhere, nowhere, args);
    }
}
