package org.multigen.lab.policy;

/** A set of small numbers whose greatest is found at once: bits under a tree of summaries, 64 to one. */
final class HighestBit {
    private final long[][] levels;

    HighestBit(int size) {
        int depth = 1;
        for (int n = words(size); n > 1; n = words(n)) {
            depth++;
        }
        levels = new long[depth][];
        int n = size;
        for (int i = 0; i < depth; i++) {
            n = words(n);
            levels[i] = new long[n];
        }
    }

    private static int words(int bits) {
        return Math.max(1, (bits + 63) >>> 6);
    }

    void add(int number) {
        int n = number;
        for (long[] level : levels) {
            level[n >>> 6] |= 1L << n;
            n >>>= 6;
        }
    }

    void remove(int number) {
        int n = number;
        for (long[] level : levels) {
            level[n >>> 6] &= ~(1L << n);
            if (level[n >>> 6] != 0) {
                return;
            }
            n >>>= 6;
        }
    }

    boolean isEmpty() {
        return levels[levels.length - 1][0] == 0;
    }

    /** The greatest number; the set must not be empty. */
    int highest() {
        int n = 0;
        for (int i = levels.length - 1; i >= 0; i--) {
            n = n << 6 | 63 - Long.numberOfLeadingZeros(levels[i][n]);
        }
        return n;
    }
}
