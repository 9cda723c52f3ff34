package org.multigen.tier;

import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.VmEvent;
import org.multigen.lru.ReclaimRequest;
import org.multigen.memcg.Memcg;
import org.multigen.memcg.MemcgTree;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.Node;

/** Moves what reclaim would free to a slower node. Kernel: mm/vmscan.c demote_folio_list. */
public final class Demoter {
    private static final long AGAIN_NS = 10_000_000_000L;

    private final MemoryTiers tiers;
    private final Migration migration;
    private final FolioTable folios;
    private final MemcgTree memcgs;
    private final MoveTimes times;

    Demoter(MemoryTiers tiers, Migration migration, MemcgTree memcgs, MoveTimes times) {
        this.tiers = tiers;
        this.migration = migration;
        this.folios = migration.folios();
        this.memcgs = memcgs;
        this.times = times;
    }

    /** Pages of a list of a node's pages, all of one group, may be demoted. */
    public boolean may(int list, Node node, ReclaimRequest request) {
        if (!tiers.demotion() || folios.listEmpty(list)) {
            return false;
        }
        return tiers.canDemote(node.id(), request, memcgOf(folios.listLast(list)));
    }

    private Memcg memcgOf(int folio) {
        return memcgs.of(FolioFlags.memcg(folios.flags(folio)));
    }

    /**
     * Demotes a list of isolated, unlocked pages.
     *
     * @param list those that stay are left on it
     * @return pages demoted
     */
    public long demote(Actor actor, int list, Node node, ReclaimRequest request) {
        if (folios.listEmpty(list)) {
            return 0;
        }
        Memcg memcg = memcgOf(folios.listLast(list));
        MemoryTiers.Targets targets = tiers.targets(node.id(), memcg);
        if (targets.target().isEmpty()) {
            return 0;
        }
        long demoted = 0;
        int folio = folios.next(list);
        while (folio != list) {
            int next = folios.next(folio);
            int pages = folios.pages(folio);
            folios.listDel(folio);
            boolean back = times.movedWithin(folio, actor.clockNs(), AGAIN_NS);
            int to = migration.move(actor, folio, targets.target(), targets.others(), Cost.MIGRATE);
            if (to == FolioTable.NONE) {
                folios.listAddTail(next, folio); // before its neighbour, where it was
            } else {
                demoted += pages;
                folios.log().demoted(to, pages);
                times.moved(to, actor.clockNs());
                actor.count(VmEvent.PGDEMOTE_PROMOTED, back ? pages : 0);
            }
            folio = next;
        }
        if (demoted > 0) {
            actor.charge(Cost.TLB_FLUSH);
            VmEvent by = request.kswapd
                    ? VmEvent.PGDEMOTE_KSWAPD
                    : request.proactive ? VmEvent.PGDEMOTE_PROACTIVE : VmEvent.PGDEMOTE_DIRECT;
            actor.count(by, demoted);
            memcg.count(by, demoted);
        }
        return demoted;
    }
}
