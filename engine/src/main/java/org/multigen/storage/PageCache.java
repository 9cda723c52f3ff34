package org.multigen.storage;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Guard;
import org.multigen.base.LockClass;
import org.multigen.base.Locks;
import org.multigen.memory.FolioTable;

/**
 * The pages of one file: for each index a folio, a shadow, a swap slot, or nothing. Kernel: struct address_space, its xarray.
 *
 * <p>8 bytes per page of a chunk that was used. Guarded by a lock of its own; a reference to a folio
 * that it holds is taken under that lock ({@link #hold}).
 */
public final class PageCache {
    private static final int CHUNK_SHIFT = 9;
    private static final int CHUNK = 1 << CHUNK_SHIFT;

    private @Nullable long[][] chunks = new long[0][];
    /** Changed under the guard. */
    private final AtomicLong present = new AtomicLong();

    private Guard guard = Locks.VIRTUAL.guard(LockClass.FILE);
    /** Per node of the kernel's tree the number of the group that pays for it; 0: it does not exist. Chunks: files are sparse. */
    private @Nullable int[][] nodeOwners = new int[0][];
    /** No node lies behind this one. */
    private int lastNode = -1;

    /** Pages present. */
    public long present() {
        return present.getAcquire();
    }

    public long get(long index) {
        guard.lock();
        long entry = look(index);
        guard.unlock();
        return entry;
    }

    private long look(long index) {
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

    /** Takes a reference to the folio of a page, if that is what the index holds. */
    boolean hold(FolioTable folios, long index, int frame) {
        guard.lock();
        boolean there = look(index) == Shadow.folio(frame);
        if (there) {
            folios.get(folios.folioOf(frame));
        }
        guard.unlock();
        return there;
    }

    /** Takes a reference to the folio of the page that an index holds: the page, or {@link FolioTable#NONE}. */
    int holdPage(FolioTable folios, long index) {
        guard.lock();
        int page = page(index);
        if (page != FolioTable.NONE) {
            folios.get(folios.folioOf(page));
        }
        guard.unlock();
        return page;
    }

    /** Set before anybody looks. */
    void use(Locks locks) {
        guard = locks.guard(LockClass.FILE);
    }

    /** For several steps at once. */
    void lock() {
        guard.lock();
    }

    void unlock() {
        guard.unlock();
    }

    /** The first index at or behind one that has an entry of any kind, or -1. */
    public long nextUsed(long from) {
        guard.lock();
        long next = next(from);
        guard.unlock();
        return next;
    }

    private long next(long from) {
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
    boolean takeNode(long index, int owner) {
        guard.lock();
        boolean taken = take(index, owner);
        guard.unlock();
        return taken;
    }

    private boolean take(long index, int owner) {
        int node = (int) (index >>> NODE_SHIFT);
        int c = node >>> CHUNK_SHIFT;
        if (c >= nodeOwners.length) {
            nodeOwners = Arrays.copyOf(nodeOwners, Math.max(c + 1, nodeOwners.length * 2));
        }
        int[] chunk = nodeOwners[c];
        if (chunk == null) {
            chunk = new int[CHUNK];
            nodeOwners[c] = chunk;
        }
        if (chunk[node & CHUNK - 1] != 0) {
            return false;
        }
        chunk[node & CHUNK - 1] = owner;
        lastNode = Math.max(lastNode, node);
        return true;
    }

    /** The owner of the last node that lies behind an index, which is gone now; 0 if there is none. */
    int dropNodeBehind(long index) {
        guard.lock();
        int owner = drop(index);
        guard.unlock();
        return owner;
    }

    private int drop(long index) {
        int first = (int) (index + (1 << NODE_SHIFT) - 1 >>> NODE_SHIFT);
        while (lastNode >= first) {
            int node = lastNode--;
            int[] chunk = nodeOwners[node >>> CHUNK_SHIFT];
            if (chunk == null) {
                lastNode = (node & -CHUNK) - 1;
            } else if (chunk[node & CHUNK - 1] != 0) {
                int owner = chunk[node & CHUNK - 1];
                chunk[node & CHUNK - 1] = 0;
                return owner;
            }
        }
        return 0;
    }

    /** Stores an entry; returns the one before. */
    long set(long index, long entry) {
        guard.lock();
        long old = put(index, entry);
        guard.unlock();
        return old;
    }

    private long put(long index, long entry) {
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
        present.setRelease(present.getPlain() + (Shadow.isFolio(entry) ? 1 : 0) - (Shadow.isFolio(old) ? 1 : 0));
        return old;
    }
}
