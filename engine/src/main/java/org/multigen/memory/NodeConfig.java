package org.multigen.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * A node as configured.
 *
 * @param id node number
 * @param zones zones, lowest first
 * @param cpus whether the machine's CPUs belong to it
 * @param medium what its memory is
 */
public record NodeConfig(int id, List<ZoneConfig> zones, boolean cpus, Medium medium) {
    private static final long DMA_PAGES = 3840;
    private static final long DMA32_PAGES = 3L << 18;

    public NodeConfig(int id, List<ZoneConfig> zones) {
        this(id, zones, id == 0, Medium.DRAM);
    }

    /** A node of so many pages, divided into DMA, DMA32 and Normal as on x86 if it is the first node, else one Normal zone. */
    public static NodeConfig ofPages(int id, long pages) {
        List<ZoneConfig> zones = new ArrayList<>();
        long rest = pages;
        if (id == 0 && rest > DMA_PAGES) {
            zones.add(new ZoneConfig("DMA", DMA_PAGES));
            rest -= DMA_PAGES;
            long dma32 = Math.min(rest, DMA32_PAGES);
            zones.add(new ZoneConfig("DMA32", dma32));
            rest -= dma32;
        }
        if (rest > 0) {
            zones.add(new ZoneConfig("Normal", rest));
        }
        return new NodeConfig(id, List.copyOf(zones));
    }

    /** The same node with other memory and no CPUs. */
    public NodeConfig withoutCpus(Medium other) {
        return new NodeConfig(id, zones, false, other);
    }
}
