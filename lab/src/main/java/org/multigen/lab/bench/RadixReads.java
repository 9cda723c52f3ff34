package org.multigen.lab.bench;

/**
 * The loads of a page-table descent without its meaning: four arrays of 512 words deep, three small ones and one as large as all
 * leaf tables, read at random. No touch can be faster than this.
 */
final class RadixReads {
    private static final int FANOUT = 512;
    private static final int LEVELS = 4;

    private final int[] words;
    private final int leaves;
    private long sum;

    /**
     * @param pages pages that the leaf tables cover, at most 2^18
     */
    RadixReads(int pages) {
        int tables = (pages + FANOUT - 1) / FANOUT;
        leaves = (LEVELS - 1) * FANOUT;
        words = new int[2 * (leaves + tables * FANOUT)];
        words[0] = 2 * FANOUT;
        words[2 * FANOUT] = 4 * FANOUT;
        for (int i = 0; i < tables; i++) {
            words[4 * FANOUT + 2 * i] = 2 * (leaves + i * FANOUT);
        }
    }

    /** Descends to each of these pages; the descents done. */
    long descend(int[] order, int times) {
        long s = 0;
        for (int t = 0; t < times; t++) {
            for (int page : order) {
                int top = words[(page >>> 27) << 1];
                int middle = words[top + ((page >>> 18 & FANOUT - 1) << 1)];
                int table = words[middle + ((page >>> 9 & FANOUT - 1) << 1)];
                s += words[table + ((page & FANOUT - 1) << 1)];
            }
        }
        sum += s;
        return (long) times * order.length;
    }

    /** Keeps the reads from being optimized away. */
    long sum() {
        return sum;
    }
}
