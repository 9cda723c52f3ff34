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
    public Zone zone(int index) {
        return zones.get(index);
    }

    /** Highest zone index. */
    public int maxZone() {
        return zones.size() - 1;
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
