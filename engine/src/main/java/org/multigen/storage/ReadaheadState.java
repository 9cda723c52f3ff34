package org.multigen.storage;

/** Readahead of one open file: the current window and what went before. Kernel: struct file_ra_state. */
public final class ReadaheadState {
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
    /** Last page read. */
    long previous = -1;
}
