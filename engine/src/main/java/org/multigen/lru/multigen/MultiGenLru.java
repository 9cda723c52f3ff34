package org.multigen.lru.multigen;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.multigen.addrspace.AddressSpace;
import org.multigen.base.Actor;
import org.multigen.base.LockClass;
import org.multigen.guest.SecondaryAging;
import org.multigen.lru.Flushers;
import org.multigen.lru.FolioBatches;
import org.multigen.lru.FolioRelease;
import org.multigen.lru.FolioShrinker;
import org.multigen.lru.LruLists;
import org.multigen.lru.Lruvec;
import org.multigen.lru.LruvecTable;
import org.multigen.lru.Lruvecs;
import org.multigen.lru.PageLru;
import org.multigen.lru.ReclaimRequest;
import org.multigen.lru.TracePoint;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.pagetable.TablePool;
import org.multigen.rules.KernelRules;
import org.multigen.walk.AccessedFrames;
import org.multigen.walk.BloomFilter;
import org.multigen.walk.MmIteration;
import org.multigen.walk.MmList;
import org.multigen.walk.PageTableWalker;
import org.multigen.walk.ScanVariant;
import org.multigen.walk.WalkSettings;

/** The multi-generational LRU: wires its mechanisms and is their face to the rooms around. */
public final class MultiGenLru implements PageLru {
    /** What it is built with besides its neighbours. */
    public record Settings(WalkSettings walks, boolean statistics, long seed, SecondaryAging secondary) {}

    private static final int HISTORY_SLOTS = 4;

    private final FolioTable folios;
    private final KernelRules rules;
    private final Switches switches;
    private final Settings settings;
    private final TracePoint trace;
    private final Lruvecs lruvecs;
    private final LruvecTable<Generations> generations = new LruvecTable<>();
    private final List<MmList> mmLists = new CopyOnWriteArrayList<>();
    private final List<MemcgLru> memcgLrus = new ArrayList<>();
    private final Placement placement;
    private final Promotion promotion;
    private final WalkBatches walks;
    private final Aging aging;
    private final TierController controller;
    private final Workingset workingset;
    private LookAround lookAround;
    private Eviction eviction;
    private EvictionLoop loop;
    private LruSwitch lruSwitch;

    @SuppressWarnings("NullAway.Init") // wired in two steps: batches need the lists, the lists need this
    public MultiGenLru(
            FolioTable folios,
            KernelRules rules,
            Switches switches,
            Settings settings,
            Lruvecs lruvecs,
            TracePoint trace) {
        this.folios = folios;
        this.rules = rules;
        this.switches = switches;
        this.settings = settings;
        this.trace = trace;
        this.lruvecs = lruvecs;
        this.placement = new Placement(folios, rules);
        this.promotion = new Promotion(folios, rules);
        this.walks = new WalkBatches(folios, rules, promotion, generations);
        this.controller = new TierController(rules);
        this.aging = new Aging(
                folios,
                rules,
                controller,
                promotion,
                walks,
                () -> new PageTableWalker(rules, settings.walks(), walks, settings.secondary()),
                switches,
                trace,
                settings.walks().maxBatch());
        this.workingset = new Workingset(folios, rules, lruvecs, generations);
        for (int n = 0; n < lruvecs.memory().nodes().size(); n++) {
            memcgLrus.add(new MemcgLru(settings.seed() + n));
        }
    }

    /**
     * Second step of the wiring.
     *
     * @param flushers write dirty file pages
     */
    public void wire(
            LruLists lists,
            FolioBatches batches,
            FolioRelease release,
            FolioShrinker shrinker,
            SwapRoom swap,
            TablePool tables,
            Flushers flushers) {
        aging.wakeFlushersBy(flushers::wake);
        eviction = new Eviction(
                folios,
                rules,
                controller,
                promotion,
                placement,
                aging,
                walks,
                lists,
                batches,
                release,
                trace,
                settings.walks());
        eviction.setShrinker(shrinker);
        eviction.setFlushers(flushers);
        loop = new EvictionLoop(
                rules,
                eviction,
                aging,
                walks,
                batches,
                swap,
                lruvecs,
                memcgLrus,
                generations,
                settings.walks().minBatch());
        lookAround = new LookAround(
                folios,
                rules,
                settings.walks(),
                promotion,
                walks,
                batches,
                lruvecs,
                generations,
                tables,
                settings.secondary());
        lruSwitch = new LruSwitch(folios, generations, lists, settings.walks().maxBatch());
    }

    // ---- lruvecs and address spaces

    @Override
    public void created(Lruvec lruvec) {
        MmList list = mmListOf(lruvec.memcg);
        WalkSettings w = settings.walks();
        BloomFilter filter = new BloomFilter(w.filter());
        int history = settings.statistics() ? HISTORY_SLOTS : 1;
        MmIteration iteration = new MmIteration(list, rules, lruvec.node.id(), filter, history, w.usageHint());
        Generations g = new Generations(lruvec, folios, iteration, history, switches.core(), 0, lruvecs.locks());
        generations.add(lruvec, g);
        memcgLrus.get(lruvec.node.id()).online(g);
    }

    /** The generations of a new group start counting their age now. */
    public void born(Lruvec lruvec, long nowNs) {
        generations.get(lruvec).bornAt(nowNs);
    }

    /** Lists are made when a group comes online, before anybody else can find it. */
    private MmList mmListOf(Memcg memcg) {
        while (mmLists.size() <= memcg.id()) {
            mmLists.add(new MmList(lruvecs.locks().lock(LockClass.MM_LIST, "mm list " + mmLists.size())));
        }
        return mmLists.get(memcg.id());
    }

    /** A process was forked or exec'd: ageing of its group walks it from now on. */
    public void addMm(Actor actor, AddressSpace mm, Memcg memcg) {
        mmListOf(memcg).add(actor, mm);
    }

    /** The last user of an address space has gone. */
    public void removeMm(Actor actor, AddressSpace mm) {
        MmList.remove(actor, mm);
    }

    /** Another program was started: a new address space for ageing, though the same for us. */
    public void renewMm(Actor actor, AddressSpace mm) {
        MmList.renew(actor, mm);
    }

    /** The owner of an address space moved to another group. */
    public void migrateMm(Actor actor, AddressSpace mm, Memcg to) {
        mmListOf(to).migrate(actor, mm);
    }

    /** A group is going away: reclaim visits it first. */
    public void offline(Memcg memcg) {
        for (MemcgLru l : memcgLrus) {
            Generations g = generations.get(lruvecs.of(memcg, memcgLrus.indexOf(l)));
            l.rotate(g, MemcgLru.Rotate.OLD);
        }
    }

    /** A group is going away where pages do not stay with it: they become its parent's. */
    public void reparent(Actor actor, Lruvec from, Lruvec to, int swappiness) {
        new Reparenting(folios, aging).move(actor, generations.get(from), generations.get(to), swappiness);
    }

    /** The last page of a group that was removed has gone: nothing iterates its address spaces, its filters are freed. */
    public void released(Memcg memcg) {
        for (MemcgLru l : memcgLrus) {
            Generations g = generations.get(lruvecs.of(memcg, memcgLrus.indexOf(l)));
            l.offline(g);
            g.iteration.close();
        }
    }

    // ---- pages

    @Override
    public boolean add(Lruvec lruvec, int folio, boolean toTail) {
        return placement.add(generations.get(lruvec), folio, toTail);
    }

    @Override
    public boolean remove(Lruvec lruvec, int folio, boolean forReclaim) {
        return placement.remove(generations.get(lruvec), folio, forReclaim);
    }

    /** A page that a fault brings in is marked as the kernel does before it is added. Kernel: folio_add_lru. */
    public void markFaulted(Actor actor, int folio) {
        if (!switches.core() || !actor.inLruFault || actor.memalloc) {
            return;
        }
        long flags = folios.flags(folio);
        if ((flags & FolioFlags.UNEVICTABLE) != 0) {
            return;
        }
        switch (rules.faultedPages()) {
            case ACTIVE -> folios.set(folio, FolioFlags.ACTIVE);
            case ACTIVE_IF_REFAULT -> {
                if ((flags & FolioFlags.WORKINGSET) != 0) {
                    folios.set(folio, FolioFlags.ACTIVE);
                } else if ((flags & FolioFlags.REFERENCED) == 0) {
                    markAccessed(actor, folio);
                }
            }
        }
    }

    @Override
    public void markAccessed(Actor actor, int folio) {
        promotion.markAccessed(folio);
    }

    @Override
    public long evicted(Actor actor, Lruvec lruvec, int folio, ReclaimRequest request) {
        return workingset.evicted(lruvec, folio);
    }

    @Override
    public void refault(Actor actor, int folio, long shadow) {
        workingset.refault(actor, folio, shadow);
    }

    /** Counts a sighting by the reverse map; true if the page is to be activated. Kernel: lru_gen_set_refs. */
    public boolean countSighting(Actor actor, int folio) {
        return promotion.countSighting(folio);
    }

    /** MADV_COLD and the like: true if the page need not change lists. Kernel: lru_gen_clear_refs. */
    public boolean clearUses(int folio) {
        long old = folios.clear(folio, FolioFlags.REFS_MASK | FolioFlags.REFERENCED | FolioFlags.WORKINGSET);
        int gen = FolioFlags.gen(old);
        if (gen < 0) {
            return true;
        }
        Generations g = generations.get(lruvecs.of(folio));
        return gen == Generations.genOf(g.minSeq(FolioFlags.type(old)));
    }

    // ---- reclaim

    public boolean enabled() {
        return switches.core();
    }

    public LookAround lookAround() {
        return lookAround;
    }

    @Override
    public void shrink(Actor actor, Lruvec lruvec, ReclaimRequest request) {
        loop.shrinkOne(actor, generations.get(lruvec), request);
    }

    /** Reclaim of a whole node, group by group. Kernel: lru_gen_shrink_node. */
    public void shrinkNode(Actor actor, int node, ReclaimRequest request, EvictionLoop.Slabs slabs) {
        loop.shrinkNode(actor, node, request, slabs);
    }

    /** Before kswapd reclaims: ageing, and the check for thrashing. Kernel: lru_gen_age_node. */
    public boolean ageNode(Actor actor, int node, ReclaimRequest request, long minTtlNs) {
        return loop.ageNode(actor, node, request, minTtlNs);
    }

    /** The core bit changed: pages are to be taken over, or given back, by {@link #switchStep}. */
    public void beginSwitch(boolean on) {
        lruSwitch.begin(on);
    }

    /** Moves a chunk of pages between the two LRUs; true if there are more. */
    public boolean switchStep(Actor actor) {
        return lruSwitch.step(actor);
    }

    /** Pages of both LRUs exist. */
    public boolean switching() {
        return lruSwitch.underWay();
    }

    /**
     * A scan of lruvecs for accesses, for one scanner.
     *
     * @param sweepPasses passes in which every table is looked at once, learned or not
     */
    public LruScan newScan(ScanVariant variant, int sweepPasses) {
        return new LruScan(variant, rules, settings.walks(), walks, generations, switches, sweepPasses);
    }

    /**
     * Scans a lruvec once, all of it, making no generation. Kernel: lru_gen_scan as proposed.
     *
     * @param seq its youngest generation
     */
    public void scan(Actor actor, Lruvec lruvec, long seq, LruScan with, AccessedFrames accessed) {
        with.start(actor, lruvec, seq);
        while (with.chunk(actor, accessed)) {
            // each chunk hands its frames over
        }
    }

    /** Told of the lists of a lruvec. */
    public interface ListVisitor {
        /**
         * A list with what is booked for it.
         *
         * @param list its head
         * @param pages booked, not counted
         * @param active whether memory.stat calls its pages active
         */
        void list(int gen, int type, int zone, int list, long pages, boolean active);
    }

    /** Visits all lists of a lruvec. For checks and dumps. */
    public void visitLists(Lruvec lruvec, ListVisitor visitor) {
        Generations g = generations.get(lruvec);
        for (int gen = 0; gen < Generations.MAX; gen++) {
            for (int type = 0; type < Generations.TYPES; type++) {
                for (int zone = 0; zone < g.zones; zone++) {
                    visitor.list(gen, type, zone, g.list(gen, type, zone), g.rawPages(gen, type, zone), g.active(gen));
                }
            }
        }
    }

    /** Youngest generation of a lruvec. */
    public long maxSeq(Lruvec lruvec) {
        return generations.get(lruvec).maxSeq();
    }

    /** Oldest generation of a type, 0 anonymous, 1 file. */
    public long minSeq(Lruvec lruvec, int type) {
        return generations.get(lruvec).minSeq(type);
    }

    /** Bytes that the Bloom filters of all lruvecs take. */
    public long filterBytes() {
        long sum = 0;
        for (Generations g : generations.all()) {
            sum += g.iteration.filter().bytes();
        }
        return sum;
    }

    // ---- what control and dumps need

    Generations generationsOf(Lruvec lruvec) {
        return generations.get(lruvec);
    }

    Aging aging() {
        return aging;
    }

    Eviction eviction() {
        return eviction;
    }

    WalkBatches walks() {
        return walks;
    }

    public KernelRules rules() {
        return rules;
    }

    /** Commands and text of debugfs. */
    public LruGenText text() {
        return new LruGenText(this, rules);
    }
}
