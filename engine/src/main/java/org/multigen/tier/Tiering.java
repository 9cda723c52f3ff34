package org.multigen.tier;

import org.multigen.addrspace.AddressSpace;
import org.multigen.base.Actor;
import org.multigen.memcg.MemcgTree;
import org.multigen.memory.FolioTable;
import org.multigen.memory.Node;
import org.multigen.memory.PhysicalMemory;

/** The room's mechanisms, wired for one machine. */
public final class Tiering implements AutoCloseable {
    /** Wakes the page-out daemon of a node. */
    public interface Waker {
        void wake(Actor actor, Node node);
    }

    private static final long NEVER = Long.MAX_VALUE / 4;
    /** How often a task looks whether NUMA balancing was switched on. */
    private static final long POLL_NS = 10_000_000;

    private final MemoryTiers tiers;
    private final Demoter demoter;
    private final HintFaults hintFaults;
    private final HintScan hintScan;
    private final boolean lowerNodes;

    public Tiering(
            PhysicalMemory memory,
            MemoryTiers tiers,
            Migration migration,
            MemcgTree memcgs,
            PromotionSettings settings,
            Waker waker) {
        FolioTable folios = memory.folios();
        this.tiers = tiers;
        this.demoter = new Demoter(tiers, migration, memcgs);
        TopTier topTier = new TopTier(memory, tiers, migration, memcgs, waker::wake);
        PromotionLimit limit = new PromotionLimit(settings, settings.hotThresholdNs());
        this.lowerNodes = !tiers.lower().isEmpty();
        this.hintScan = new HintScan(folios, tiers, settings);
        this.hintFaults = new HintFaults(folios, tiers, hintScan, topTier, limit, (actor, folio) -> false);
    }

    public MemoryTiers tiers() {
        return tiers;
    }

    public Demoter demoter() {
        return demoter;
    }

    public HintFaults hintFaults() {
        return hintFaults;
    }

    /**
     * A task has run in an address space.
     *
     * @return its CPU time after which to call again
     */
    public long ran(Actor actor, AddressSpace mm) {
        if (!lowerNodes) {
            return NEVER;
        }
        return tiers.tieringMode() ? Math.min(hintScan.tick(actor, mm), POLL_NS) : POLL_NS;
    }

    @Override
    public void close() {
        hintScan.close();
    }
}
