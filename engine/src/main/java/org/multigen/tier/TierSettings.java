package org.multigen.tier;

import org.jspecify.annotations.Nullable;

/**
 * How hot pages of lower tiers are found and promoted, besides NUMA balancing's own hint faults.
 *
 * @param limits what all ways of promotion obey
 * @param scan how page tables are scanned, or null for no scanning
 * @param tracker what counts as hot
 * @param daemon who promotes what the tracker found
 * @param hysteresisNs pages demoted less than so long ago are not promoted by a daemon
 * @param hardwareSample of so many touches of a lower tier one is told by the hardware; 0 for none
 * @param hintsToTracker hint faults are recorded like other accesses instead of promoting at once
 */
public record TierSettings(
        PromotionSettings limits,
        @Nullable ScanSettings scan,
        TrackerSettings tracker,
        Promoter.Kind daemon,
        long hysteresisNs,
        int hardwareSample,
        boolean hintsToTracker) {
    /** What a stock kernel has: hint faults alone. */
    public static final TierSettings KERNEL = new TierSettings(
            PromotionSettings.KERNEL, null, TrackerSettings.KERNEL, Promoter.Kind.KMIGRATED, 0, 0, false);

    public TierSettings {
        if (hysteresisNs < 0 || hardwareSample < 0) {
            throw new IllegalArgumentException(
                    "a hysteresis of " + hysteresisNs + " ns, a sample of " + hardwareSample + ", expected 0 or more");
        }
    }

    public TierSettings with(PromotionSettings l) {
        return new TierSettings(l, scan, tracker, daemon, hysteresisNs, hardwareSample, hintsToTracker);
    }

    public TierSettings with(@Nullable ScanSettings s) {
        return new TierSettings(limits, s, tracker, daemon, hysteresisNs, hardwareSample, hintsToTracker);
    }

    public TierSettings with(TrackerSettings t) {
        return new TierSettings(limits, scan, t, daemon, hysteresisNs, hardwareSample, hintsToTracker);
    }

    public TierSettings with(Promoter.Kind d) {
        return new TierSettings(limits, scan, tracker, d, hysteresisNs, hardwareSample, hintsToTracker);
    }

    public TierSettings withHysteresisMs(long ms) {
        return new TierSettings(limits, scan, tracker, daemon, ms * 1_000_000, hardwareSample, hintsToTracker);
    }

    public TierSettings samplingOneOf(int touches) {
        return new TierSettings(limits, scan, tracker, daemon, hysteresisNs, touches, hintsToTracker);
    }

    public TierSettings recordingHints(boolean on) {
        return new TierSettings(limits, scan, tracker, daemon, hysteresisNs, hardwareSample, on);
    }

    boolean tracks() {
        return scan != null || hardwareSample > 0 || hintsToTracker;
    }
}
