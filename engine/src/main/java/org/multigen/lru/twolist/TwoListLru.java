package org.multigen.lru.twolist;

import org.jspecify.annotations.Nullable;
import org.multigen.base.Actor;
import org.multigen.lru.FolioBatches;
import org.multigen.lru.FolioRelease;
import org.multigen.lru.FolioShrinker;
import org.multigen.lru.LruLists;
import org.multigen.lru.Lruvec;
import org.multigen.lru.LruvecTable;
import org.multigen.lru.Lruvecs;
import org.multigen.lru.PageLru;
import org.multigen.lru.ReclaimRequest;
import org.multigen.lru.References;
import org.multigen.lru.TracePoint;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.Node;
import org.multigen.rules.KernelRules;
import org.multigen.storage.SwapSpace;

/** The classic LRU: wires its mechanisms and is their face to the rooms around. */
public final class TwoListLru implements PageLru {
    private final FolioTable folios;
    private final Lruvecs lruvecs;
    private final LruvecTable<TwoLists> table = new LruvecTable<>();
    private final KernelRules rules;
    private final RefaultDistance refaults;
    private final LruCost costs;
    private final SwapSpace swap;
    private FolioBatches batches;
    private ScanCount scanCount;
    private ActiveList active;
    private ShrinkLoop loop;

    @SuppressWarnings("NullAway.Init") // wired in two steps: batches need the lists, the lists need this
    public TwoListLru(FolioTable folios, KernelRules rules, Lruvecs lruvecs, SwapSpace swap) {
        this.folios = folios;
        this.rules = rules;
        this.lruvecs = lruvecs;
        this.swap = swap;
        this.costs = new LruCost(rules);
        this.refaults = new RefaultDistance(folios, rules, lruvecs, table, swap, costs);
    }

    /** Second step of the wiring. */
    public void wire(
            LruLists lists,
            FolioBatches batches,
            FolioRelease release,
            FolioShrinker shrinker,
            References references,
            Surroundings surroundings,
            TracePoint trace) {
        this.batches = batches;
        Isolation isolation = new Isolation(folios, rules, lists, batches, release);
        scanCount = new ScanCount(rules, swap, surroundings);
        active = new ActiveList(folios, lists, batches, references, isolation, costs);
        InactiveList inactive = new InactiveList(folios, batches, shrinker, isolation, costs, surroundings, trace);
        loop = new ShrinkLoop(scanCount, active, inactive);
    }

    // ---- lists

    @Override
    public void created(Lruvec lruvec) {
        Memcg parent = lruvec.memcg.parent();
        TwoLists above = parent == null ? null : table.get(lruvecs.of(parent, lruvec.node.id()));
        boolean stale = lruvecs.memcgs().enabled() && !rules.reclaimRefreshesStatistics();
        table.add(lruvec, new TwoLists(lruvec, above, folios, stale));
    }

    /** Head of a list, numbered as in {@link Lruvec}. For checks and dumps. */
    public int head(Lruvec lruvec, int list) {
        return table.get(lruvec).head(list);
    }

    @Override
    public boolean add(Lruvec lruvec, int folio, boolean toTail) {
        table.get(lruvec).add(folio, toTail);
        return true;
    }

    @Override
    public boolean remove(Lruvec lruvec, int folio, boolean forReclaim) {
        table.get(lruvec).remove(folio);
        return true;
    }

    @Override
    public int anyPage(Lruvec lruvec) {
        TwoLists lists = table.get(lruvec);
        for (int list = 0; list < TwoLists.LISTS; list++) {
            if (!folios.listEmpty(lists.head(list))) {
                return folios.listLast(lists.head(list));
            }
        }
        return FolioTable.NONE;
    }

    /** A group is going away where pages do not stay with it: they go behind those of its parent. Under both lru locks. */
    public void reparent(Lruvec from, Lruvec to) {
        TwoLists source = table.get(from);
        TwoLists target = table.get(to);
        for (int list = 0; list < TwoLists.LISTS; list++) {
            int head = source.head(list);
            while (!folios.listEmpty(head)) {
                int folio = folios.next(head);
                source.remove(folio);
                folios.setMemcg(folio, to.memcg.id());
                target.add(folio, true);
            }
        }
    }

    // ---- uses and refaults

    /** Used twice, an inactive page becomes active. Kernel: mm/swap.c folio_mark_accessed. */
    @Override
    public void markAccessed(Actor actor, int folio) {
        long flags = folios.flags(folio);
        if ((flags & FolioFlags.REFERENCED) == 0) {
            folios.set(folio, FolioFlags.REFERENCED);
        } else if ((flags & (FolioFlags.UNEVICTABLE | FolioFlags.ACTIVE)) == 0) {
            if ((flags & FolioFlags.LRU) != 0) {
                batches.activate(actor, folio);
            } else {
                batches.markActiveIfWaiting(actor, folio);
            }
            folios.clear(folio, FolioFlags.REFERENCED);
            table.get(lruvecs.of(folio)).ageNonresident(FolioFlags.pages(flags));
        }
    }

    @Override
    public long evicted(Actor actor, Lruvec lruvec, int folio, ReclaimRequest request) {
        return refaults.evicted(lruvec, folio, request.target);
    }

    @Override
    public void refault(Actor actor, int folio, long shadow) {
        refaults.refault(actor, folio, shadow);
    }

    // ---- reclaim

    /** Before a pass over a node at one priority: whether active pages may go, and how the types are balanced. */
    public void prepare(Actor actor, Node node, ReclaimRequest request) {
        TwoLists target = listsOf(request.target, node);
        target.refresh(actor);
        NodePass.prepare(request, target, listsOf(null, node));
    }

    @Override
    public void shrink(Actor actor, Lruvec lruvec, ReclaimRequest request) {
        loop.shrink(new Round(actor, table.get(lruvec), request), listsOf(null, lruvec.node));
    }

    /**
     * After reclaim of a group, or null for the whole machine, on a node: later passes tell by this what came back since. Kernel:
     * snapshot_refaults.
     */
    public void snapshotRefaults(@Nullable Memcg target, Node node) {
        listsOf(target, node).takeSnapshot();
    }

    /** Somebody reads memory.stat of a group: from here on reclaim sees its numbers of now. Kernel: mem_cgroup_flush_stats. */
    public void statisticsRead(Memcg memcg) {
        for (Memcg m : lruvecs.memcgs().subtree(memcg)) {
            for (Node n : lruvecs.memory().nodes()) {
                listsOf(m, n).addUp();
            }
        }
    }

    /**
     * Before kswapd reclaims a node: if inactive anonymous pages are few, each group gives some of its active ones. Kernel:
     * kswapd_age_node.
     */
    public void ageActiveAnon(Actor actor, Node node, ReclaimRequest request) {
        TwoLists root = listsOf(null, node);
        root.refresh(actor);
        if (!scanCount.canAgeAnon(root.lruvec, request) || !root.inactiveIsLow(TwoLists.ANON)) {
            return;
        }
        for (Lruvec lruvec : lruvecs.onNode(node.id())) {
            active.shrink(new Round(actor, table.get(lruvec), request), TwoLists.ANON, ShrinkLoop.SWAP_CLUSTER);
        }
    }

    TwoLists listsOf(@Nullable Memcg memcg, Node node) {
        return table.get(lruvecs.of(memcg == null ? lruvecs.memcgs().root() : memcg, node.id()));
    }
}
