package org.multigen.lru;

import org.multigen.memcg.Memcg;

/** memory.min and memory.low spare a share of a group's pages in proportion. Kernel: mm/vmscan.c, apply_proportional_protection. */
public final class ProportionalProtection {
    private static final int SWAP_CLUSTER = 32;

    private ProportionalProtection() {}

    /**
     * What protection leaves of {@code scan} pages to look at, at least 32; all of them if the group is not protected. Notes in
     * the request that memory.low held something back.
     */
    public static long unprotected(Lruvec lruvec, ReclaimRequest request, long scan) {
        Memcg memcg = lruvec.memcg;
        if (memcg.isRoot() || memcg == request.target) {
            return scan;
        }
        long min = memcg.effectiveMin();
        long low = memcg.effectiveLow();
        if (min == 0 && low == 0) {
            return scan;
        }
        long protection = min;
        if (!request.memcgLowReclaim && low > min) {
            protection = low;
            request.memcgLowSkipped = true;
        }
        double size = Math.max(memcg.usage(), protection);
        return Math.max(scan - (long) ((double) scan * protection / (size + 1)), SWAP_CLUSTER);
    }
}
