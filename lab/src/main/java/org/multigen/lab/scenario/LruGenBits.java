package org.multigen.lab.scenario;

import java.util.OptionalInt;

/** The notations of {@code lru_gen.enabled}. */
final class LruGenBits {
    /** Every capability: 0x1 the LRU itself, 0x2 leaf accessed bits cleared by walks, 0x4 non-leaf ones, 0x8 guests' too. */
    static final int ALL = 15;

    /** Walks ask guests; only some ageing policies have it. */
    static final int SECONDARY = 8;

    private LruGenBits() {}

    static OptionalInt parse(String text) {
        if (text.equalsIgnoreCase("y")) {
            return OptionalInt.of(ALL);
        }
        if (text.equalsIgnoreCase("n")) {
            return OptionalInt.of(0);
        }
        if (text.matches("0[xX]0*[0-9a-fA-F]|0*[0-9]|0*1[0-5]")) {
            boolean hex = text.length() > 1 && Character.toLowerCase(text.charAt(1)) == 'x';
            return OptionalInt.of(hex ? Integer.parseInt(text.substring(2), 16) : Integer.parseInt(text));
        }
        return OptionalInt.empty();
    }
}
