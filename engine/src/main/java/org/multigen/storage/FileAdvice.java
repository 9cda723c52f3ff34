package org.multigen.storage;

/** Advice of posix_fadvise on an open file. */
public enum FileAdvice {
    /** The device's readahead. */
    NORMAL,
    /** Reads are at random: only what is asked for is read. */
    RANDOM,
    /** Reads go from front to back: twice the readahead. */
    SEQUENTIAL,
    /** Accesses through mappings of this open file say nothing about the future. */
    NOREUSE,
    /** Read the range now. */
    WILLNEED,
    /** Drop what is clean and mapped nowhere in the range. */
    DONTNEED
}
