package org.multigen.lab.policy;

import java.util.Arrays;

/**
 * Belady's optimum for caches that admit everything: evicts the block whose next reference is furthest away, one that has none
 * before all others. A block whose next reference is free is as good as one that has none: keeping it saves nothing. No such
 * policy misses less.
 */
final class Optimum {
    private static final int NEVER = Integer.MAX_VALUE;

    private final References r;
    private final int[] next;
    private final boolean[] in;
    /** Next references of blocks in the cache: those that are worth something, and the free ones. */
    private final HighestBit ahead;

    private final HighestBit idle;
    private final int[] done; // blocks in the cache that are never referenced again
    private int finished;

    private Optimum(References r, int capacity) {
        this.r = r;
        next = nextReferences(r);
        in = new boolean[r.distinct()];
        ahead = new HighestBit(Math.max(1, r.count()));
        idle = new HighestBit(r.hasFree() ? r.count() : 1);
        done = new int[capacity];
    }

    static long misses(References r, int capacity) {
        return capacity == 0 ? r.counted() : new Optimum(r, capacity).run(capacity);
    }

    private long run(int capacity) {
        int size = 0;
        long misses = 0;
        for (int i = 0; i < r.count(); i++) {
            int block = r.block(i);
            boolean free = r.free(i);
            if (in[block]) {
                (free ? idle : ahead).remove(i);
            } else {
                misses += free ? 0 : 1;
                if (size < capacity) {
                    size++;
                } else {
                    evict();
                }
                in[block] = true;
            }
            if (next[i] == NEVER) {
                done[finished++] = block;
            } else {
                (r.free(next[i]) ? idle : ahead).add(next[i]);
            }
        }
        return misses;
    }

    private void evict() {
        if (finished > 0) {
            in[done[--finished]] = false;
            return;
        }
        HighestBit from = idle.isEmpty() ? ahead : idle;
        int victim = from.highest();
        from.remove(victim);
        in[r.block(victim)] = false;
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
