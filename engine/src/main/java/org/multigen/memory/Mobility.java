package org.multigen.memory;

/** Whether a page can be moved or freed once it is in use; blocks of 2 MiB keep to one kind. Kernel: enum migratetype. */
public enum Mobility {
    /** The kernel's own: page tables, what it took at boot. */
    UNMOVABLE,
    /** Pages of processes and of the page cache. */
    MOVABLE,
    /** Freed on demand: caches of the file systems. */
    RECLAIMABLE
}
