package org.multigen.tier;

import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.VmEvent;
import org.multigen.base.Words;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.pagetable.Pte;

/**
 * NUMA balancing in tiering mode, second half: a page that faults soon after it was made to is hot and is promoted. Kernel:
 * mm/memory.c do_numa_page, kernel/sched/fair.c should_numa_migrate_memory.
 */
public final class HintFaults {
    private final FolioTable folios;
    private final MemoryTiers tiers;
    private final HintScan scan;
    private final TopTier topTier;
    private final PromotionLimit limit;
    private final HotPages hot;

    /** Told of accesses to pages of lower tiers that a hint fault showed. */
    interface HotPages {
        /** Returns true if it takes care of promoting the page. */
        boolean recorded(Actor actor, int folio);
    }

    HintFaults(
            FolioTable folios, MemoryTiers tiers, HintScan scan, TopTier topTier, PromotionLimit limit, HotPages hot) {
        this.folios = folios;
        this.tiers = tiers;
        this.scan = scan;
        this.topTier = topTier;
        this.limit = limit;
        this.hot = hot;
    }

    /** Serves the fault of an entry that was made to fault; it maps its page again afterwards. */
    public void handle(Actor actor, AddressSpace mm, Vma vma, long entryAt) {
        actor.charge(Cost.HINT_FAULT);
        actor.count(VmEvent.NUMA_HINT_FAULTS, 1);
        HintScan.stateOf(mm).faults.getAndIncrement();
        int folio = hold(mm, entryAt);
        if (folio != FolioTable.NONE) {
            promote(actor, vma, folio);
            restore(mm, entryAt);
        } // else another thread has served it
    }

    /** The page of the entry, under real threads with a reference; {@link FolioTable#NONE} if it does not fault any more. */
    private int hold(AddressSpace mm, long entryAt) {
        mm.pageTable.lockLeaf(entryAt);
        long entry = Words.getLongOpaque(entryAt);
        int folio = Pte.protNone(entry) ? folios.folioOf(Pte.frame(entry)) : FolioTable.NONE;
        if (folio != FolioTable.NONE && folios.shared()) {
            folios.get(folio);
        }
        mm.pageTable.unlockLeaf(entryAt);
        return folio;
    }

    private void promote(Actor actor, Vma vma, int folio) {
        boolean lower = tiers.tieringMode() && !tiers.top(FolioFlags.node(folios.flags(folio)));
        int target = topTier.defaultTarget();
        if (!lower || hot.recorded(actor, folio) || !wanted(actor, vma, folio, target)) {
            topTier.letGo(actor, folio);
            return;
        }
        int pages = folios.pages(folio);
        if (topTier.promoteHeld(actor, folio, target, Cost.MIGRATE_ONE) != FolioTable.NONE) {
            actor.count(VmEvent.NUMA_PAGES_MIGRATED, pages);
        }
    }

    private boolean wanted(Actor actor, Vma vma, int folio, int target) {
        if (!topTier.movable(folio, vma)) {
            return false;
        }
        if (topTier.ampleRoom(target)) {
            limit.relax();
            return true;
        }
        long latency = scan.latencyNs(folio, actor.clockNs());
        return latency < limit.thresholdNs(actor.clockNs()) && !limit.exceeded(actor, folios.pages(folio));
    }

    /** Under the table's lock, so that whoever has it sees an entry of one kind. */
    private static void restore(AddressSpace mm, long entryAt) {
        mm.pageTable.lockLeaf(entryAt);
        while (true) {
            long entry = Words.getLongOpaque(entryAt);
            if (!Pte.protNone(entry)
                    || Words.casLong(entryAt, entry, (entry & ~Pte.PROTNONE) | Pte.PRESENT | Pte.ACCESSED)) {
                break;
            }
        }
        mm.pageTable.unlockLeaf(entryAt);
    }
}
