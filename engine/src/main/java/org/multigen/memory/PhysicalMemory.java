package org.multigen.memory;

import java.util.ArrayList;
import java.util.List;
import org.multigen.base.LockClass;
import org.multigen.base.Locks;

/** All nodes of a machine with the folio table over their frames. */
public final class PhysicalMemory implements AutoCloseable {
    private static final long MAX_FRAMES = (1L << 31) - (8L << 20);
    private static final int MIN_FREE_KB_FLOOR = 128;
    private static final int MIN_FREE_KB_CEILING = 262_144;

    private final Locks locks;
    private final FolioTable folios;
    private final FrameAllocator allocator;
    private final List<Node> nodes;

    /**
     * @param configs nodes in order of their ids, at least one
     * @param minFreeKbytes vm.min_free_kbytes, or -1 for the kernel's formula
     * @param watermarkScaleFactor vm.watermark_scale_factor, in 1/10000
     * @param boostFactor vm.watermark_boost_factor, in 1/10000 of the high mark; 0: marks are never raised
     * @throws IllegalArgumentException if a zone is empty or the machine is too large
     */
    public PhysicalMemory(List<NodeConfig> configs, long minFreeKbytes, int watermarkScaleFactor, int boostFactor) {
        this(configs, minFreeKbytes, watermarkScaleFactor, boostFactor, Locks.VIRTUAL);
    }

    /**
     * @param locks of the machine
     */
    public PhysicalMemory(
            List<NodeConfig> configs, long minFreeKbytes, int watermarkScaleFactor, int boostFactor, Locks locks) {
        this.locks = locks;
        long frames = 0;
        for (NodeConfig n : configs) {
            for (ZoneConfig z : n.zones()) {
                if (z.managedPages() <= 0) {
                    throw new IllegalArgumentException("zone " + z.name() + " of node " + n.id() + " has no memory");
                }
                frames += z.managedPages();
            }
        }
        if (frames == 0 || frames > MAX_FRAMES) {
            throw new IllegalArgumentException("a machine of " + frames + " pages, expected 1.." + MAX_FRAMES);
        }
        folios = new FolioTable((int) frames, locks);
        allocator = new FrameAllocator(folios);
        nodes = build(configs, minFreePages(frames, minFreeKbytes), frames, watermarkScaleFactor, boostFactor);
    }

    /** Kernel: mm/page_alloc.c calculate_min_free_kbytes. */
    private static long minFreePages(long frames, long minFreeKbytes) {
        long kb = minFreeKbytes >= 0
                ? minFreeKbytes
                : Math.clamp((long) Math.sqrt(16.0 * frames * 4), MIN_FREE_KB_FLOOR, MIN_FREE_KB_CEILING);
        return kb / 4;
    }

    private List<Node> build(List<NodeConfig> configs, long minPages, long frames, int scale, int boost) {
        List<Node> result = new ArrayList<>();
        int pfn = 0;
        for (NodeConfig n : configs) {
            List<Zone> zones = new ArrayList<>();
            int start = pfn;
            for (int i = 0; i < n.zones().size(); i++) {
                ZoneConfig z = n.zones().get(i);
                zones.add(new Zone(
                        folios,
                        locks.guard(LockClass.ZONE),
                        n.id(),
                        i,
                        z.name(),
                        pfn,
                        (int) z.managedPages(),
                        marks(z, minPages, frames, scale, boost)));
                pfn += (int) z.managedPages();
            }
            result.add(new Node(n.id(), List.copyOf(zones), start, pfn, n.cpus(), n.medium()));
        }
        return List.copyOf(result);
    }

    /** Kernel: mm/page_alloc.c __setup_per_zone_wmarks. */
    private static Zone.Marks marks(ZoneConfig z, long minPages, long frames, int scale, int boost) {
        if (z.min() >= 0) {
            return new Zone.Marks(z.min(), z.low(), z.high(), boost);
        }
        long min = minPages * z.managedPages() / frames;
        long gap = Math.max(min / 4, z.managedPages() * scale / 10_000);
        return new Zone.Marks(min, min + gap, min + 2 * gap, boost);
    }

    public FolioTable folios() {
        return folios;
    }

    public FrameAllocator allocator() {
        return allocator;
    }

    public List<Node> nodes() {
        return nodes;
    }

    public Node node(int id) {
        return nodes.get(id);
    }

    /** The zone that a frame belongs to. */
    public Zone zoneOf(int pfn) {
        long flags = folios.flags(pfn);
        return nodes.get(FolioFlags.node(flags)).zone(FolioFlags.zone(flags));
    }

    @Override
    public void close() {
        folios.close();
    }
}
