package org.multigen.guest;

import org.multigen.base.OffHeap;
import org.multigen.base.Words;

/**
 * Memory of a guest's tables: 4 KiB of 512 entries, named by number. A table that is free is full of {@link #POISON} when checks
 * are on, so that whoever still reads it finds out. Guarded by its monitor.
 */
final class TableArena implements AutoCloseable {
    static final int ENTRIES = 512;
    static final int TABLE_BYTES = 4096;
    /** Neither empty nor present, and no frame looks like it. */
    static final long POISON = 0xdead_0000_0000_4ea0L;

    private final long base;
    private final int max;
    private final boolean poisons;
    private int next = 1;
    private int freeList;
    private int used;

    /**
     * @param max most tables at once, those that wait to be freed included
     * @param poisons whether free tables are poisoned
     */
    TableArena(int max, boolean poisons) {
        this.max = max;
        this.poisons = poisons;
        base = OffHeap.reserve((long) (max + 1) * TABLE_BYTES);
    }

    /** An empty table; 0 is none and never given out. */
    synchronized int take() {
        int table = freeList;
        if (table != 0) {
            freeList = (int) (Words.getLong(address(table) + TABLE_BYTES - 8) >>> 16 & 0xffffffffL);
            Words.clear(address(table), TABLE_BYTES);
        } else {
            if (next > max) {
                throw new IllegalStateException("more than " + max + " tables of a guest");
            }
            table = next++;
        }
        used++;
        return table;
    }

    /** Takes a table back that nobody reads any more. */
    synchronized void give(int table) {
        long at = address(table);
        if (poisons) {
            for (int i = 0; i < ENTRIES; i++) {
                Words.setLongRelease(at + 8L * i, POISON);
            }
        }
        // The link stands in the last entry, in the bits of POISON that differ nowhere else.
        Words.setLongRelease(at + TABLE_BYTES - 8, POISON & 0xffff_0000_0000_ffffL | (long) freeList << 16);
        freeList = table;
        used--;
    }

    /** Address of the first entry. */
    long address(int table) {
        return base + (long) table * TABLE_BYTES;
    }

    synchronized int used() {
        return used;
    }

    static boolean poisoned(long entry) {
        return (entry & 0xffff_0000_0000_ffffL) == (POISON & 0xffff_0000_0000_ffffL);
    }

    @Override
    public void close() {
        OffHeap.release(base);
    }
}
