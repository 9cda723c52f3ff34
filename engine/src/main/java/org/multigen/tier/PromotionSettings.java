package org.multigen.tier;

/**
 * What all ways of promotion obey, and how NUMA balancing scans.
 *
 * @param pagesPerSecond pages that may become candidates for a target node per second. Kernel: promote_rate_limit_MBps
 * @param hotThresholdNs latency of a hint fault from which a page is not hot. Kernel: hot_threshold_ms
 * @param adjustNs period after which the threshold is adjusted
 * @param scanPeriodNs CPU time of a task between two steps of its hint scan, at least. Kernel: scan_period_min_ms
 * @param scanPages pages made to fault per step, at most. Kernel: scan_size_mb
 */
public record PromotionSettings(
        long pagesPerSecond, long hotThresholdNs, long adjustNs, long scanPeriodNs, long scanPages) {
    private static final long PAGES_PER_MB = 256;
    private static final long MS = 1_000_000;

    /** 65536 MB/s, 1000 ms, 60 s, 1000 ms, 256 MB. */
    public static final PromotionSettings KERNEL = ofMegabytes(65_536);

    /** The kernel's other settings with a rate in MB/s. */
    public static PromotionSettings ofMegabytes(long perSecond) {
        return new PromotionSettings(perSecond * PAGES_PER_MB, 1000 * MS, 60_000 * MS, 1000 * MS, 256 * PAGES_PER_MB);
    }

    /** With amounts of memory times a factor, times as they are. */
    public PromotionSettings scaled(double by) {
        return new PromotionSettings(
                Math.max(1, Math.round(pagesPerSecond * by)),
                hotThresholdNs,
                adjustNs,
                scanPeriodNs,
                Math.max(1, Math.round(scanPages * by)));
    }

    public PromotionSettings withHotThresholdMs(long ms) {
        return new PromotionSettings(pagesPerSecond, ms * MS, adjustNs, scanPeriodNs, scanPages);
    }

    /** With the threshold adjusted after so many milliseconds. */
    public PromotionSettings adjustedEveryMs(long ms) {
        return new PromotionSettings(pagesPerSecond, hotThresholdNs, ms * MS, scanPeriodNs, scanPages);
    }

    /** With hint scans of so many megabytes, so many milliseconds apart. */
    public PromotionSettings scanning(long periodMs, long megabytes) {
        return new PromotionSettings(pagesPerSecond, hotThresholdNs, adjustNs, periodMs * MS, megabytes * PAGES_PER_MB);
    }
}
