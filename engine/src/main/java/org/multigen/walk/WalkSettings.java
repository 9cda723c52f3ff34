package org.multigen.walk;

/**
 * What can be switched or set about walks, for experiments; {@link #KERNEL} is the kernel's way.
 *
 * @param filter Bloom filters
 * @param usageHint address spaces not used since the last walk are skipped
 * @param vmaBatching a walk finishes all mappings within one table before it climbs
 * @param lookAround neighbours of a young entry are looked at
 * @param maxBatch promotions after which a chunk of a walk ends, pages moved per lock hold, list entries visited per round of
 *     eviction. Kernel: MAX_LRU_BATCH
 * @param minBatch pages taken per round of eviction. Kernel: MIN_LRU_BATCH
 * @param youngPerLine entries that one young entry stands for: a table is worth the next walk's visit if so many times its
 *     young entries are as many as all. Kernel: suitable_to_scan
 */
public record WalkSettings(
        FilterSettings filter,
        boolean usageHint,
        boolean vmaBatching,
        boolean lookAround,
        int maxBatch,
        int minBatch,
        int youngPerLine) {
    public static final WalkSettings KERNEL = new WalkSettings(FilterSettings.KERNEL, true, true, true, 4096, 64, 8);

    public WalkSettings {
        if (minBatch < 1 || maxBatch < minBatch || youngPerLine < 1) {
            throw new IllegalArgumentException("batches of " + minBatch + " and " + maxBatch + ", 1 young of "
                    + youngPerLine + ": expected 1 <= min_batch <= max_batch and 1 or more");
        }
    }

    /** At least one young entry per cache line on average. */
    public boolean suitable(int total, int young) {
        return (long) young * youngPerLine >= total;
    }
}
