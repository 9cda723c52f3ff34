package org.multigen.lru.twolist;

import org.jspecify.annotations.Nullable;
import org.multigen.base.Actor;
import org.multigen.base.VmEvent;
import org.multigen.lru.Lruvec;
import org.multigen.lru.LruvecTable;
import org.multigen.lru.Lruvecs;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.rules.KernelRules;
import org.multigen.storage.SwapSpace;

/**
 * Tells whether a page that comes back would have stayed had the lists that compete with it been smaller. A clock per lruvec ticks
 * with each eviction and activation; the shadow keeps the time of eviction, and the time gone by at the refault is compared with
 * the pages that could have made room.
 *
 * <pre>
 *  61          25    24     23    16 15      0
 * +--------------+--------+--------+----------+
 * |     age      | workset|  node  | memcg id |
 * +--------------+--------+--------+----------+
 * </pre>
 *
 * Kernel: mm/workingset.c workingset_eviction, workingset_test_recent, workingset_refault.
 */
final class RefaultDistance {
    private static final VmEvent[] EVENTS = VmEvent.values();
    private static final int MEMCG_BITS = 16;
    private static final int NODE_BITS = 8;
    private static final int SHIFT = MEMCG_BITS + NODE_BITS + 1;
    private static final long WORKINGSET_BIT = 1L << (MEMCG_BITS + NODE_BITS);
    private static final long AGE_MASK = (1L << (62 - SHIFT)) - 1;

    private final FolioTable folios;
    private final KernelRules rules;
    private final Lruvecs lruvecs;
    private final LruvecTable<TwoLists> table;
    private final SwapSpace swap;
    private final LruCost costs;

    RefaultDistance(
            FolioTable folios,
            KernelRules rules,
            Lruvecs lruvecs,
            LruvecTable<TwoLists> table,
            SwapSpace swap,
            LruCost costs) {
        this.folios = folios;
        this.rules = rules;
        this.lruvecs = lruvecs;
        this.table = table;
        this.swap = swap;
        this.costs = costs;
    }

    /**
     * The shadow of a page that is evicted; the clock moves.
     *
     * @param target the group that is reclaimed, whose clock counts; null for the whole machine
     */
    long evicted(Lruvec lruvec, int folio, @Nullable Memcg target) {
        Memcg memcg = target == null ? lruvecs.memcgs().root() : target;
        TwoLists lists = table.get(lruvecs.of(memcg, lruvec.node.id()));
        long flags = folios.flags(folio);
        long shadow = pack(lists.nonresidentAge(), memcg.id(), lruvec.node.id(), (flags & FolioFlags.WORKINGSET) != 0);
        lists.ageNonresident(FolioFlags.pages(flags));
        return shadow;
    }

    static long pack(long age, int memcg, int node, boolean workingset) {
        return (age & AGE_MASK) << SHIFT | (workingset ? WORKINGSET_BIT : 0) | (long) node << MEMCG_BITS | memcg;
    }

    /** Evictions and activations between a shadow and a moment. */
    static long distance(long shadow, long now) {
        return (now - (shadow >>> SHIFT)) & AGE_MASK;
    }

    /** A page comes back, before it is put on a list. */
    void refault(Actor actor, int folio, long shadow) {
        TwoLists lists = table.get(lruvecs.of(folio));
        long flags = folios.flags(folio);
        int type = FolioFlags.type(flags);
        int pages = FolioFlags.pages(flags);
        count(actor, lists, VmEvent.WORKINGSET_REFAULT_ANON, type, pages);
        boolean recent = recent(actor, shadow, type, lists);
        folios.log().refaulted(folio, true, recent);
        if (!recent) {
            return;
        }
        folios.set(folio, FolioFlags.ACTIVE);
        lists.ageNonresident(pages);
        lists.countActivatedRefault(type, pages);
        count(actor, lists, VmEvent.WORKINGSET_ACTIVATE_ANON, type, pages);
        if ((shadow & WORKINGSET_BIT) != 0) {
            folios.set(folio, FolioFlags.WORKINGSET);
            costs.note(actor, lists, type, pages, 0);
            count(actor, lists, VmEvent.WORKINGSET_RESTORE_ANON, type, pages);
        }
    }

    private boolean recent(Actor actor, long shadow, int type, TwoLists refaulting) {
        Memcg memcg = lruvecs.memcgs().byId((int) shadow & (1 << MEMCG_BITS) - 1);
        if (memcg == null) {
            return false;
        }
        int node = (int) (shadow >>> MEMCG_BITS) & (1 << NODE_BITS) - 1;
        TwoLists evicting = table.get(lruvecs.of(memcg, node));
        evicting.refresh(actor);
        Memcg swapper = rules.refaulterNeedsSwap() ? refaulting.lruvec.memcg : memcg;
        return distance(shadow, evicting.nonresidentAge())
                <= workingsetSize(evicting, type, swap.availableTo(swapper) > 0);
    }

    /** Pages that could have gone instead of a page of this type. */
    static long workingsetSize(TwoLists lists, int type, boolean swap) {
        long size = lists.size(Lruvec.ACTIVE_FILE);
        if (type == TwoLists.ANON) {
            size += lists.size(Lruvec.INACTIVE_FILE);
        }
        if (swap) {
            size += lists.size(Lruvec.ACTIVE_ANON);
            if (type == TwoLists.FILE) {
                size += lists.size(Lruvec.INACTIVE_ANON);
            }
        }
        return size;
    }

    private static void count(Actor actor, TwoLists lists, VmEvent anon, int type, int pages) {
        VmEvent event = EVENTS[anon.ordinal() + type];
        actor.count(event, pages);
        lists.lruvec.memcg.count(event, pages);
    }
}
