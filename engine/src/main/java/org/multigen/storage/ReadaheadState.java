package org.multigen.storage;

/** Readahead of one open file: the current window and what went before. Kernel: struct file_ra_state. */
public final class ReadaheadState {
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
    /** Misses of mapped reads, less the hits. */
    int mmapMiss;
    /** Page behind the last one read through a descriptor; -1 before the first read. */
    long previous = -1;

    ReadaheadState(int pages) {
        this.pages = pages;
    }
}
