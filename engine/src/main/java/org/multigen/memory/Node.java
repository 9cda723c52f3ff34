package org.multigen.memory;

import java.util.List;

/**
 * A memory node: its zones from the lowest to the highest, and its place among the others.
 *
 * @param id node number
 * @param zones zones, lowest first
 * @param startPfn first frame
 * @param endPfn frame behind the last
 * @param cpus whether CPUs belong to it
 * @param medium what its memory is
 */
public record Node(int id, List<Zone> zones, int startPfn, int endPfn, boolean cpus, Medium medium) {
    private static final int LOW_ZONE_RATIO = 256;

    public Zone zone(int index) {
        return zones.get(index);
    }

    /** Highest zone index. */
    public int maxZone() {
        return zones.size() - 1;
    }

    /** Pages of a low zone kept from allocations that could use higher ones. Kernel: lowmem_reserve_ratio. */
    public long reserve(Zone z) {
        long above = 0;
        for (int i = z.index + 1; i <= maxZone(); i++) {
            above += zone(i).managed;
        }
        return z.index < maxZone() ? above / LOW_ZONE_RATIO : 0;
    }

    public long freePages() {
        long sum = 0;
        for (Zone z : zones) {
            sum += z.free();
        }
        return sum;
    }

    public long managedPages() {
        long sum = 0;
        for (Zone z : zones) {
            sum += z.managed;
        }
        return sum;
    }
}
