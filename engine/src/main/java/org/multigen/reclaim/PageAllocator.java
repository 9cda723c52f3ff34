package org.multigen.reclaim;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.memory.FolioTable;
import org.multigen.memory.FrameSource;
import org.multigen.memory.Mobility;
import org.multigen.memory.Node;
import org.multigen.memory.PhysicalMemory;
import org.multigen.memory.Zone;

/**
 * Allocates frames from the nearest zone that has some to spare; else wakes kswapd, reclaims, and in the end kills. Kernel:
 * mm/page_alloc.c get_page_from_freelist, __alloc_pages_slowpath.
 */
public final class PageAllocator implements FrameSource {
    private static final int MAX_NO_PROGRESS = 16;

    private final PhysicalMemory memory;
    private final List<List<Node>> fallback = new ArrayList<>();
    private @Nullable Reclaimer reclaimer;
    private @Nullable OomKiller oom;
    private List<Kswapd> daemons = List.of();

    public PageAllocator(PhysicalMemory memory) {
        this.memory = memory;
        for (Node from : memory.nodes()) {
            List<Node> order = new ArrayList<>(memory.nodes());
            order.sort(Comparator.comparingInt(
                    (Node n) -> n == from ? -1 : n.medium().tier() * 256 + n.id()));
            fallback.add(List.copyOf(order));
        }
    }

    /** Second step of the wiring. */
    public void wire(Reclaimer r, OomKiller killer, List<Kswapd> kswapds) {
        reclaimer = r;
        oom = killer;
        daemons = kswapds;
    }

    @Override
    public int allocate(Actor actor, int order, int node, boolean mayReclaim, Mobility mobility) {
        actor.charge(Cost.ALLOC);
        List<Node> nodes = fallback.get(node);
        int pfn = take(nodes, order, Mark.LOW, mobility, actor);
        if (pfn != FolioTable.NONE) {
            return pfn;
        }
        wakeAll(actor, nodes);
        if (actor.memalloc) {
            return take(nodes, order, Mark.NONE, mobility, actor);
        }
        pfn = take(nodes, order, Mark.MIN, mobility, actor);
        if (pfn != FolioTable.NONE || !mayReclaim || order > 3) {
            return pfn;
        }
        return slowPath(actor, order, nodes, mobility);
    }

    @Override
    public int allocateOn(Actor actor, int order, List<Node> nodes) {
        actor.charge(Cost.ALLOC);
        int pfn = take(nodes, order, Mark.LOW, Mobility.MOVABLE, actor);
        if (pfn == FolioTable.NONE) {
            wakeAll(actor, nodes);
            pfn = take(nodes, order, Mark.MIN, Mobility.MOVABLE, actor);
        }
        return pfn;
    }

    private int slowPath(Actor actor, int order, List<Node> nodes, Mobility mobility) {
        int fruitless = 0;
        while (true) {
            Reclaimer r = reclaimer;
            if (r == null) {
                return FolioTable.NONE;
            }
            long freed = r.reclaimDirect(actor, nodes, order);
            int pfn = take(nodes, order, Mark.MIN, mobility, actor);
            if (pfn != FolioTable.NONE) {
                return pfn;
            }
            fruitless = freed > 0 ? 0 : fruitless + 1;
            if (actor.killed) {
                return take(nodes, order, Mark.HALF_MIN, mobility, actor);
            }
            if (fruitless >= MAX_NO_PROGRESS) {
                OomKiller k = oom;
                if (k == null || !k.kill(actor, null)) {
                    return FolioTable.NONE;
                }
                fruitless = 0;
            }
        }
    }

    private enum Mark {
        LOW,
        MIN,
        HALF_MIN,
        NONE
    }

    private int take(List<Node> nodes, int order, Mark mark, Mobility mobility, Actor actor) {
        for (Node n : nodes) {
            for (int i = n.maxZone(); i >= 0; i--) {
                Zone z = n.zone(i);
                int pfn = memory.allocator().take(z, order, marked(z, n, mark), mobility);
                if (pfn != FolioTable.NONE) {
                    if (z.takeBoosted()) {
                        wake(actor, n);
                    }
                    return pfn;
                }
            }
        }
        return FolioTable.NONE;
    }

    private static long marked(Zone z, Node n, Mark mark) {
        long reserve = lowmemReserve(z, n);
        return switch (mark) {
            case LOW -> z.low() + reserve;
            case MIN -> z.min() + reserve;
            case HALF_MIN -> z.min() / 2;
            case NONE -> 0;
        };
    }

    /** Pages of a low zone kept from allocations that could use higher ones. Kernel: lowmem_reserve_ratio. */
    static long lowmemReserve(Zone z, Node n) {
        return n.reserve(z);
    }

    private void wakeAll(Actor actor, List<Node> nodes) {
        for (Node n : nodes) {
            wake(actor, n);
        }
    }

    private void wake(Actor actor, Node n) {
        for (Kswapd k : daemons) {
            if (k.node() == n) {
                k.wake(actor);
            }
        }
    }

    @Override
    public void free(Actor actor, int pfn) {
        memory.allocator().free(memory.zoneOf(pfn), pfn);
    }
}
