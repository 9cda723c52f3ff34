package org.multigen.lab.explain;

import java.util.Arrays;

/** A growing list of words. */
final class Longs {
    private long[] words = new long[16];
    private int size;

    void add(long word) {
        if (size == words.length) {
            words = Arrays.copyOf(words, size * 2);
        }
        words[size++] = word;
    }

    long get(int i) {
        return words[i];
    }

    int size() {
        return size;
    }
}
