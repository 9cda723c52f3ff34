package org.multigen.lab.scenario;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.regex.PatternSyntaxException;

/**
 * Advice that a scenario gives for mappings of files in place of what a recording gave.
 *
 * @param word {@code none}, {@code normal}, {@code random} or {@code sequential}
 * @param files a glob over the whole path, in which {@code *} does not cross a slash and {@code **} does
 */
public record MappingAdvice(String word, String files) {
    private static final int SEQUENTIAL = 2;

    /** @throws IllegalArgumentException if the glob is none; the message says why */
    public MappingAdvice {
        try {
            FileSystems.getDefault().getPathMatcher("glob:" + files);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(e.getDescription(), e);
        }
    }

    /** Whether mappings of this file get it. */
    public boolean appliesTo(String path) {
        return FileSystems.getDefault().getPathMatcher("glob:" + files).matches(Path.of(path));
    }

    /** Number of the advice as of madvise(2), or -1 for none. */
    public int number() {
        return switch (word) {
            case "normal" -> 0;
            case "random" -> 1;
            case "sequential" -> SEQUENTIAL;
            default -> -1;
        };
    }

    /** Whether recorded advice of that number gives way to it: advice on the order of accesses does. */
    public static boolean givesWay(int advice) {
        return advice <= SEQUENTIAL;
    }
}
