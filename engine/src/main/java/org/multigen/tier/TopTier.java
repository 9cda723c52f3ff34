package org.multigen.tier;

import java.util.List;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.VmEvent;
import org.multigen.memcg.MemcgTree;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.Node;
import org.multigen.memory.PhysicalMemory;
import org.multigen.memory.Zone;

/**
 * Promotion of single folios to a top-tier node, for whoever decides which. A full target is not reclaimed for it; its kswapd
 * is woken, which then makes room up to the promo mark. Kernel: mm/migrate.c migrate_misplaced_folio.
 */
final class TopTier {
    /** Wakes the page-out daemon of a node; the room above implements it. */
    interface Waker {
        void wake(Actor actor, Node node);
    }

    private static final long GIB_PAGES = 1L << 18;

    private final PhysicalMemory memory;
    private final FolioTable folios;
    private final MemoryTiers tiers;
    private final Migration migration;
    private final MemcgTree memcgs;
    private final MoveTimes times;
    private final Waker waker;

    TopTier(
            PhysicalMemory memory,
            MemoryTiers tiers,
            Migration migration,
            MemcgTree memcgs,
            MoveTimes times,
            Waker waker) {
        this.memory = memory;
        this.folios = memory.folios();
        this.tiers = tiers;
        this.migration = migration;
        this.memcgs = memcgs;
        this.times = times;
        this.waker = waker;
    }

    /** The node of the CPUs: nobody knows which of them accesses a page. */
    int defaultTarget() {
        return 0;
    }

    /** So much is free that every candidate may come. Kernel: pgdat_free_space_enough. */
    boolean ampleRoom(int node) {
        Node n = memory.node(node);
        long enough = Math.max(GIB_PAGES, n.managedPages() >> 4);
        for (Zone z : n.zones()) {
            if (z.free() > z.promo() + enough) {
                return true;
            }
        }
        return false;
    }

    /** Asks whether a target has no room for so many pages; if so its page-out daemon is woken. */
    boolean full(Actor actor, int target, int pages) {
        Node n = memory.node(target);
        if (hasRoom(n, pages)) {
            return false;
        }
        waker.wake(actor, n);
        return true;
    }

    /** The page in a frame was demoted there less than so long ago. */
    boolean demotedWithin(int frame, long nowNs, long ns) {
        return ns > 0 && times.movedWithin(frame, nowNs, ns);
    }

    private static boolean hasRoom(Node n, int pages) {
        for (Zone z : n.zones()) {
            if (z.free() > z.high() + n.reserve(z) + pages) {
                return true;
            }
        }
        return false;
    }

    /** A page that may not move although it is hot: code that everybody runs, file pages to be written. */
    boolean movable(int folio, @org.jspecify.annotations.Nullable Vma vma) {
        if (FolioFlags.type(folios.flags(folio)) == 0) {
            return true;
        }
        boolean shared = folios.mapCount(folio) > 1;
        return !folios.has(folio, FolioFlags.DIRTY) && !(shared && vma != null && vma.has(Vma.EXEC));
    }

    /**
     * Promotes a folio if there is room.
     *
     * @param cost what a page costs
     * @return the folio in its new place or {@link FolioTable#NONE}
     */
    int promote(Actor actor, int folio, int target, Cost cost) {
        boolean taken = !full(actor, target, folios.pages(folio)) && migration.isolate(actor, folio);
        return taken ? moveUp(actor, folio, target, cost) : FolioTable.NONE;
    }

    /** The same for a folio to which the caller has a reference under real threads, which goes with this call. */
    int promoteHeld(Actor actor, int folio, int target, Cost cost) {
        boolean taken = !full(actor, target, folios.pages(folio)) && migration.isolate(actor, folio);
        letGo(actor, folio);
        return taken ? moveUp(actor, folio, target, cost) : FolioTable.NONE;
    }

    /** Gives back a reference that is only taken under real threads. */
    void letGo(Actor actor, int folio) {
        if (folios.shared()) {
            migration.letGo(actor, folio);
        }
    }

    private int moveUp(Actor actor, int folio, int target, Cost cost) {
        int pages = folios.pages(folio);
        long flags = folios.flags(folio);
        int to = migration.move(actor, folio, List.of(memory.node(target)), List.of(), cost);
        if (to == FolioTable.NONE) {
            migration.putBack(actor, folio);
        } else if (tiers.top(target) && !tiers.top(FolioFlags.node(flags))) {
            actor.count(VmEvent.PGPROMOTE_SUCCESS, pages);
            times.moved(to, actor.clockNs());
            memcgs.of(FolioFlags.memcg(flags)).count(VmEvent.PGPROMOTE_SUCCESS, pages);
        }
        return to;
    }
}
