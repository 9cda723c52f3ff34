package org.multigen.storage;

import org.multigen.base.Guard;
import org.multigen.base.LockClass;
import org.multigen.base.Locks;

/**
 * Readahead of one open file: the current window and what went before. The window is guarded by a lock of its own, since all
 * mappings of a file share one. Kernel: struct file_ra_state.
 */
public final class ReadaheadState {
    /** Guards the window: start, size, asyncSize, order. */
    final Guard guard;

    /** Largest window in pages; 0 reads single pages. */
    int pages;
    /** First page of the current window. */
    long start;
    /** Pages of the current window. */
    int size;
    /** Reading on starts when this many pages of it are left. */
    int asyncSize;
    /** Order of the folios that the next window is read into. */
    int order;
    /** Misses of mapped reads, less the hits; benign race: of two at once one may not be counted. */
    int mmapMiss;
    /** Page behind the last one read through a descriptor; -1 before the first read. */
    long previous = -1;

    ReadaheadState(int pages, Locks locks) {
        this.pages = pages;
        this.guard = locks.guard(LockClass.READAHEAD);
    }
}
