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
    /** Per node of the kernel's tree the number of the group that pays for it; 0: it does not exist. */
    private int[] nodeOwners = new int[0];

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

    // ---- nodes of the kernel's tree, which are kernel memory: they stay while the file has pages or shadows in them

    static final int NODE_SHIFT = 6;
    /** Size of one. */
    static final long NODE_BYTES = 576;

    /** Notes who pays for the node of an index; false if it exists. */
    synchronized boolean takeNode(long index, int owner) {
        int node = (int) (index >>> NODE_SHIFT);
        if (node >= nodeOwners.length) {
            nodeOwners = Arrays.copyOf(nodeOwners, Math.max(node + 1, nodeOwners.length * 2));
        }
        if (nodeOwners[node] != 0) {
            return false;
        }
        nodeOwners[node] = owner;
        return true;
    }

    /** The owner of the last node that lies behind an index, which is gone now; 0 if there is none. */
    synchronized int dropNodeBehind(long index) {
        int first = (int) (index + (1 << NODE_SHIFT) - 1 >>> NODE_SHIFT);
        for (int node = nodeOwners.length - 1; node >= first; node--) {
            int owner = nodeOwners[node];
            if (owner != 0) {
                nodeOwners = Arrays.copyOf(nodeOwners, node);
                return owner;
            }
        }
        return 0;
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
