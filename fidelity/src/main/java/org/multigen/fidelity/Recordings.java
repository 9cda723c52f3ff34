package org.multigen.fidelity;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.multigen.fidelity.replay.KernelNames;
import org.multigen.fidelity.replay.Replay;
import org.multigen.fidelity.replay.Replayed;
import org.multigen.fidelity.transcript.Transcript;
import org.multigen.fidelity.transcript.TranscriptParser;
import org.multigen.fidelity.verdict.Check;
import org.multigen.fidelity.verdict.Judge;
import org.multigen.fidelity.verdict.Verdict;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.failure.Tasks;

/** Finds recordings by their content and judges them. */
public final class Recordings {
    private Recordings() {}

    /**
     * All recordings below the paths, sorted within each path.
     *
     * @param kernel only of this kernel, or null for all
     * @param glob only files whose name matches, or null for all
     */
    public static List<Path> find(List<Path> paths, @Nullable String kernel, @Nullable String glob) {
        PathMatcher matcher = matcher(glob);
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw Failure.noInput(path);
            }
            for (Path file : Files.isDirectory(path) ? inFolder(path) : List.of(path)) {
                boolean named = matcher == null || matcher.matches(file.getFileName());
                if (named && (kernel == null || kernel.equals(kernelOf(file)))) {
                    files.add(file);
                }
            }
        }
        if (files.isEmpty()) {
            throw Failure.usage("no recording fits: looked in " + paths);
        }
        return files;
    }

    private static @Nullable PathMatcher matcher(@Nullable String glob) {
        try {
            return glob == null ? null : FileSystems.getDefault().getPathMatcher("glob:" + glob);
        } catch (PatternSyntaxException e) {
            throw Failure.usage("--filter '" + glob + "': " + e.getDescription());
        }
    }

    private static List<Path> inFolder(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .filter(Recordings::isRecording)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw Failure.cannotRead(folder, e);
        }
    }

    private static boolean isRecording(Path file) {
        return firstLine(file, "#FORMAT ") != null;
    }

    private static @Nullable String kernelOf(Path file) {
        String line = firstLine(file, "#KERNEL ");
        return line == null ? null : KernelNames.of(line.split(" ")[1], file);
    }

    /** The first of the leading lines with that start, or null. */
    private static @Nullable String firstLine(Path file, String start) {
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            for (int i = 0; i < 10; i++) {
                String line = reader.readLine();
                if (line == null || i == 0 && !line.startsWith("#FORMAT ")) {
                    return null;
                }
                if (line.startsWith(start)) {
                    return line;
                }
            }
            return null;
        } catch (IOException e) {
            throw Failure.cannotRead(file, e);
        }
    }

    /**
     * Judges each file; the verdicts stand in the order of the files, however many threads there are.
     *
     * @param judged called for each file, by any thread
     */
    static List<Verdict> judge(List<Path> files, int threads, Runnable judged) {
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<Verdict>> pending = new ArrayList<>();
            for (Path f : files) {
                pending.add(pool.submit(() -> {
                    Verdict verdict = judge(f);
                    judged.run();
                    return verdict;
                }));
            }
            try {
                return pending.stream().map(Tasks::result).toList();
            } finally {
                pool.shutdownNow(); // a failure does not wait for the others
            }
        }
    }

    /** Executes one recording again and judges it. */
    public static Verdict judge(Path file) {
        Transcript transcript = TranscriptParser.read(file);
        String kernel = KernelNames.of(transcript.header().release(), file);
        try {
            Replayed replayed = Replay.execute(transcript);
            return Judge.judge(file, transcript.header(), kernel, replayed.observations(), replayed.notes());
        } catch (Failure e) {
            throw e;
        } catch (RuntimeException | Error e) {
            if (e instanceof VirtualMachineError) {
                throw e;
            }
            return broken(transcript, kernel, e);
        }
    }

    /** The engine failed: the recording is not reproduced, and the others still count. */
    private static Verdict broken(Transcript transcript, String kernel, Throwable e) {
        StackTraceElement[] stack = e.getStackTrace();
        String place = stack.length == 0 ? "" : " at " + stack[0];
        Check check = new Check("engine", "no failure", e + place, "finished", false, "internal");
        return new Verdict(
                transcript.file(),
                transcript.header(),
                kernel,
                false,
                0,
                0,
                null,
                null,
                List.of(check),
                List.of(),
                null);
    }
}
