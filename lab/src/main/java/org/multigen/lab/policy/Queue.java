package org.multigen.lab.policy;

import java.util.Arrays;

/** A queue of blocks from which any can be taken: links by block number. A block is in at most one place of one queue. */
final class Queue {
    static final int NONE = -1;

    private final int[] older;
    private final int[] newer;
    private int newest = NONE;
    private int oldest = NONE;
    private int size;

    Queue(int blocks) {
        older = new int[blocks];
        newer = new int[blocks];
        Arrays.fill(older, NONE);
        Arrays.fill(newer, NONE);
    }

    int size() {
        return size;
    }

    int oldest() {
        return oldest;
    }

    /** The next newer block, or {@link #NONE}. */
    int newer(int block) {
        return newer[block];
    }

    void add(int block) {
        older[block] = newest;
        newer[block] = NONE;
        if (newest == NONE) {
            oldest = block;
        } else {
            newer[newest] = block;
        }
        newest = block;
        size++;
    }

    void remove(int block) {
        int o = older[block];
        int n = newer[block];
        if (o == NONE) {
            oldest = n;
        } else {
            newer[o] = n;
        }
        if (n == NONE) {
            newest = o;
        } else {
            older[n] = o;
        }
        size--;
    }
}
