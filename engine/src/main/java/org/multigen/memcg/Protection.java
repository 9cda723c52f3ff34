package org.multigen.memcg;

import org.jspecify.annotations.Nullable;

/**
 * Protection by memory.min and memory.low across the hierarchy. Kernel: mm/page_counter.c effective_protection.
 *
 * <p>Computed top-down for one reclaim; reclaimers call {@link #calculate} for a group after its parent's.
 */
public final class Protection {
    private Protection() {}

    /** Computes the protection in force of a group for a reclaim from {@code target} (null: from the whole machine). */
    public static void calculate(@Nullable Memcg target, Memcg memcg, boolean recursive) {
        Memcg parent = memcg.parent();
        if (parent == null || memcg == target) {
            memcg.setEffective(0, 0);
            return;
        }
        Memcg root = target;
        if (parent == root || parent.isRoot()) {
            memcg.setEffective(memcg.min(), memcg.low());
            return;
        }
        long siblingsMin = 0;
        long siblingsLow = 0;
        for (Memcg c : parent.children()) {
            siblingsMin += Math.min(c.usage(), c.min());
            siblingsLow += Math.min(c.usage(), c.low());
        }
        memcg.setEffective(
                effective(memcg, parent, memcg.min(), parent.effectiveMin(), siblingsMin, recursive),
                effective(memcg, parent, memcg.low(), parent.effectiveLow(), siblingsLow, recursive));
    }

    private static long effective(
            Memcg memcg, Memcg parent, long setting, long parentEffective, long siblings, boolean recursive) {
        long usage = memcg.usage();
        long own = Math.min(usage, setting);
        if (siblings > parentEffective) {
            return siblings == 0
                    ? 0
                    : Math.multiplyHigh(own, parentEffective) == 0
                            ? own * parentEffective / siblings
                            : (long) ((double) own * parentEffective / siblings);
        }
        long result = own;
        if (recursive && parentEffective > siblings && parent.usage() > siblings && usage > own) {
            long unclaimed = parentEffective - siblings;
            result += (long) ((double) unclaimed * (usage - own) / (parent.usage() - siblings));
        }
        return result;
    }

    /** Must not be reclaimed from at all. Kernel: mem_cgroup_below_min. */
    public static boolean belowMin(@Nullable Memcg target, Memcg memcg) {
        return !unprotected(target, memcg) && memcg.effectiveMin() >= memcg.usage() && memcg.effectiveMin() > 0;
    }

    /** To be spared unless nothing else is left. Kernel: mem_cgroup_below_low. */
    public static boolean belowLow(@Nullable Memcg target, Memcg memcg) {
        return !unprotected(target, memcg) && memcg.effectiveLow() >= memcg.usage() && memcg.effectiveLow() > 0;
    }

    private static boolean unprotected(@Nullable Memcg target, Memcg memcg) {
        return memcg.isRoot() || memcg == target;
    }
}
