package org.multigen.memory;

/**
 * What a node's memory is made of. Nodes whose abstract distances fall into the same chunk of 128 form a tier; smaller is faster.
 * Kernel: struct memory_dev_type, mt_perf_to_adistance.
 *
 * @param latencyNs time of a dependent load
 * @param bandwidth in bytes per microsecond (MB/s)
 * @param distance abstract distance, 576 for DRAM
 */
public record Medium(int latencyNs, long bandwidth, int distance) {
    private static final int DRAM_NS = 90;
    private static final long DRAM_BANDWIDTH = 200_000;
    private static final int DRAM_DISTANCE = 576;
    private static final int CXL_NS = 250;
    private static final long CXL_BANDWIDTH = 25_000;
    /** Kernel: MEMTIER_DEFAULT_DAX_ADISTANCE. */
    private static final int UNKNOWN_DISTANCE = 5 * DRAM_DISTANCE;

    private static final int CHUNK_BITS = 7;

    /** Local DRAM of a server. */
    public static final Medium DRAM = new Medium(DRAM_NS, DRAM_BANDWIDTH, DRAM_DISTANCE);
    /** Memory behind a CXL link whose firmware tells nothing: the distance is the driver's default. */
    public static final Medium CXL = new Medium(CXL_NS, CXL_BANDWIDTH, UNKNOWN_DISTANCE);

    /**
     * Memory whose firmware tells its latency and bandwidth; the distance follows from their ratios to DRAM's.
     *
     * @throws IllegalArgumentException if one is not positive, or it would be too far away to number
     */
    public static Medium of(int latencyNs, long bandwidth) {
        if (latencyNs < 1 || bandwidth < 1) {
            throw new IllegalArgumentException("memory of " + latencyNs + " ns and " + bandwidth
                    + " MB/s, expected a latency and a bandwidth of at least 1");
        }
        double distance = (double) DRAM_DISTANCE * latencyNs / DRAM_NS * DRAM_BANDWIDTH / bandwidth;
        if (distance > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("memory of " + latencyNs + " ns and " + bandwidth
                    + " MB/s is too slow to have a place among the tiers");
        }
        return new Medium(latencyNs, bandwidth, (int) distance);
    }

    /** Number of the tier, 4 for DRAM. */
    public int tier() {
        return distance >> CHUNK_BITS;
    }
}
