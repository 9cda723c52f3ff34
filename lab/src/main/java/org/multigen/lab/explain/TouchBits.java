package org.multigen.lab.explain;

import java.util.ArrayList;
import java.util.List;

/** A bit per touch of a task. */
final class TouchBits {
    private static final int SHIFT = 20;
    private static final int WORDS = 1 << SHIFT - 6;

    private final List<long[]> blocks = new ArrayList<>();

    void set(long touch) {
        int block = (int) (touch >>> SHIFT);
        while (blocks.size() <= block) {
            blocks.add(new long[WORDS]);
        }
        blocks.get(block)[word(touch)] |= 1L << touch;
    }

    boolean get(long touch) {
        int block = (int) (touch >>> SHIFT);
        return block < blocks.size() && (blocks.get(block)[word(touch)] >>> touch & 1) != 0;
    }

    private static int word(long touch) {
        return (int) (touch >>> 6) & WORDS - 1;
    }
}
