package org.multigen.storage;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.multigen.memory.FolioTable;

/**
 * The pages of one file: for each index a folio, a shadow, a swap slot, or nothing. Kernel: struct address_space, its xarray.
 *
 * <p>8 bytes per page of a chunk that was used. Guarded by its monitor.
 */
public final class PageCache {
    private static final int CHUNK_SHIFT = 9;
    private static final int CHUNK = 1 << CHUNK_SHIFT;

    private @Nullable long[][] chunks = new long[0][];
    private long present;

    /** Pages present. */
    public long present() {
        return present;
    }

    public synchronized long get(long index) {
        int c = (int) (index >>> CHUNK_SHIFT);
        if (c >= chunks.length) {
            return 0;
        }
        long[] chunk = chunks[c];
        return chunk == null ? 0 : chunk[(int) index & (CHUNK - 1)];
    }

    /** The folio's page at an index (a tail page for large folios), or {@link FolioTable#NONE}. */
    public int page(long index) {
        long e = get(index);
        return Shadow.isFolio(e) ? Shadow.pfn(e) : FolioTable.NONE;
    }

    /** The first index at or behind one that has an entry of any kind, or -1. */
    public synchronized long nextUsed(long from) {
        for (long i = from; i >>> CHUNK_SHIFT < chunks.length; i++) {
            long[] chunk = chunks[(int) (i >>> CHUNK_SHIFT)];
            if (chunk == null) {
                i |= CHUNK - 1;
            } else if (chunk[(int) i & (CHUNK - 1)] != 0) {
                return i;
            }
        }
        return -1;
    }

    /** Stores an entry; returns the one before. */
    synchronized long set(long index, long entry) {
        int c = (int) (index >>> CHUNK_SHIFT);
        if (c >= chunks.length) {
            chunks = Arrays.copyOf(chunks, Math.max(c + 1, chunks.length * 2));
        }
        long[] chunk = chunks[c];
        if (chunk == null) {
            if (entry == 0) {
                return 0;
            }
            chunk = new long[CHUNK];
            chunks[c] = chunk;
        }
        int i = (int) index & (CHUNK - 1);
        long old = chunk[i];
        chunk[i] = entry;
        present += (Shadow.isFolio(entry) ? 1 : 0) - (Shadow.isFolio(old) ? 1 : 0);
        return old;
    }
}
