package org.multigen.fidelity.report;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Why recordings lie outside their tolerance, for the generated page. A committed text: a line {@code KERNEL NAME: reason},
 * where both words may hold {@code *}; the first line that fits is used. It explains verdicts and never changes one.
 */
public final class Explanations {
    private record Entry(Pattern kernel, Pattern name, String reason) {}

    private final List<Entry> entries = new ArrayList<>();

    private Explanations() {}

    /** The committed explanations. */
    public static Explanations load() {
        Explanations all = new Explanations();
        try (InputStream in = Explanations.class.getResourceAsStream("explanations.txt")) {
            if (in == null) {
                throw new IllegalStateException("explanations.txt is not on the class path");
            }
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    all.add(line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    private void add(String line) {
        int space = line.indexOf(' ');
        int colon = line.indexOf(": ");
        entries.add(new Entry(
                glob(line.substring(0, space)),
                glob(line.substring(space + 1, colon)),
                line.substring(colon + 2).strip()));
    }

    private static Pattern glob(String text) {
        return Pattern.compile(Pattern.quote(text).replace("*", "\\E.*\\Q"));
    }

    /** The reason for a recording, or that none has been found yet. */
    String of(String kernel, String name) {
        return entries.stream()
                .filter(e -> e.kernel().matcher(kernel).matches()
                        && e.name().matcher(name).matches())
                .map(Entry::reason)
                .findFirst()
                .orElse("The mechanism has not been found yet.");
    }
}
