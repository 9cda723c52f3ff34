package org.multigen.lab.bench;

import java.util.Arrays;
import java.util.Random;

/**
 * What this machine's memory can do at best, with nothing but array reads.
 *
 * <p>The chain is a random cycle through all words of an array: each load tells where the next one goes.
 */
final class PlainReads {
    private static final int BYTES_PER_WORD = 8;

    private final long[] words;
    private final long[] chain;
    private long sum;

    /**
     * @param sequentialBytes size of what is read in order
     * @param randomBytes size of what is read at random
     */
    PlainReads(long sequentialBytes, long randomBytes) {
        words = new long[(int) (sequentialBytes / BYTES_PER_WORD)];
        Arrays.fill(words, 1);
        chain = cycle((int) (randomBytes / BYTES_PER_WORD));
    }

    /** Sattolo's shuffle: one cycle through all of it. */
    private static long[] cycle(int n) {
        long[] next = new long[n];
        Arrays.setAll(next, i -> i);
        Random random = new Random(1);
        for (int i = n - 1; i > 0; i--) {
            int j = random.nextInt(i);
            long t = next[i];
            next[i] = next[j];
            next[j] = t;
        }
        return next;
    }

    /** Reads the array in order {@code times} times; the words read. */
    long sequential(int times) {
        long s = 0;
        for (int t = 0; t < times; t++) {
            for (long w : words) {
                s += w;
            }
        }
        sum += s;
        return (long) times * words.length;
    }

    /** Follows the chain; the loads done. */
    long dependent(long loads) {
        long at = 0;
        for (long i = 0; i < loads; i++) {
            at = chain[(int) at];
        }
        sum += at;
        return loads;
    }

    /** Keeps the reads from being optimized away. */
    long sum() {
        return sum;
    }
}
