package org.multigen.lab.trace;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A set of page numbers in which each page has a few bits; bitmaps of 512 pages, found through a hash table. */
public final class PageSet {
    private static final int CHUNK_SHIFT = 9;
    private static final int CHUNK_MASK = (1 << CHUNK_SHIFT) - 1;

    // Chunks used lately, by the low bits of their key: most touches go to a few chunks in turn.
    private static final int NEAR = 256;

    private final Map<Long, byte[]> chunks = new HashMap<>();
    private final long[] nearKey = new long[NEAR];
    private final byte[][] near = new byte[NEAR][];

    /** An empty set. */
    public PageSet() {
        Arrays.fill(nearKey, -1);
    }

    /** The bits of a page, 0 when it is not in the set. */
    public int get(long page) {
        byte[] c = find(page >>> CHUNK_SHIFT);
        return c == null ? 0 : c[(int) page & CHUNK_MASK];
    }

    /** Adds bits to a page and returns those it had. */
    public int add(long page, int bits) {
        byte[] c = find(page >>> CHUNK_SHIFT);
        if (c == null) {
            c = new byte[1 << CHUNK_SHIFT];
            chunks.put(page >>> CHUNK_SHIFT, c);
            remember(page >>> CHUNK_SHIFT, c);
        }
        int at = (int) page & CHUNK_MASK;
        int had = c[at];
        c[at] = (byte) (had | bits);
        return had;
    }

    /** What to do with a page that {@link #clear} met. */
    public interface Visitor {
        /** The page has just lost some of these bits. */
        void visit(long page, int had);
    }

    /** Takes bits from every page of a range that has any. */
    public void clear(long page, long pages, int bits, Visitor visitor) {
        long end = page + pages;
        if ((pages >>> CHUNK_SHIFT) > chunks.size()) {
            for (Map.Entry<Long, byte[]> e : List.copyOf(chunks.entrySet())) { // the visitor may add chunks
                long start = e.getKey() << CHUNK_SHIFT;
                clearChunk(
                        e.getValue(),
                        start,
                        Math.max(page, start),
                        Math.min(end, start + CHUNK_MASK + 1),
                        bits,
                        visitor);
            }
            return;
        }
        for (long key = page >>> CHUNK_SHIFT; key << CHUNK_SHIFT < end; key++) {
            byte[] c = chunks.get(key);
            long start = key << CHUNK_SHIFT;
            if (c != null) {
                clearChunk(c, start, Math.max(page, start), Math.min(end, start + CHUNK_MASK + 1), bits, visitor);
            }
        }
    }

    private static void clearChunk(byte[] c, long start, long from, long to, int bits, Visitor visitor) {
        for (long p = from; p < to; p++) {
            int at = (int) (p - start);
            int had = c[at];
            if ((had & bits) != 0) {
                c[at] = (byte) (had & ~bits);
                visitor.visit(p, had);
            }
        }
    }

    private byte @Nullable [] find(long key) {
        int i = (int) key & NEAR - 1;
        if (nearKey[i] == key) {
            return near[i];
        }
        byte[] c = chunks.get(key);
        if (c != null) {
            remember(key, c);
        }
        return c;
    }

    private void remember(long key, byte[] c) {
        int i = (int) key & NEAR - 1;
        nearKey[i] = key;
        near[i] = c;
    }
}
