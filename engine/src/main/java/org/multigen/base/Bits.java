package org.multigen.base;

import java.util.concurrent.atomic.AtomicLongArray;

/** A bitmap whose bits are set atomically. */
public final class Bits {
    private final AtomicLongArray words;

    /**
     * @param bits size, a multiple of 64 or less than 64
     */
    public Bits(int bits) {
        words = new AtomicLongArray((bits + 63) / 64);
    }

    public boolean get(int i) {
        return (words.getOpaque(i >>> 6) & 1L << i) != 0;
    }

    public void set(int i) {
        long mask = 1L << i;
        int w = i >>> 6;
        long old = words.getOpaque(w);
        while ((old & mask) == 0 && !words.weakCompareAndSetVolatile(w, old, old | mask)) {
            old = words.getOpaque(w);
        }
    }

    /** Clears one bit, atomically. */
    public void clear(int i) {
        words.getAndAccumulate(i >>> 6, ~(1L << i), (old, keep) -> old & keep);
    }

    /** Clears all; not atomic as a whole. */
    public void clear() {
        for (int i = 0; i < words.length(); i++) {
            words.setOpaque(i, 0);
        }
    }
}
