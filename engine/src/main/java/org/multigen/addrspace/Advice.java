package org.multigen.addrspace;

/** Advice of madvise. */
public enum Advice {
    NORMAL,
    RANDOM,
    SEQUENTIAL,
    WILLNEED,
    DONTNEED,
    FREE,
    COLD,
    PAGEOUT,
    HUGEPAGE,
    NOHUGEPAGE
}
