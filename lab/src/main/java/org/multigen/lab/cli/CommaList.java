package org.multigen.lab.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.multigen.lab.failure.Failure;

/** Options whose values are lists joined by commas. */
public final class CommaList {
    private CommaList() {}

    /**
     * The words of an option that may be given several times, each word once.
     *
     * @throws Failure if a word is missing, as in {@code a,,b}
     */
    public static List<String> of(String option, List<String> given) {
        Set<String> words = new LinkedHashSet<>();
        for (String list : given) {
            for (String word : list.split(",", -1)) {
                if (word.isBlank()) {
                    throw Failure.usage(option + " '" + list + "': a word is missing, expected words joined by commas");
                }
                words.add(word.strip());
            }
        }
        return new ArrayList<>(words);
    }
}
