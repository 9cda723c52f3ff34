package org.multigen.tier;

/**
 * What counts as hot.
 *
 * @param precise 4 bytes per page instead of 1
 * @param threshold accesses that make a page hot, 1..3, or 1..7 if precise. Kernel: pghot_freq_threshold
 * @param windowNs accesses further apart count anew. Kernel: pghot_promote_freq_window_ms
 * @param target node that hot pages go to when nobody knows who accessed them. Kernel: pghot_target_nid
 * @param sources a bit per {@link HotPageTracker.Source}
 */
public record TrackerSettings(boolean precise, int threshold, long windowNs, int target, int sources) {
    private static final int MOST = 3;
    private static final int MOST_PRECISE = 7;
    private static final long MS = 1_000_000;

    /** The default mode: two accesses within 3000 ms. */
    public static final TrackerSettings KERNEL = new TrackerSettings(false, 2, 3000 * MS, 0, -1);
    /** The precise mode: two accesses within 5000 ms. */
    public static final TrackerSettings PRECISE = new TrackerSettings(true, 2, 5000 * MS, 0, -1);

    public TrackerSettings {
        int most = precise ? MOST_PRECISE : MOST;
        if (threshold < 1 || threshold > most) {
            throw new IllegalArgumentException("a hot threshold of " + threshold + ", expected 1.." + most
                    + (precise ? "" : " (1.." + MOST_PRECISE + " in precise mode)"));
        }
        if (windowNs < 1) {
            throw new IllegalArgumentException("a window of " + windowNs + " ns, expected more than 0");
        }
    }

    int most() {
        return precise ? MOST_PRECISE : MOST;
    }
}
