package org.multigen.storage;

import java.util.BitSet;

/**
 * One swap device: a range of slots. Slots are given out in ascending order from where the last search ended, so that pages
 * evicted together lie together. Kernel: struct swap_info_struct.
 */
public final class SwapArea {
    public final BlockDevice device;
    public final int priority;
    final int firstSlot;
    final int slots;
    private final BitSet used;
    private int hand;
    private int inUse;

    SwapArea(BlockDevice device, int priority, int firstSlot, int slots) {
        this.device = device;
        this.priority = priority;
        this.firstSlot = firstSlot;
        this.slots = slots;
        this.used = new BitSet(slots);
    }

    public int firstSlot() {
        return firstSlot;
    }

    /** Whether a slot of this area was given out. */
    public boolean isUsed(int slot) {
        return used.get(slot - firstSlot);
    }

    public int slots() {
        return slots;
    }

    public int inUse() {
        return inUse;
    }

    /** A free slot, or -1. */
    int take() {
        if (inUse == slots) {
            return -1;
        }
        int i = used.nextClearBit(hand);
        if (i >= slots) {
            i = used.nextClearBit(0);
        }
        used.set(i);
        inUse++;
        hand = i + 1 == slots ? 0 : i + 1;
        return firstSlot + i;
    }

    void give(int slot) {
        used.clear(slot - firstSlot);
        inUse--;
    }

    boolean contains(int slot) {
        return slot >= firstSlot && slot < firstSlot + slots;
    }
}
