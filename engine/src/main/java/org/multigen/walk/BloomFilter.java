package org.multigen.walk;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Bits;

/**
 * The pair of filters of one lruvec that remember which page-table entries above the leaves are worth descending: one per
 * parity of the generation number. Kernel: mm/vmscan.c test_bloom_filter.
 *
 * <p>A filter that does not exist answers yes to everything. Bits are set atomically; {@link #reset} is called by the first
 * walker of an iteration, for the generation after the one that it walks: nobody tests that filter yet. benign race: another walker
 * of the same iteration, or a look-around, may insert while it is cleared; at worst the next walk passes a table over
 * ({@code BloomFilterStress}).
 */
public final class BloomFilter {
    private static final int FILTERS = 2;
    private static final long GOLDEN_RATIO_64 = 0x61C8864680B583EBL;

    /** One filter; its size is fixed. */
    private static final class Filter {
        final int shift;
        final Bits bits;
        /** Keys that set a bit. */
        final AtomicLong insertions = new AtomicLong();

        Filter(int shift) {
            this.shift = shift;
            this.bits = new Bits(1 << shift);
        }

        void clear() {
            bits.clear();
            insertions.set(0);
        }
    }

    private final FilterSettings settings;
    private final AtomicReferenceArray<@Nullable Filter> filters = new AtomicReferenceArray<>(FILTERS);

    public BloomFilter(FilterSettings settings) {
        this.settings = settings;
    }

    /** Clears the filter of a generation, making it if need be. Kernel: reset_bloom_filter. */
    public void reset(long seq) {
        if (!settings.on()) {
            return;
        }
        Filter last = filters.get(index(seq - 1));
        int shift = settings.shiftFor(last == null ? 0 : last.insertions.get());
        Filter f = filters.get(index(seq));
        if (f == null || f.shift != shift) {
            filters.set(index(seq), new Filter(shift));
        } else {
            f.clear();
        }
    }

    /** The walk of a generation has ended: nobody tests its filter any more. */
    void walked(long seq) {
        if (!settings.spare()) {
            filters.set(index(seq), null);
        }
    }

    /** Frees both; every test says yes until the next {@link #reset}. */
    void free() {
        filters.set(0, null);
        filters.set(1, null);
    }

    /** May the entry be worth descending? */
    public boolean test(long seq, long key) {
        Filter f = filters.get(index(seq));
        if (f == null) {
            return true;
        }
        long hash = hash(key, f.shift);
        return f.bits.get(low(hash, f.shift)) && f.bits.get(high(hash, f.shift));
    }

    /** Kernel: update_bloom_filter. */
    public void insert(long seq, long key) {
        Filter f = filters.get(index(seq));
        if (f == null) {
            return;
        }
        long hash = hash(key, f.shift);
        int low = low(hash, f.shift);
        int high = high(hash, f.shift);
        if (!f.bits.get(low) || !f.bits.get(high)) {
            f.bits.set(low);
            f.bits.set(high);
            f.insertions.incrementAndGet();
        }
    }

    /** Bytes that the filters take at the moment. */
    public long bytes() {
        long sum = 0;
        for (int i = 0; i < FILTERS; i++) {
            Filter f = filters.get(i);
            sum += f == null ? 0 : Math.max(1L << f.shift, Long.SIZE) / Byte.SIZE;
        }
        return sum;
    }

    private static int index(long seq) {
        return (int) (seq & (FILTERS - 1));
    }

    private long hash(long key, int shift) {
        long mixed = switch (settings.hash()) {
            case GOLDEN_RATIO -> key * GOLDEN_RATIO_64;
            case MURMUR -> murmur(key);
        };
        return mixed >>> (Long.SIZE - 2 * shift);
    }

    private static long murmur(long key) {
        long h = key;
        h = (h ^ h >>> 33) * 0xFF51AFD7ED558CCDL;
        h = (h ^ h >>> 33) * 0xC4CEB9FE1A85EC53L;
        return h ^ h >>> 33;
    }

    private static int low(long hash, int shift) {
        return (int) (hash & ((1L << shift) - 1));
    }

    private static int high(long hash, int shift) {
        return (int) (hash >>> shift);
    }
}
