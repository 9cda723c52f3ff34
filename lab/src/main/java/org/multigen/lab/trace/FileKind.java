package org.multigen.lab.trace;

/** Where a file of a trace lives. The order is part of the {@code .mgt} format. */
public enum FileKind {
    /** On a disk-like file system: its pages are page cache, with readahead and writeback. */
    REGULAR,
    /** On tmpfs or a memfd: its pages are shmem and go to swap. */
    TMPFS;

    private static final FileKind[] VALUES = values();

    static FileKind of(int code) {
        return VALUES[code];
    }
}
