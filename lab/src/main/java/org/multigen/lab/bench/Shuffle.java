package org.multigen.lab.bench;

import org.multigen.base.Rng;

/** Numbers in random order, the same on every run. */
final class Shuffle {
    private Shuffle() {}

    /** 0 to n - 1, each once. */
    static int[] of(int n) {
        int[] order = new int[n];
        Rng rng = new Rng(1);
        for (int i = 0; i < n; i++) {
            int j = (int) rng.below(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
