package org.multigen.lab.failure;

import java.util.Collection;
import java.util.Optional;

/** Finds the word that somebody probably meant: the known one with the fewest typing errors. */
public final class Nearest {
    private Nearest() {}

    /**
     * The nearest known word, if it is near at all: at most one error per three letters. Inserting, dropping, replacing a
     * letter, and swapping neighbours, are one error each. Of equally near words the first in iteration order is taken.
     */
    public static Optional<String> to(String word, Collection<String> known) {
        String nearest = null;
        int least = Integer.MAX_VALUE;
        for (String candidate : known) {
            int errors = errors(word, candidate);
            if (errors < least && errors <= Math.max(1, Math.max(word.length(), candidate.length()) / 3)) {
                nearest = candidate;
                least = errors;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** " (did you mean 'x'?)", or nothing: to be appended to a message. */
    public static String hint(String word, Collection<String> known) {
        return to(word, known).map(n -> " (did you mean '" + n + "'?)").orElse("");
    }

    /** The number of typing errors between two words (optimal string alignment). */
    static int errors(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                d[i][j] = i == 0 || j == 0 ? i + j : step(d, a, b, i, j);
            }
        }
        return d[a.length()][b.length()];
    }

    private static int step(int[][] d, String a, String b, int i, int j) {
        int replaced = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best = Math.min(d[i - 1][j - 1] + replaced, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, d[i - 2][j - 2] + 1) : best;
    }
}
