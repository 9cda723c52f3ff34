package org.multigen.fidelity.transcript;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.Failure;

/**
 * The recorded reclaim calls of a run: {@code NAME.compact}, a line per call.
 *
 * @param calls the words of each call behind its number: {@code B}, {@code K3}, {@code Ia:64/64}, {@code S:64/64,p12},
 *     {@code E:64}
 */
public record ReclaimCalls(List<List<String>> calls) {

    /** Reads the calls beside a transcript; null if there are none. */
    public static @Nullable ReclaimCalls beside(Path transcript) {
        Path file = compact(transcript);
        if (file == null) {
            return null;
        }
        try {
            List<List<String>> calls = new ArrayList<>();
            int number = 0;
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                String[] words = line.strip().split(" +");
                if (!words[0].matches("#\\d+")) {
                    throw Failure.badData(file + ":" + number, "expected '#N B ...', found '" + words[0] + "'");
                }
                calls.add(List.of(words).subList(1, words.length));
            }
            return new ReclaimCalls(calls);
        } catch (IOException e) {
            throw Failure.cannotRead(file, e);
        }
    }

    /** NAME.compact, or the only such file of the folder, so that a renamed transcript still finds it. */
    private static @Nullable Path compact(Path transcript) {
        String name = String.valueOf(transcript.getFileName());
        int dot = name.lastIndexOf('.');
        Path own = transcript.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ".compact");
        if (Files.exists(own)) {
            return own;
        }
        Path folder = transcript.toAbsolutePath().getParent();
        if (folder == null) {
            return null;
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all =
                    files.filter(f -> f.toString().endsWith(".compact")).toList();
            return all.size() == 1 ? all.getFirst() : null;
        } catch (IOException e) {
            throw Failure.cannotRead(folder, e);
        }
    }

    /** Whether the recording holds words that start with {@code prefix}; kernels differ in what they could trace. */
    public boolean has(String prefix) {
        return calls.stream().flatMap(List::stream).anyMatch(w -> w.startsWith(prefix));
    }
}
