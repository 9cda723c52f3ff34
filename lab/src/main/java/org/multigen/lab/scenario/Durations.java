package org.multigen.lab.scenario;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Virtual times as a scenario writes them: {@code 5s}, {@code 250ms}, {@code 10us}, {@code 100ns}, {@code 2min}, {@code 0}. */
final class Durations {
    static final String REGEX = "(0|[0-9]+(\\.[0-9]+)?(ns|us|ms|s|min))";

    private static final Pattern FORM = Pattern.compile(REGEX);

    private Durations() {}

    /** Nanoseconds; empty if the text is no time, or one beyond 2^62 ns. */
    static OptionalLong parse(String text) {
        Matcher m = FORM.matcher(text);
        if (!m.matches()) {
            return OptionalLong.empty();
        }
        String unit = m.group(3);
        if (unit == null) {
            return OptionalLong.of(0);
        }
        double ns = Double.parseDouble(text.substring(0, m.start(3))) * factor(unit);
        return ns <= 0x1p62 ? OptionalLong.of(Math.round(ns)) : OptionalLong.empty();
    }

    private static double factor(String unit) {
        return switch (unit) {
            case "ns" -> 1;
            case "us" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            default -> 60e9;
        };
    }
}
