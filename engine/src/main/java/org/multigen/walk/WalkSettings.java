package org.multigen.walk;

/**
 * What can be switched or set about walks, for experiments; the defaults are the kernel's.
 *
 * @param bloomFilter filters are kept
 * @param filterShift log2 of a filter's bits
 * @param usageHint address spaces not used since the last walk are skipped
 * @param vmaBatching a walk finishes all mappings within one table before it climbs
 * @param lookAround neighbours of a young entry are looked at
 * @param flushBatch promotions after which a chunk ends
 * @param youngPerLine entries that one young entry stands for: a table is worth it from total/this on
 */
public record WalkSettings(
        boolean bloomFilter,
        int filterShift,
        boolean usageHint,
        boolean vmaBatching,
        boolean lookAround,
        int flushBatch,
        int youngPerLine) {
    public static final WalkSettings KERNEL =
            new WalkSettings(true, BloomFilter.DEFAULT_SHIFT, true, true, true, 4096, 8);

    /** At least one young entry per cache line on average. Kernel: suitable_to_scan. */
    public boolean suitable(int total, int young) {
        return young * youngPerLine >= total;
    }
}
