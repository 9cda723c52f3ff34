package org.multigen.walk;

/**
 * How Bloom filters are made, for experiments; {@link #KERNEL} is the kernel's way.
 *
 * @param on filters are kept; without, every test says yes
 * @param shift log2 of the bits of a filter, 3..24; where sizes follow insertions, of the smallest
 * @param spare the filter that the last walk tested stays allocated until the next walk clears it
 * @param scaled the next filter is made for as many tables as the last one was given
 * @param hash where the bits of a key are
 */
public record FilterSettings(boolean on, int shift, boolean spare, boolean scaled, Hash hash) {
    /** log2 of the bits of a filter, the kernel's choice. */
    public static final int DEFAULT_SHIFT = 15;

    public static final FilterSettings KERNEL = new FilterSettings(true, DEFAULT_SHIFT, true, false, Hash.GOLDEN_RATIO);

    static final int MIN_SHIFT = 3;
    static final int MAX_SHIFT = 24;
    private static final int BITS_PER_INSERTION = 8;

    /** Spreads a key over 64 bits. */
    public enum Hash {
        /** One multiplication. Kernel: hash_64. */
        GOLDEN_RATIO,
        /** Three rounds of shifting and two of multiplying, the finalizer of MurmurHash3. */
        MURMUR
    }

    public FilterSettings {
        if (shift < MIN_SHIFT || shift > MAX_SHIFT) {
            throw new IllegalArgumentException(
                    "a filter of 2^" + shift + " bits, expected 2^" + MIN_SHIFT + " to 2^" + MAX_SHIFT);
        }
    }

    /** log2 of the bits of a filter that is to take about so many insertions. */
    int shiftFor(long insertions) {
        if (!scaled) {
            return shift;
        }
        long bits = Math.max(1, insertions * BITS_PER_INSERTION);
        int enough = Long.SIZE - Long.numberOfLeadingZeros(bits - 1);
        return Math.clamp(enough, shift, MAX_SHIFT);
    }
}
