package org.multigen.lru.twolist;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.multigen.addrspace.MappableTable;
import org.multigen.addrspace.Rmap;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.lru.FolioBatches;
import org.multigen.lru.FolioRelease;
import org.multigen.lru.LruLists;
import org.multigen.lru.Lruvec;
import org.multigen.lru.Lruvecs;
import org.multigen.lru.References;
import org.multigen.lru.ShrinkResult;
import org.multigen.lru.TracePoint;
import org.multigen.memcg.Charge;
import org.multigen.memcg.Memcg;
import org.multigen.memcg.MemcgTree;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.FrameSource;
import org.multigen.memory.Mobility;
import org.multigen.memory.Node;
import org.multigen.memory.NodeConfig;
import org.multigen.memory.PhysicalMemory;
import org.multigen.memory.ZoneConfig;
import org.multigen.rules.Kernels;
import org.multigen.storage.BlockDevice;
import org.multigen.storage.SwapSpace;

/** One node of two zones, groups, the classic LRU, and a reclaim that frees what {@link #frees} says. */
final class SmallNode implements AutoCloseable {
    static final int LOW_ZONE = 0;
    static final int HIGH_ZONE = 1;

    private static final long ZONE_PAGES = 4096;

    final PhysicalMemory memory;
    final FolioTable folios;
    final Node node;
    final MemcgTree tree = new MemcgTree(true);
    final Charge charge = new Charge(tree, 1, 1, 250);
    final SwapSpace swap;
    final Lruvecs lruvecs;
    final MappableTable mappables = new MappableTable();
    final Rmap rmap;
    final TwoListLru lru;
    final LruLists lists;
    final FolioBatches batches;
    final Actor actor = new Actor("test", 1, 0, new long[Cost.values().length]);
    final Memcg group;
    final Lruvec lruvec;

    /** Pages handed to reclaim, in order. */
    final List<Integer> tried = new ArrayList<>();
    /** Which of them it frees. */
    IntPredicate frees = folio -> true;
    /** It writes each page that it frees. */
    boolean writes;

    int swappiness = 60;

    SmallNode(String kernel, boolean withSwap) {
        this(kernel, withSwap, ZONE_PAGES);
    }

    SmallNode(String kernel, boolean withSwap, long lowZonePages) {
        ZoneConfig low = new ZoneConfig("DMA32", lowZonePages, 4, 5, 6);
        ZoneConfig high = new ZoneConfig("Normal", ZONE_PAGES, 4, 5, 6);
        memory = new PhysicalMemory(List.of(new NodeConfig(0, List.of(low, high))), -1, 10, 0);
        folios = memory.folios();
        node = memory.node(0);
        swap = new SwapSpace(folios, tree, charge);
        lruvecs = new Lruvecs(tree, memory, org.multigen.base.Locks.VIRTUAL);
        rmap = new Rmap(folios, mappables);
        var rules = Kernels.find(kernel);
        lru = new TwoListLru(folios, rules, lruvecs, swap);
        lruvecs.attach(lru);
        lists = new LruLists(folios, lruvecs, List.of(lru));
        FolioRelease release = new FolioRelease(folios, lists, rmap, tree, charge, new Frames());
        batches = new FolioBatches(folios, lists, release, 1, rules);
        References references = new References(folios, rmap, tree, rules);
        lru.wire(
                lists,
                batches,
                release,
                (a, list, n, request, result, ignore) -> shrink(list, result),
                references,
                () -> swappiness,
                new TracePoint());
        if (withSwap) {
            swap.add(BlockDevice.ZRAM, 1 << 16, 0);
        }
        lruvecs.online(tree.root());
        group = tree.create("A", -1);
        lruvecs.online(group);
        lruvec = lruvecs.of(group, 0);
    }

    private void shrink(int list, ShrinkResult result) {
        List<Integer> kept = new ArrayList<>();
        while (!folios.listEmpty(list)) {
            int folio = folios.listLast(list);
            folios.listDel(folio);
            tried.add(folio);
            if (frees.test(folio)) {
                result.reclaimed++;
                result.pageout += writes ? 1 : 0;
            } else {
                kept.add(folio);
            }
        }
        kept.forEach(folio -> folios.listAdd(list, folio));
    }

    /** A new page on its list: of the group, in a zone, with flags beside those of its place. */
    int page(int zone, long flags) {
        int folio = memory.allocator().take(node.zone(zone), 0, 0, Mobility.MOVABLE);
        charge.tryChargeNoReclaim(actor, group, 1);
        folios.setMemcg(folio, group.id());
        folios.set(folio, flags);
        lists.add(lruvec, folio);
        return folio;
    }

    /** Pages on the list that the flags say; the first one is the oldest. */
    List<Integer> pages(int n, long flags) {
        List<Integer> result = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            result.add(page(LOW_ZONE, flags));
        }
        return result;
    }

    /** Pages of a list, the oldest first. */
    List<Integer> listed(int list) {
        List<Integer> result = new ArrayList<>();
        int head = lru.listsOf(group, node).head(list);
        for (int f = folios.prev(head); f != head; f = folios.prev(f)) {
            result.add(f);
        }
        return result;
    }

    /** Statistics of groups are added up. */
    void later() {
        actor.spend(Sums.PERIOD_NS);
    }

    TwoLists of(Memcg memcg) {
        return lru.listsOf(memcg, node);
    }

    boolean has(int folio, long flag) {
        return folios.has(folio, flag);
    }

    private final class Frames implements FrameSource {
        @Override
        public int allocate(Actor by, int order, int preferred, boolean mayReclaim, Mobility mobility) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int allocateOn(Actor by, int order, java.util.List<org.multigen.memory.Node> nodes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void free(Actor by, int pfn) {
            memory.allocator().free(memory.zoneOf(pfn), pfn);
        }
    }

    static final long ANON = FolioFlags.SWAPBACKED;
    static final long ACTIVE_ANON = FolioFlags.SWAPBACKED | FolioFlags.ACTIVE;
    static final long FILE = 0;
    static final long ACTIVE_FILE = FolioFlags.ACTIVE;

    @Override
    public void close() {
        swap.close();
        memory.close();
    }
}
