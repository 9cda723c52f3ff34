package org.multigen.lab.trace.format;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** Reads the records of one format, forward only. */
public abstract class RecordReader implements Closeable {
    /** Bytes of a page of every machine. */
    public static final int PAGE = 4096;

    /** Bytes of a disk sector. */
    static final int SECTOR = 512;

    /** The first address beyond every process's memory. Kernel: TASK_SIZE_MAX with four levels. */
    static final long ADDRESS_END = 1L << 47;

    /** Beyond this, in bytes, a block number is no place on a disk but an opaque key. */
    static final long BLOCKS_END = 1L << 46;

    /** The most bytes that one record may touch: what the lengths of 32 bits in binary formats can say. */
    static final long MOST_BYTES = 1L << 32;

    private final Access access = new Access();

    /** The record that {@link #next} read. */
    public final Access access() {
        return access;
    }

    /**
     * Reads the next record; false at the end.
     *
     * @throws Malformed if it is not as expected; the next call goes on behind it
     */
    public abstract boolean next() throws IOException, Malformed;

    /** Where the record read last stands: {@code :12} for a line, {@code : offset 48} for a binary record. */
    public abstract String place();

    /** Whether accesses are to memory of processes; else they are block I/O. */
    public abstract boolean isMemory();

    /** Bytes of a unit: of a block, or of a page. */
    public abstract int unitBytes();

    /**
     * Whether a record stands for one reference to each of its blocks; else it is one reference to whatever its first number
     * names.
     */
    public boolean expands() {
        return isMemory();
    }

    /** What a reader of any result has to know of how the records were understood, a sentence each. */
    public List<String> notes() {
        return List.of();
    }
}
