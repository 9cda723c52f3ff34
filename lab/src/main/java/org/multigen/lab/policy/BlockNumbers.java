package org.multigen.lab.policy;

import java.util.Arrays;

/** Numbers blocks from 0 on in order of appearance: a hash table from long to int. */
public final class BlockNumbers {
    private static final int FREE = -1;

    private long[] keys = new long[1 << 12];
    private int[] numbers = new int[1 << 12];
    private int size;

    /** Empty. */
    public BlockNumbers() {
        Arrays.fill(numbers, FREE);
    }

    /** How many blocks have appeared. */
    public int size() {
        return size;
    }

    /** The number of the block with this key. */
    public int of(long key) {
        int at = find(key);
        if (numbers[at] != FREE) {
            return numbers[at];
        }
        if (size * 2 >= keys.length) {
            grow();
            at = find(key);
        }
        keys[at] = key;
        numbers[at] = size;
        return size++;
    }

    private int find(long key) {
        long z = key * 0x9e3779b97f4a7c15L;
        int mask = keys.length - 1;
        int at = (int) (z >>> 32) & mask;
        while (numbers[at] != FREE && keys[at] != key) {
            at = at + 1 & mask;
        }
        return at;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldNumbers = numbers;
        keys = new long[oldKeys.length * 2];
        numbers = new int[keys.length];
        Arrays.fill(numbers, FREE);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldNumbers[i] != FREE) {
                int at = find(oldKeys[i]);
                keys[at] = oldKeys[i];
                numbers[at] = oldNumbers[i];
            }
        }
    }
}
