package org.multigen.lab.scenario;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The known word nearest to a mistyped one. */
public final class Nearest {
    private Nearest() {}

    /** The candidate with the fewest edits, if they are at most a third of the word. */
    public static Optional<String> to(String word, Collection<String> candidates) {
        return candidates.stream()
                .min(Comparator.<String>comparingInt(c -> edits(word, c)).thenComparing(c -> c))
                .filter(c -> edits(word, c) <= Math.max(1, word.length() / 3));
    }

    /** A clause for a message: {@code , did you mean "x"?}, or nothing. */
    public static String hint(String word, Collection<String> candidates) {
        return to(word, candidates).map(Nearest::clause).orElse("");
    }

    static String clause(String word) {
        return ", did you mean \"" + word + "\"?";
    }

    /** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
    private static int edits(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                d[i][j] = i == 0 ? j : j == 0 ? i : step(d, a, b, i, j);
            }
        }
        return d[a.length()][b.length()];
    }

    private static int step(int[][] d, String a, String b, int i, int j) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int best = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + (same ? 0 : 1));
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, d[i - 2][j - 2] + 1) : best;
    }
}
