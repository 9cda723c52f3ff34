package org.multigen.fidelity.script;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A touch script: a file of {@link #MAGIC} and little-endian words of 32 bits. The upper two bits of a word say what it is, the
 * others a number:
 *
 * <pre>
 * 0 LOAD        a load from page N
 * 1 STORE       a store to page N
 * 2 RUN         the next touch goes to N consecutive pages
 * 3 OPERATION   operation N; its arguments are the next words
 * </pre>
 *
 * Pages count from {@link #BASE}. What stands before the operation {@link #MEASURE} makes ready and is not compared touch by
 * touch.
 *
 * @param files sizes in pages of the files that the script names by their index
 * @param pages pages from the first to the last that is ever mapped
 * @param prepared touches before the measured ones
 * @param measured touches that are compared
 * @param notes what of the original the script leaves out, a sentence each
 */
public record TouchScript(List<Long> files, long pages, long prepared, long measured, List<String> notes) {
    /** First bytes of the file. */
    static final byte[] MAGIC = "MGTOUCH1".getBytes(StandardCharsets.US_ASCII);

    /** Number of the page at which scripts count from 0: that of the regions in other recordings. */
    public static final long BASE = 0x10000000000L >>> 12;

    static final int KIND_SHIFT = 30;
    static final int VALUE = (1 << KIND_SHIFT) - 1;

    static final int LOAD = 0;
    static final int STORE = 1;
    static final int RUN = 2;
    static final int OPERATION = 3;

    /** Private anonymous memory: page, pages. */
    static final int MAP_ANONYMOUS = 1;
    /** Shared memory without a name: page, pages. */
    static final int MAP_SHARED_MEMORY = 2;
    /** A shared mapping: page, pages, file, page of the file. */
    static final int MAP_FILE_SHARED = 3;
    /** A private mapping: page, pages, file, page of the file. */
    static final int MAP_FILE_PRIVATE = 4;
    /** Page, pages. */
    static final int UNMAP = 5;
    /** Page, pages, number of the advice as of madvise(2). */
    static final int ADVISE = 6;
    /** From here on touches are compared. */
    static final int MEASURE = 7;

    /** Copies the lists. */
    public TouchScript {
        files = List.copyOf(files);
        notes = List.copyOf(notes);
    }
}
