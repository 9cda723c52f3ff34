package org.multigen.reclaim;

import org.multigen.lru.Lruvec;
import org.multigen.lru.ReclaimRequest;
import org.multigen.lru.multigen.SwapRoom;
import org.multigen.memory.Node;
import org.multigen.memory.Zone;
import org.multigen.rules.KernelRules;
import org.multigen.storage.SwapSpace;
import org.multigen.tier.MemoryTiers;

/** How readily anonymous pages go, given swap and the request. Kernel: get_swappiness. */
public final class Swappiness implements SwapRoom {
    /** Free slots below which swapping is not worth a try. Kernel: MIN_LRU_BATCH. */
    private static final int MIN_FREE = 64;

    private final SwapSpace swap;
    private final KernelRules rules;
    private final MemoryTiers tiers;
    private volatile int system;

    public Swappiness(SwapSpace swap, KernelRules rules, MemoryTiers tiers, int system) {
        this.swap = swap;
        this.rules = rules;
        this.tiers = tiers;
        this.system = system;
    }

    /** Sets vm.swappiness, 0..200. */
    public void set(int value) {
        system = value;
    }

    public int get() {
        return system;
    }

    @Override
    public int swappiness(Lruvec lruvec, ReclaimRequest request) {
        if (!request.maySwap && !rules.barredSwapIsLight()) {
            return 0;
        }
        if (!tiers.canDemote(lruvec.node.id(), request, lruvec.memcg) && swap.availableTo(lruvec.memcg) < MIN_FREE) {
            return 0;
        }
        return request.swappiness == ReclaimRequest.SYSTEM_SWAPPINESS ? system : request.swappiness;
    }

    @Override
    public boolean watermarksMet(Lruvec lruvec, ReclaimRequest request) {
        Node node = lruvec.node;
        for (Zone z : node.zones()) {
            long mark = tiers.promotes() ? z.promo() : z.high();
            if (z.index <= request.maxZone && z.free() <= mark + MIN_FREE + PageAllocator.lowmemReserve(z, node)) {
                return false;
            }
        }
        return true;
    }
}
