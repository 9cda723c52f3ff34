package org.multigen.walk;

import org.multigen.base.Bits;

/**
 * The pair of filters of one lruvec that remember which page-table entries above the leaves are worth descending: one per
 * parity of the generation number. Kernel: mm/vmscan.c test_bloom_filter.
 *
 * <p>A filter that does not exist answers yes to everything. Bits are set atomically; {@link #reset} is called by the first
 * walker of an iteration, before others test that filter.
 */
public final class BloomFilter {
    /** log2 of the bits of a filter, the kernel's choice. */
    public static final int DEFAULT_SHIFT = 15;

    private static final int FILTERS = 2;
    private static final long GOLDEN_RATIO_64 = 0x61C8864680B583EBL;

    private final int shift;
    private final boolean enabled;
    private final Bits[] filters = new Bits[FILTERS];

    /**
     * @param shift log2 of the bits, 3..15
     * @param enabled false: no filter is ever made, so every test says yes
     */
    public BloomFilter(int shift, boolean enabled) {
        this.shift = shift;
        this.enabled = enabled;
    }

    /** Clears the filter of a generation, making it if need be. */
    public void reset(long seq) {
        if (!enabled) {
            return;
        }
        int i = index(seq);
        if (filters[i] == null) {
            filters[i] = new Bits(1 << shift);
        } else {
            filters[i].clear();
        }
    }

    /** May the entry be worth descending? */
    public boolean test(long seq, long key) {
        Bits f = filters[index(seq)];
        if (f == null) {
            return true;
        }
        long hash = hash(key);
        return f.get(low(hash)) && f.get(high(hash));
    }

    public void insert(long seq, long key) {
        Bits f = filters[index(seq)];
        if (f == null) {
            return;
        }
        long hash = hash(key);
        f.set(low(hash));
        f.set(high(hash));
    }

    private static int index(long seq) {
        return (int) (seq & (FILTERS - 1));
    }

    private long hash(long key) {
        return (key * GOLDEN_RATIO_64) >>> (64 - 2 * shift);
    }

    private int low(long hash) {
        return (int) (hash & ((1L << shift) - 1));
    }

    private int high(long hash) {
        return (int) (hash >>> shift);
    }
}
