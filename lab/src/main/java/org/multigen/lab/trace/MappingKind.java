package org.multigen.lab.trace;

/** What stands behind a mapping. The order is part of the {@code .mgt} format. */
public enum MappingKind {
    /** Private anonymous memory: heap, stack, bss. */
    ANONYMOUS,
    /** Shared memory without a name: {@code MAP_SHARED | MAP_ANONYMOUS} and System V segments, shmem in the kernel. */
    SHARED_MEMORY,
    /** A file mapped with {@code MAP_PRIVATE}: a write makes a private, anonymous copy of the page. */
    FILE_PRIVATE,
    /** A file mapped with {@code MAP_SHARED}: a write makes the file's page dirty. */
    FILE_SHARED;

    private static final MappingKind[] VALUES = values();

    static MappingKind of(int code) {
        return VALUES[code];
    }

    /** Whether the mapping names a file of the trace. */
    public boolean hasFile() {
        return this == FILE_PRIVATE || this == FILE_SHARED;
    }
}
