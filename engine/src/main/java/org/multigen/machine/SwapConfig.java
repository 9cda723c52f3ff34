package org.multigen.machine;

/**
 * A swap area as configured.
 *
 * @param kind what it is on
 * @param algorithm compression of zram, e.g. {@code lzo-rle}; otherwise empty
 * @param pages size
 * @param priority higher is used first
 */
public record SwapConfig(Kind kind, String algorithm, long pages, int priority) {
    /** What swap is on. */
    public enum Kind {
        ZRAM,
        BRD,
        DISK
    }
}
