package org.multigen.guest;

/**
 * A vCPU's cache of translations, direct-mapped: while a page is in it a touch sets no accessed bit. Owned by the vCPU's thread;
 * others empty it by raising the MMU's generation.
 */
final class Tlb {
    private static final long DIRTY = 1L << 62;

    private final long[] tags;
    private final int mask;
    private int generation;

    /**
     * @param entries a power of two
     */
    Tlb(int entries) {
        tags = new long[entries];
        mask = entries - 1;
    }

    /** Whether a touch needs no walk. Tag 0 is empty, so pages are kept plus one. */
    boolean hit(long gpn, boolean write, int current) {
        if (generation != current) {
            java.util.Arrays.fill(tags, 0);
            generation = current;
            return false;
        }
        long tag = tags[slot(gpn)];
        return (tag & ~DIRTY) == gpn + 1 && (!write || (tag & DIRTY) != 0);
    }

    void fill(long gpn, boolean dirty, int current) {
        if (generation == current) {
            tags[slot(gpn)] = gpn + 1 | (dirty ? DIRTY : 0);
        }
    }

    /** Whether it holds a page. Read by others only where the vCPU stands still. */
    boolean holds(long gpn, int current) {
        return generation == current && (tags[slot(gpn)] & ~DIRTY) == gpn + 1;
    }

    private int slot(long gpn) {
        return (int) gpn & mask;
    }
}
