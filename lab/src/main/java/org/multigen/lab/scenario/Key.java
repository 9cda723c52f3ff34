package org.multigen.lab.scenario;

import java.util.List;

/**
 * One key of a scenario.
 *
 * @param path segments joined by dots; a segment in capitals stands for a name that the user chooses
 * @param type what its value may look like
 * @param fallback its default, in words where it is computed; empty if there is none
 * @param unit unit of a bare number, empty if it has none
 * @param meaning one or two sentences for the reference
 * @param place whether a variant may override it
 */
public record Key(String path, ValueType type, String fallback, String unit, String meaning, Place place) {

    /** Where a key may stand. */
    public enum Place {
        /** At the top of the file only. */
        FILE,
        /** At the top, in a variant, and in {@code --set}. */
        ANYWHERE
    }

    /** The path's segments. */
    public List<String> segments() {
        return List.of(path.split("\\."));
    }

    /** Whether a segment stands for a name that the user chooses. */
    static boolean isName(String segment) {
        return segment.equals(segment.toUpperCase(java.util.Locale.ROOT)) && Character.isUpperCase(segment.charAt(0));
    }

    /** The first segment: what the reference groups by. */
    public String section() {
        return segments().getFirst();
    }
}
