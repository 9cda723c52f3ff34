package org.multigen.lab.task;

import java.util.Arrays;

/** Numbers pages in the order in which they are first seen: a hash table with open addressing, 24 bytes a page at most. */
public final class PageNumbers {
    private static final int FIRST = 1 << 16;
    private static final int NONE = -1;
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private long[] keys = new long[FIRST];
    private int[] numbers = new int[FIRST];
    private int count;

    public PageNumbers() {
        Arrays.fill(numbers, NONE);
    }

    /** Pages seen so far. */
    public int count() {
        return count;
    }

    /** The number of a page, any 64 bits. */
    public int of(long key) {
        int i = slot(key);
        if (numbers[i] != NONE) {
            return numbers[i];
        }
        keys[i] = key;
        numbers[i] = count++;
        if (2 * count > keys.length) {
            grow();
        }
        return count - 1;
    }

    private int slot(long key) {
        int mask = keys.length - 1;
        int i = (int) (key * SPREAD >>> 32) & mask;
        while (numbers[i] != NONE && keys[i] != key) {
            i = i + 1 & mask;
        }
        return i;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldNumbers = numbers;
        keys = new long[2 * oldKeys.length];
        numbers = new int[keys.length];
        Arrays.fill(numbers, NONE);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldNumbers[i] != NONE) {
                int at = slot(oldKeys[i]);
                keys[at] = oldKeys[i];
                numbers[at] = oldNumbers[i];
            }
        }
    }
}
