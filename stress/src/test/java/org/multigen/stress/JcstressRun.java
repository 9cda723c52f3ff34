package org.multigen.stress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;

/** One run of jcstress in a process of its own, which starts others, and what it left. */
final class JcstressRun {
    private static final String PROPERTIES = "-Djava.awt.headless=true";
    private static final long LIMIT_MINUTES = 60;

    /**
     * How long and how broad.
     *
     * @param iterations of each test and configuration
     * @param millis of an iteration
     * @param split compile the actors of a test in all combinations of compilers
     */
    record Effort(int iterations, int millis, boolean split) {}

    private JcstressRun() {}

    /**
     * Runs tests.
     *
     * @param directory where results go
     * @return results by the test's class name; one of each configuration
     */
    static SortedMap<String, List<TestResult>> of(Path directory, List<Class<?>> tests, Effort effort) {
        try {
            Files.createDirectories(directory);
            deleteResults(directory);
            Path log = directory.resolve("jcstress.log");
            Process p = new ProcessBuilder(command(tests, effort))
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!p.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                p.descendants().forEach(ProcessHandle::destroyForcibly);
                p.destroyForcibly();
                throw new IllegalStateException(
                        "jcstress did not end within " + LIMIT_MINUTES + " minutes; see " + log);
            }
            if (p.exitValue() != 0) {
                throw new IllegalStateException("jcstress ended with " + p.exitValue() + "; see " + log);
            }
            return results(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static List<String> command(List<Class<?>> tests, Effort effort) {
        String names =
                tests.stream().map(t -> Pattern.quote(t.getCanonicalName())).collect(Collectors.joining("|"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                PROPERTIES,
                "-cp",
                System.getProperty("java.class.path"),
                "org.openjdk.jcstress.Main",
                "-t",
                "^(" + names + ")$"));
        // Two threads per test; more would need more CPUs than a small machine has. States are few at a time, because
        // each has a place of its own in tables that are kept.
        command.addAll(List.of("-c", "2", "-f", "1", "-strideSize", "64", "-strideCount", "16", "-hs", "256"));
        command.addAll(List.of("-iters", "" + effort.iterations, "-time", "" + effort.millis));
        command.addAll(List.of("-sc", "" + effort.split, "-af", "NONE", "-r", "report"));
        command.addAll(List.of("-jvmArgs", "--enable-native-access=ALL-UNNAMED -XX:+UseSerialGC"));
        return command;
    }

    private static void deleteResults(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path f : files.filter(JcstressRun::isResult).toList()) {
                Files.delete(f);
            }
        }
    }

    private static boolean isResult(Path file) {
        return file.getFileName().toString().matches("jcstress-results-.*\\.bin\\.gz");
    }

    private static SortedMap<String, List<TestResult>> results(Path directory) throws IOException {
        Path file;
        try (Stream<Path> files = Files.list(directory)) {
            file = files.filter(JcstressRun::isResult)
                    .max(Comparator.naturalOrder())
                    .orElseThrow(() -> new IllegalStateException("jcstress left no results in " + directory));
        }
        InProcessCollector collector = new InProcessCollector();
        DiskReadCollector reader = new DiskReadCollector(file.toString(), collector);
        try {
            reader.dump();
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        } finally {
            reader.close();
        }
        SortedMap<String, List<TestResult>> byTest = new TreeMap<>();
        for (TestResult r : collector.getTestResults()) {
            byTest.computeIfAbsent(r.getName(), n -> new ArrayList<>()).add(r);
        }
        return byTest;
    }

    /** What is wrong with a result, or nothing. */
    static List<String> wrong(TestResult r) {
        List<String> wrong = new ArrayList<>();
        if (r.status() != Status.NORMAL) {
            wrong.add("ended as " + r.status() + ": " + String.join(" ", r.getMessages()) + " "
                    + String.join(" ", r.getVmErr()));
        } else if (r.getTotalCount() == 0) {
            wrong.add("no samples");
        }
        if (!r.grading().isPassed) {
            wrong.addAll(r.grading().failureMessages);
            wrong.add(outcomes(r));
        }
        return wrong;
    }

    /** Each outcome with how often it was seen. */
    static String outcomes(TestResult r) {
        return r.getStateKeys().stream()
                .sorted()
                .map(k -> "(" + k + ") " + r.getCount(k))
                .collect(Collectors.joining(", "));
    }
}
