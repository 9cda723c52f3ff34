package org.multigen.addrspace;

import org.jspecify.annotations.Nullable;

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
    NOHUGEPAGE;

    /** The advice of that number in Linux's system call interface; null if it does not matter to reclaim. */
    public static @Nullable Advice numbered(int number) {
        return switch (number) {
            case 0 -> NORMAL;
            case 1 -> RANDOM;
            case 2 -> SEQUENTIAL;
            case 3 -> WILLNEED;
            case 4 -> DONTNEED;
            case 8 -> FREE;
            case 14 -> HUGEPAGE;
            case 15 -> NOHUGEPAGE;
            case 20 -> COLD;
            case 21 -> PAGEOUT;
            default -> null;
        };
    }
}
