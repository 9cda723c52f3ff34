package org.multigen.lab.explain;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A word per page, 0 at first; room is taken for the 512 pages around each page that was set. */
final class PageWords {
    private static final int SHIFT = 9;
    private static final int PAGES = 1 << SHIFT;
    private static final long EMPTY = Long.MIN_VALUE;

    private long[] keys = new long[64];
    private long[][] chunks = new long[64][];
    private int used;
    private long lastKey = EMPTY;
    private long[] last = new long[0];

    PageWords() {
        Arrays.fill(keys, EMPTY);
    }

    long get(long page) {
        long[] chunk = find(page >>> SHIFT);
        return chunk == null ? 0 : chunk[(int) page & PAGES - 1];
    }

    void set(long page, long word) {
        chunk(page >>> SHIFT)[(int) page & PAGES - 1] = word;
    }

    /** Adds 1 and returns the sum. */
    long increment(long page) {
        return ++chunk(page >>> SHIFT)[(int) page & PAGES - 1];
    }

    /** First pages of the chunks that hold anything, ascending. */
    long[] chunkStarts() {
        long[] starts =
                Arrays.stream(keys).filter(k -> k != EMPTY).map(k -> k << SHIFT).toArray();
        Arrays.sort(starts);
        return starts;
    }

    private long @Nullable [] find(long key) {
        if (key == lastKey) {
            return last;
        }
        int i = slot(key);
        if (keys[i] != key) {
            return null;
        }
        lastKey = key;
        last = chunks[i];
        return last;
    }

    private long[] chunk(long key) {
        long[] found = find(key);
        if (found != null) {
            return found;
        }
        if (++used * 2 > keys.length) {
            grow();
        }
        int i = slot(key);
        keys[i] = key;
        chunks[i] = new long[PAGES];
        lastKey = key;
        last = chunks[i];
        return last;
    }

    private int slot(long key) {
        int i = (int) (key * 0x9E3779B97F4A7C15L >>> 40) & keys.length - 1;
        while (keys[i] != key && keys[i] != EMPTY) {
            i = i + 1 & keys.length - 1;
        }
        return i;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[][] oldChunks = chunks;
        keys = new long[oldKeys.length * 2];
        chunks = new long[keys.length][];
        Arrays.fill(keys, EMPTY);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != EMPTY) {
                int to = slot(oldKeys[i]);
                keys[to] = oldKeys[i];
                chunks[to] = oldChunks[i];
            }
        }
    }
}
