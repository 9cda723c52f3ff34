package org.multigen.fidelity.transcript;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a transcript is to be compared: its {@code #KIND} line.
 *
 * @param type exact, exact up to file system metadata, or statistical
 * @param tolerances by the name of the figure, in the order of the line
 * @param text the line without {@code #KIND}
 */
public record Kind(Type type, Map<String, Tolerance> tolerances, String text) {
    private static final Pattern BAND = Pattern.compile("(-\\d+(?:\\.\\d+)?)%\\.\\.\\+?(\\d+(?:\\.\\d+)?)%");
    private static final Pattern SYMMETRIC = Pattern.compile("\\+-(\\d+(?:\\.\\d+)?)%");
    private static final Pattern POINTS = Pattern.compile("\\+-(\\d+(?:\\.\\d+)?)pp");
    private static final Pattern PAGES = Pattern.compile("\\d+");
    private static final Pattern RULE = Pattern.compile("exact|killed_or_not|exact_prefix");

    /** The three kinds of comparison. */
    public enum Type {
        EXACT,
        METADATA,
        STATISTICAL;

        /** The word used in transcripts and reports. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public Kind {
        tolerances = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(tolerances));
    }

    /** The pages by which a file column may differ, 0 unless the kind is metadata. */
    public long filePages() {
        return tolerances.get("file_pages") instanceof Tolerance.Pages p ? p.pages() : 0;
    }

    /**
     * Parses the words behind {@code #KIND}.
     *
     * @throws IllegalArgumentException with what is wrong, for an unknown kind or tolerance
     */
    static Kind parse(String text) {
        String[] words = text.strip().split(" +");
        Type type = switch (words[0]) {
            case "exact" -> Type.EXACT;
            case "metadata" -> Type.METADATA;
            case "statistical" -> Type.STATISTICAL;
            default ->
                throw new IllegalArgumentException(
                        "unknown kind '" + words[0] + "', expected exact, metadata or statistical");
        };
        Map<String, Tolerance> tolerances = new LinkedHashMap<>();
        for (int i = 1; i < words.length; i++) {
            int eq = words[i].indexOf('=');
            if (eq <= 0) {
                throw new IllegalArgumentException("'" + words[i] + "' is not NAME=TOLERANCE");
            }
            tolerances.put(words[i].substring(0, eq), tolerance(words[i].substring(eq + 1)));
        }
        if (type == Type.METADATA && !tolerances.containsKey("file_pages")) {
            throw new IllegalArgumentException("kind metadata without file_pages=N");
        }
        return new Kind(type, tolerances, text.strip());
    }

    private static Tolerance tolerance(String text) {
        Matcher m = BAND.matcher(text);
        if (m.matches()) {
            return new Tolerance.Band(Double.parseDouble(m.group(1)), Double.parseDouble(m.group(2)), text);
        }
        m = SYMMETRIC.matcher(text);
        if (m.matches()) {
            double percent = Double.parseDouble(m.group(1));
            return new Tolerance.Band(-percent, percent, text);
        }
        m = POINTS.matcher(text);
        if (m.matches()) {
            return new Tolerance.Points(Double.parseDouble(m.group(1)), text);
        }
        if (PAGES.matcher(text).matches()) {
            return new Tolerance.Pages(Long.parseLong(text), text);
        }
        if (RULE.matcher(text).matches()) {
            return new Tolerance.Rule(text);
        }
        throw new IllegalArgumentException("unknown tolerance '" + text
                + "', expected -A%..+B%, +-A%, +-App, N, exact, killed_or_not or exact_prefix");
    }
}
