package org.multigen.pagetable;

import org.multigen.base.OffHeap;
import org.multigen.base.Words;

/**
 * Memory of all page tables: 4 KiB of 512 entries each, named by number, contiguous in address space.
 *
 * <p>A second array keeps, per table, the number of entries in use and the frame it is accounted to. Tables are given out and
 * taken back under the monitor.
 */
public final class TablePool implements AutoCloseable {
    static final int ENTRIES = 512;
    static final int TABLE_BYTES = 4096;

    private final long tables;
    private final long used;
    private final long frames;
    private final int max;
    private int next = 1;
    private int freeList;

    /**
     * @param max most tables that can exist at once; costs address space only
     */
    public TablePool(int max) {
        this.max = max;
        this.tables = OffHeap.reserve((long) max * TABLE_BYTES);
        this.used = OffHeap.reserve((long) max * 4);
        this.frames = OffHeap.reserve((long) max * 4);
    }

    /** A zeroed table; table 0 is never given out. */
    synchronized int take(int frame) {
        int table;
        if (freeList != 0) {
            table = freeList;
            freeList = (int) Words.getLong(address(table));
            Words.setLong(address(table), 0);
        } else {
            if (next == max) {
                throw new IllegalStateException("more than " + max + " page tables");
            }
            table = next++;
        }
        Words.setInt(frames + 4L * table, frame);
        Words.setInt(used + 4L * table, 0);
        return table;
    }

    /** Takes back a table whose entries are all zero; returns the frame it was accounted to. */
    synchronized int give(int table) {
        Words.setLong(address(table), freeList);
        freeList = table;
        return Words.getInt(frames + 4L * table);
    }

    /** Address of the first entry of a table. */
    public long address(int table) {
        return tables + (long) table * TABLE_BYTES;
    }

    /** A number that names an entry, the same on every run; key of the Bloom filters. */
    public long entryId(long entryAddress) {
        return (entryAddress - tables) >>> 3;
    }

    /** Counts an entry in or out of a table; returns the entries in use. */
    int addUsed(int table, int delta) {
        return Words.addInt(used + 4L * table, delta);
    }

    /** The frame that a table is accounted to. */
    int frameOf(int table) {
        return Words.getInt(frames + 4L * table);
    }

    int tableOf(long entryAddress) {
        return (int) ((entryAddress - tables) / TABLE_BYTES);
    }

    @Override
    public void close() {
        OffHeap.release(tables);
        OffHeap.release(used);
        OffHeap.release(frames);
    }
}
