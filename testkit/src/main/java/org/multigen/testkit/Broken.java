package org.multigen.testkit;

/**
 * A broken invariant.
 *
 * @param rule the invariant, in a few words
 * @param detail what was found where
 */
public record Broken(String rule, String detail) {
    @Override
    public String toString() {
        return rule + ": " + detail;
    }
}
