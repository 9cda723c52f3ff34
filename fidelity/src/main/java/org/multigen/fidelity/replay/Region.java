package org.multigen.fidelity.replay;

import org.jspecify.annotations.Nullable;
import org.multigen.storage.BackingFile;

/**
 * A mapping of a workload process.
 *
 * @param vpn number of its first page
 * @param pages its length
 * @param file the mapped file, from its first page on, or null
 * @param filePages how many of its LAST pages map the file
 */
record Region(long vpn, long pages, @Nullable BackingFile file, long filePages) {
    static final long PAGE_SHIFT = 12;
    static final long BASE = 0x10000000000L >>> PAGE_SHIFT;
    private static final long GIB = 1L << 30 >>> PAGE_SHIFT;

    static Region anonymous(long vpn, long pages) {
        return new Region(vpn, pages, null, 0);
    }

    /** First page behind it that lies on a GiB boundary. */
    long nextBoundary() {
        return (vpn + pages + GIB - 1) / GIB * GIB;
    }

    boolean isFile(long page) {
        return page >= pages - filePages;
    }
}
