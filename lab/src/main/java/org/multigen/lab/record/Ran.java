package org.multigen.lab.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.multigen.lab.failure.Failure;

/**
 * A small tool that has run.
 *
 * @param output what it printed, both streams, in one line
 */
record Ran(int status, String output) {
    static Ran run(List<String> command) {
        try {
            Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
            p.getOutputStream().close();
            String text = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ran(p.waitFor(), String.join("; ", text.lines().limit(5).toList()));
        } catch (IOException e) {
            throw Failure.unavailable(command.getFirst() + " cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.unavailable(command.getFirst() + " was interrupted");
        }
    }
}
