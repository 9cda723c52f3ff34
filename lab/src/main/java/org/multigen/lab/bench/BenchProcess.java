package org.multigen.lab.bench;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.multigen.lab.cli.Main;
import org.multigen.lab.failure.Failure;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A bench in a JVM of its own: what the compiler has learnt from other benches, or from the runs that the start-up cache was made of,
 * changes the code of a loop, and a walk was once found at half its speed for that.
 */
final class BenchProcess {
    private BenchProcess() {}

    /**
     * Runs the command again, for one bench.
     *
     * @param options options of the command to pass on
     * @throws Failure if it does not end well
     */
    static List<Figure> run(String bench, List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String arg : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (arg.equals("-XX:+UseSerialGC") && bench.equals("sweep")) {
                command.add("-XX:+UseParallelGC"); // as the command does for sweeps
            } else if (!arg.startsWith("-XX:AOT")) {
                command.add(arg);
            }
        }
        command.addAll(List.of("-XX:AOTMode=off", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Main.class.getName(), "bench", bench, "--in-process", "--format", "json"));
        command.addAll(options);
        try {
            Process p = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            p.getOutputStream().close();
            byte[] out;
            try (InputStream in = p.getInputStream()) {
                out = in.readAllBytes();
            }
            int code = p.waitFor();
            if (code != 0) {
                throw Failure.unavailable("bench " + bench + " ended with code " + code + " in a JVM of its own");
            }
            return JsonMapper.shared()
                    .readValue(new String(out, StandardCharsets.UTF_8), BenchReport.class)
                    .figures();
        } catch (IOException | JacksonException e) {
            throw Failure.unavailable("bench " + bench + " could not run in a JVM of its own: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.unavailable("interrupted while bench " + bench + " ran");
        }
    }
}
