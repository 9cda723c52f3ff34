package org.multigen.storage;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.multigen.base.Locks;

/**
 * One swap device: a range of slots. Slots are given out in ascending order from where the last search ended, so that pages
 * evicted together lie together; under real threads each CPU searches in a cluster of its own. Bits are changed atomically.
 * Kernel: struct swap_info_struct.
 */
public final class SwapArea {
    /** Slots that a CPU searches before it takes another range. Kernel: SWAPFILE_CLUSTER. */
    private static final int CLUSTER = 512;

    public final BlockDevice device;
    public final int priority;
    final int firstSlot;
    final int slots;
    private final AtomicLongArray used;
    private final AtomicInteger inUse = new AtomicInteger();
    private final boolean real;
    /** Where the next search begins; under real threads one for each CPU. */
    private final int[] hands;

    private final AtomicInteger nextCluster = new AtomicInteger();

    SwapArea(BlockDevice device, int priority, int firstSlot, int slots, Locks locks, int cpus) {
        this.device = device;
        this.priority = priority;
        this.firstSlot = firstSlot;
        this.slots = slots;
        this.used = new AtomicLongArray((slots + 63) / 64);
        this.real = locks.real();
        this.hands = new int[real ? cpus : 1];
        if (real) {
            java.util.Arrays.fill(hands, -1);
        }
    }

    public int firstSlot() {
        return firstSlot;
    }

    /** Whether a slot of this area was given out. */
    public boolean isUsed(int slot) {
        int i = slot - firstSlot;
        return (used.get(i >>> 6) >>> i & 1) != 0;
    }

    public int slots() {
        return slots;
    }

    public int inUse() {
        return inUse.get();
    }

    /** A free slot, or -1. */
    int take(int cpu) {
        if (inUse.get() == slots) {
            return -1;
        }
        int i = real ? searchFromCluster(cpu) : search(hands[0], slots);
        if (i < 0) {
            i = search(0, slots);
        }
        if (i < 0) {
            return -1;
        }
        if (!real) {
            hands[0] = i + 1 == slots ? 0 : i + 1;
        }
        countUsed(1);
        return firstSlot + i;
    }

    /**
     * benign race: threads that share a CPU's hand may search the same cluster; a bit goes to one of them, and at worst neighbours
     * in time lie apart (SwapSlotsStress).
     */
    private int searchFromCluster(int cpu) {
        int hand = hands[cpu];
        for (int clusters = 0; clusters <= slots / CLUSTER + 1; clusters++) {
            if (hand < 0) {
                hand = (int) ((nextCluster.getAndIncrement() & 0xffffffffL) * CLUSTER % slots);
            }
            int end = Math.min(slots, (hand / CLUSTER + 1) * CLUSTER);
            int i = search(hand, end);
            if (i >= 0) {
                hands[cpu] = i + 1 == end ? -1 : i + 1;
                return i;
            }
            hand = -1;
        }
        return -1;
    }

    /** Takes the first clear bit of [from, end); -1 if there is none. */
    private int search(int from, int end) {
        int i = from;
        while (i < end) {
            int w = i >>> 6;
            long word = used.get(w);
            long clear = ~word & -1L << i;
            if (clear == 0) {
                i = (w + 1) << 6;
                continue;
            }
            int bit = Long.numberOfTrailingZeros(clear);
            i = (w << 6) + bit;
            if (i >= end) {
                return -1;
            }
            if (!real) {
                used.setPlain(w, word | 1L << bit);
                return i;
            }
            if (used.compareAndSet(w, word, word | 1L << bit)) {
                return i;
            }
        }
        return -1;
    }

    void give(int slot) {
        int i = slot - firstSlot;
        if (real) {
            used.getAndAccumulate(i >>> 6, ~(1L << i), (word, mask) -> word & mask);
        } else {
            used.setPlain(i >>> 6, used.getPlain(i >>> 6) & ~(1L << i));
        }
        countUsed(-1);
    }

    private void countUsed(int slots) {
        if (real) {
            inUse.getAndAdd(slots);
        } else {
            inUse.setPlain(inUse.getPlain() + slots);
        }
    }

    boolean contains(int slot) {
        return slot >= firstSlot && slot < firstSlot + slots;
    }
}
