package org.multigen.storage;

import org.multigen.pagetable.PageTable;

/** Cached pages that a read fault may map along with its own: reused by the fault handler. */
public final class MapAround {
    private final long[] vpns = new long[PageTable.PMD_PAGES];
    private final int[] pages = new int[PageTable.PMD_PAGES];
    private int count;

    void clear() {
        count = 0;
    }

    void add(long vpn, int page) {
        vpns[count] = vpn;
        pages[count++] = page;
    }

    public int count() {
        return count;
    }

    /** Where the i-th page goes, in ascending order. */
    public long vpn(int i) {
        return vpns[i];
    }

    /** Its frame; of a large folio the page within. */
    public int page(int i) {
        return pages[i];
    }
}
