package org.multigen.lab.policy;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * A trace as references to numbered blocks.
 *
 * <p>What a block is, {@link #unitBytes} says; what a reader has to know of how the trace was understood, {@link #notes}.
 */
public final class References {
    private final int[] blocks;
    private final int distinct;
    private final int unitBytes;
    private final List<String> notes;
    /** References that read nothing even where they miss. */
    private final BitSet free;

    private References(int[] blocks, BitSet free, int distinct, int unitBytes, List<String> notes) {
        this.blocks = blocks;
        this.free = free;
        this.distinct = distinct;
        this.unitBytes = unitBytes;
        this.notes = List.copyOf(notes);
    }

    /** References to these blocks, which are numbered from 0 on. */
    static References of(int unitBytes, int... blocks) {
        int distinct = Arrays.stream(blocks).max().orElse(-1) + 1;
        return new References(blocks.clone(), new BitSet(), distinct, unitBytes, List.of());
    }

    /** How many references. */
    public int count() {
        return blocks.length;
    }

    /** How many different blocks. */
    public int distinct() {
        return distinct;
    }

    /** Bytes of a block. */
    public int unitBytes() {
        return unitBytes;
    }

    /** What a reader of any result has to know. */
    public List<String> notes() {
        return notes;
    }

    int block(int reference) {
        return blocks[reference];
    }

    /** Whether a miss there is none, as for a write of a whole page, which has to read nothing. */
    boolean free(int reference) {
        return free.get(reference);
    }

    /** Whether any reference is free. */
    boolean hasFree() {
        return !free.isEmpty();
    }

    /** References whose misses count. */
    long counted() {
        return blocks.length - (long) free.cardinality();
    }

    /** Collects references; memory doubles as it goes. */
    public static final class Collector {
        private static final int MOST = Integer.MAX_VALUE - 8;

        private final BlockNumbers numbers = new BlockNumbers();
        private final BitSet free = new BitSet();
        private int[] blocks = new int[1 << 16];
        private int count;

        /** Nothing yet. */
        public Collector() {}

        /** How many references. */
        public int count() {
            return count;
        }

        /** How many different blocks. */
        public int distinct() {
            return numbers.size();
        }

        /** Adds a reference to whatever has this key; false if there are too many for this machine's arrays. */
        public boolean add(long key) {
            if (count == blocks.length) {
                if (count == MOST) {
                    return false;
                }
                blocks = Arrays.copyOf(blocks, (int) Math.min(MOST, count * 2L));
            }
            blocks[count++] = numbers.of(key);
            return true;
        }

        /** The reference added last reads nothing where it misses. */
        public void lastIsFree() {
            free.set(count - 1);
        }

        /** Misses of all references so far do not count: they only fill the cache. */
        public void allAreFree() {
            free.set(0, count);
        }

        /** The references collected. */
        public References finish(int unitBytes, List<String> notes) {
            return new References(Arrays.copyOf(blocks, count), free, numbers.size(), unitBytes, notes);
        }
    }
}
