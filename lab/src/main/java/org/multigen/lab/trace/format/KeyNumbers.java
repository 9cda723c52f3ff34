package org.multigen.lab.trace.format;

/**
 * Numbers for opaque keys. A small key stands for itself; others, and words, are numbered behind the small ones in order of
 * appearance, so that they lie side by side. Words are known by 64 bits of hash: of a hundred million, one pair may fall
 * together by a chance of 1 in 3700.
 */
final class KeyNumbers {
    private static final long EMPTY = 0;

    private final long first;

    private long[] keys = new long[1 << 10];
    private long[] numbers = new long[1 << 10];
    private int size;
    private long next;

    /**
     * An empty table.
     *
     * @param first the first key that is not small
     */
    KeyNumbers(long first) {
        this.first = first;
        this.next = first;
    }

    /** Whether a number was ever given. */
    boolean used() {
        return size > 0;
    }

    /** The number of a key that is a number itself; {@code span} numbers are set aside for it. */
    long of(long key, long span) {
        return key >= 0 && key < first ? key : ofHash(mix(key), span);
    }

    /** The number of a word. */
    long of(byte[] bytes, int from, int to) {
        long h = 0xcbf29ce484222325L;
        for (int i = from; i < to; i++) {
            h = mix(h ^ bytes[i]) * 0x100000001b3L;
        }
        return ofHash(mix(h), 1);
    }

    private long ofHash(long hash, long span) {
        long key = hash == EMPTY ? 1 : hash;
        int at = find(key);
        if (keys[at] == key) {
            return numbers[at];
        }
        if (size * 2 >= keys.length) {
            grow();
            at = find(key);
        }
        keys[at] = key;
        numbers[at] = next;
        size++;
        next += span;
        return numbers[at];
    }

    private int find(long key) {
        int at = (int) key & keys.length - 1;
        while (keys[at] != EMPTY && keys[at] != key) {
            at = at + 1 & keys.length - 1;
        }
        return at;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldNumbers = numbers;
        keys = new long[oldKeys.length * 2];
        numbers = new long[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != EMPTY) {
                int at = find(oldKeys[i]);
                keys[at] = oldKeys[i];
                numbers[at] = oldNumbers[i];
            }
        }
    }

    /** The finalizer of SplitMix64, a bijection. */
    private static long mix(long z) {
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
