package org.multigen.lab.policy;

import java.util.Arrays;

/**
 * Belady's optimum for caches that admit everything: evicts the block whose next reference is furthest away, one that has none
 * before all others. No such policy misses less.
 */
final class Optimum {
    private static final int NEVER = Integer.MAX_VALUE;

    private Optimum() {}

    static long misses(References r, int capacity) {
        if (capacity == 0) {
            return r.count();
        }
        int[] next = nextReferences(r);
        boolean[] in = new boolean[r.distinct()];
        HighestBit ahead = new HighestBit(Math.max(1, r.count()));
        int[] done = new int[capacity]; // blocks in the cache that are never referenced again
        int finished = 0;
        int size = 0;
        long misses = 0;
        for (int i = 0; i < r.count(); i++) {
            int block = r.block(i);
            if (in[block]) {
                ahead.remove(i);
            } else {
                misses++;
                if (size < capacity) {
                    size++;
                } else if (finished > 0) {
                    in[done[--finished]] = false;
                } else {
                    int victim = ahead.highest();
                    ahead.remove(victim);
                    in[r.block(victim)] = false;
                }
                in[block] = true;
            }
            if (next[i] == NEVER) {
                done[finished++] = block;
            } else {
                ahead.add(next[i]);
            }
        }
        return misses;
    }

    private static int[] nextReferences(References r) {
        int[] next = new int[r.count()];
        int[] last = new int[r.distinct()];
        Arrays.fill(last, NEVER);
        for (int i = r.count() - 1; i >= 0; i--) {
            next[i] = last[r.block(i)];
            last[r.block(i)] = i;
        }
        return next;
    }
}
