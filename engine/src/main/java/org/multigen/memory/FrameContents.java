package org.multigen.memory;

/**
 * Told of everything but stores by programs that changes what a frame, a swap slot or a file's device holds. The machine does
 * not simulate bytes; whoever follows or keeps them (tests that look for lost pages) listens here.
 */
public interface FrameContents {
    /** Nobody listens. */
    FrameContents NONE = new FrameContents() {};

    /** A frame was filled with zeros. */
    default void zeroed(int frame) {}

    /** A frame was copied for a store. */
    default void copied(int from, int to) {}

    /** A frame was written to a swap slot. */
    default void swappedOut(int frame, int slot) {}

    /** A swap slot was read into a frame. */
    default void swappedIn(int slot, int frame) {}

    /** A page of a file was read into a frame. */
    default void read(int file, long index, int frame) {}

    /** A frame was written to its page of a file. */
    default void writtenBack(int frame, int file, long index) {}

    /** A file was cut off: nothing of what was behind its end is in memory or on its device any more. */
    default void truncated(int file, long from) {}

    /** A program stored to a page of a file through a descriptor. */
    default void stored(int file, long index, int frame) {}
}
