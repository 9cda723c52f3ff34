package org.multigen.lab.bench;

/**
 * How much work a bench does.
 *
 * @param warmups rounds that are not counted
 * @param rounds rounds whose median counts, odd
 * @param shrink sizes are divided by this, a power of two; 1 for figures that mean something
 */
record Effort(int warmups, int rounds, int shrink) {
    static final Effort FULL = new Effort(2, 7, 1);
    /** Shows that everything runs; its figures mean nothing. */
    static final Effort QUICK = new Effort(1, 1, 16);

    int scaled(int n) {
        return n / shrink;
    }
}
