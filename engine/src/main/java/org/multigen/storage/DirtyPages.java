package org.multigen.storage;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;

/**
 * Which pages of a file are dirty, one bit per page of a chunk that was ever dirty, and since when. Guarded by its monitor, under
 * which the flag of the folio changes too, so that both agree. Kernel: the dirty tag of an address space.
 */
final class DirtyPages {
    private static final int CHUNK_SHIFT = 12;
    private static final int WORDS = (1 << CHUNK_SHIFT) / Long.SIZE;

    /** What {@link #dirty} found. */
    enum Before {
        /** The folio was dirty. */
        DIRTY,
        /** The folio was clean, others of the file were not. */
        CLEAN,
        /** The whole file was clean. */
        ALL_CLEAN
    }

    private @Nullable long[][] chunks = new long[0][];
    private long count;
    private long sinceNs;

    synchronized long count() {
        return count;
    }

    /** When it became dirty after having been clean. Kernel: dirtied_when. */
    synchronized long sinceNs() {
        return sinceNs;
    }

    /** A folio becomes dirty, if it is not. */
    synchronized Before dirty(FolioTable folios, int folio, long index, int pages, long nowNs) {
        if ((folios.set(folio, FolioFlags.DIRTY) & FolioFlags.DIRTY) != 0) {
            return Before.DIRTY;
        }
        return mark(index, pages, nowNs) ? Before.ALL_CLEAN : Before.CLEAN;
    }

    /** A folio becomes clean; false if it was. */
    synchronized boolean clean(FolioTable folios, int folio, long index, int pages) {
        boolean was = (folios.clear(folio, FolioFlags.DIRTY) & FolioFlags.DIRTY) != 0;
        if (was) {
            clear(index, pages);
        }
        return was;
    }

    /** Marks pages; returns true if none was marked before. */
    private boolean mark(long index, int pages, long nowNs) {
        boolean first = count == 0;
        if (first) {
            sinceNs = nowNs;
        }
        for (long i = index; i < index + pages; i++) {
            long[] chunk = chunkFor((int) (i >>> CHUNK_SHIFT));
            int word = word(i);
            count += (chunk[word] >>> i & 1) ^ 1;
            chunk[word] |= 1L << i;
        }
        return first;
    }

    synchronized boolean get(long index) {
        int c = (int) (index >>> CHUNK_SHIFT);
        long[] chunk = c < chunks.length ? chunks[c] : null;
        return chunk != null && (chunk[word(index)] >>> index & 1) != 0;
    }

    private void clear(long index, int pages) {
        for (long i = index; i < index + pages; i++) {
            int c = (int) (i >>> CHUNK_SHIFT);
            long[] chunk = c < chunks.length ? chunks[c] : null;
            if (chunk != null) {
                count -= chunk[word(i)] >>> i & 1;
                chunk[word(i)] &= ~(1L << i);
            }
        }
    }

    /** The first dirty page at or behind an index, or -1. */
    synchronized long next(long from) {
        for (int c = (int) (from >>> CHUNK_SHIFT); c < chunks.length; c++) {
            long[] chunk = chunks[c];
            if (chunk == null) {
                continue;
            }
            long base = (long) c << CHUNK_SHIFT;
            for (int w = base < from ? word(from) : 0; w < WORDS; w++) {
                long bits = chunk[w];
                long at = base + (long) w * Long.SIZE;
                if (at < from) {
                    bits &= -1L << from;
                }
                if (bits != 0) {
                    return at + Long.numberOfTrailingZeros(bits);
                }
            }
        }
        return -1;
    }

    private static int word(long index) {
        return (int) (index & ((1 << CHUNK_SHIFT) - 1)) / Long.SIZE;
    }

    private long[] chunkFor(int c) {
        if (c >= chunks.length) {
            chunks = Arrays.copyOf(chunks, Math.max(c + 1, chunks.length * 2));
        }
        long[] chunk = chunks[c];
        if (chunk == null) {
            chunk = new long[WORDS];
            chunks[c] = chunk;
        }
        return chunk;
    }
}
