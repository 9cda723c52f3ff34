package org.multigen.tier;

import org.multigen.walk.GroupScan;
import org.multigen.walk.ScanVariant;

/**
 * How lower tiers are scanned for accesses.
 *
 * @param variant how page tables are walked
 * @param intervalNs from the start of a pass to that of the next
 * @param adaptive the interval is as short as a hundredth of the time for passes allows
 * @param batch frames that a chunk of a pass may report
 * @param sweepPasses passes in which every table is looked at once, learned or not
 */
public record ScanSettings(ScanVariant variant, long intervalNs, boolean adaptive, int batch, int sweepPasses) {
    private static final int KERNEL_BATCH = 2 << 16;
    private static final long KERNEL_INTERVAL_NS = 2_000_000_000L;

    /** Every 2000 ms, 131,072 frames a batch. */
    public static final ScanSettings KERNEL =
            new ScanSettings(ScanVariant.MULTIGEN, KERNEL_INTERVAL_NS, false, KERNEL_BATCH, GroupScan.SWEEP_PASSES);

    public ScanSettings {
        if (intervalNs < 1) {
            throw new IllegalArgumentException("a scan interval of " + intervalNs + " ns, expected more than 0");
        }
        if (batch < 1) {
            throw new IllegalArgumentException("a scan batch of " + batch + ", expected at least 1");
        }
        if (sweepPasses < 1) {
            throw new IllegalArgumentException("a sweep of " + sweepPasses + " passes, expected at least 1");
        }
    }

    public ScanSettings with(ScanVariant v) {
        return new ScanSettings(v, intervalNs, adaptive, batch, sweepPasses);
    }

    public ScanSettings everyMs(long ms) {
        return new ScanSettings(variant, ms * 1_000_000, adaptive, batch, sweepPasses);
    }
}
