package org.multigen.lab.explain;

/** Numbers of touches in a byte, four steps to each doubling. */
final class Distance {
    static final int BUCKETS = 256;

    private Distance() {}

    static int bucket(long touches) {
        if (touches < 4) {
            return (int) Math.max(0, touches);
        }
        int log = 63 - Long.numberOfLeadingZeros(touches);
        return 4 * (log - 1) + (int) (touches >>> log - 2 & 3);
    }

    /** The middle of a bucket. */
    static long middle(int bucket) {
        if (bucket < 4) {
            return bucket;
        }
        int log = bucket / 4 + 1;
        long low = (4L + bucket % 4) << log - 2;
        return low + (1L << log - 2) / 2;
    }
}
