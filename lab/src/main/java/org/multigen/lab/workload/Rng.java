package org.multigen.lab.workload;

/** The xorshift64* generator: small, fast, and the same one that the kernel recordings were made with. */
final class Rng {
    private static final long ZERO_SEED = 0x9E3779B97F4A7C15L;
    private long state;

    Rng(long seed) {
        state = seed == 0 ? ZERO_SEED : seed;
    }

    /** The next 64 random bits. */
    long next() {
        state ^= state >>> 12;
        state ^= state << 25;
        state ^= state >>> 27;
        return state * 0x2545F4914F6CDD1DL;
    }

    /** A value in [0, n), n at most 2^32, from one draw. */
    long below(long n) {
        return ((next() >>> 32) * n) >>> 32;
    }

    /** A value in [0, 1), from one draw. */
    double unit() {
        return (next() >>> 11) * 0x1p-53;
    }
}
