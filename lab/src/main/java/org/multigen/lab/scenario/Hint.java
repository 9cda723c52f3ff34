package org.multigen.lab.scenario;

import java.util.Collection;
import java.util.Optional;
import org.multigen.lab.failure.Nearest;

/** The clause with which messages about scenarios name the word that was probably meant. */
final class Hint {
    private Hint() {}

    /** {@code , did you mean "x"?}, or nothing. */
    static String of(String word, Collection<String> known) {
        return clause(Nearest.to(word, known));
    }

    static String clause(Optional<String> nearest) {
        return nearest.map(n -> ", did you mean \"" + n + "\"?").orElse("");
    }
}
