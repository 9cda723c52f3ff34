package org.multigen.lab.scenario;

import java.util.OptionalInt;

/** The notations of {@code lru_gen.enabled}. */
final class LruGenBits {
    /** Every capability: 0x1 the LRU itself, 0x2 leaf accessed bits cleared by walks, 0x4 non-leaf ones. */
    static final int ALL = 7;

    private LruGenBits() {}

    static OptionalInt parse(String text) {
        if (text.equalsIgnoreCase("y")) {
            return OptionalInt.of(ALL);
        }
        if (text.equalsIgnoreCase("n")) {
            return OptionalInt.of(0);
        }
        if (text.matches("(0[xX])?0*[0-7]")) {
            return OptionalInt.of(text.charAt(text.length() - 1) - '0');
        }
        return OptionalInt.empty();
    }
}
