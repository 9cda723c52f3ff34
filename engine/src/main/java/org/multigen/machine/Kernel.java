package org.multigen.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.multigen.addrspace.MappableTable;
import org.multigen.addrspace.Rmap;
import org.multigen.addrspace.TlbShootdown;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Grace;
import org.multigen.base.Locks;
import org.multigen.base.Warnings;
import org.multigen.fault.FaultHandler;
import org.multigen.fault.HugePagePolicy;
import org.multigen.fault.Madvise;
import org.multigen.fault.Mappings;
import org.multigen.fault.Mlock;
import org.multigen.fault.MlockedPages;
import org.multigen.fault.MmContext;
import org.multigen.guest.SecondaryAging;
import org.multigen.lru.Flushers;
import org.multigen.lru.FolioBatches;
import org.multigen.lru.FolioRelease;
import org.multigen.lru.LruLists;
import org.multigen.lru.Lruvec;
import org.multigen.lru.Lruvecs;
import org.multigen.lru.MappedPages;
import org.multigen.lru.ReclaimRequest;
import org.multigen.lru.References;
import org.multigen.lru.TracePoint;
import org.multigen.lru.multigen.MultiGenLru;
import org.multigen.lru.multigen.Switches;
import org.multigen.lru.twolist.Surroundings;
import org.multigen.lru.twolist.TwoListLru;
import org.multigen.memcg.Charge;
import org.multigen.memcg.Memcg;
import org.multigen.memcg.MemcgTree;
import org.multigen.memcg.Relief;
import org.multigen.memory.FolioTable;
import org.multigen.memory.Mobility;
import org.multigen.memory.Node;
import org.multigen.memory.PhysicalMemory;
import org.multigen.memory.Zone;
import org.multigen.pagetable.TablePool;
import org.multigen.reclaim.FolioReclaimer;
import org.multigen.reclaim.Kswapd;
import org.multigen.reclaim.LruEntry;
import org.multigen.reclaim.OomKiller;
import org.multigen.reclaim.PageAllocator;
import org.multigen.reclaim.Reclaimer;
import org.multigen.reclaim.Swappiness;
import org.multigen.rules.KernelRules;
import org.multigen.storage.BlockDevice;
import org.multigen.storage.FileCache;
import org.multigen.storage.LruGate;
import org.multigen.storage.StorageParts;
import org.multigen.storage.SwapSpace;
import org.multigen.tier.MemoryTiers;
import org.multigen.tier.Migration;
import org.multigen.tier.Tiering;

/** The rooms of the engine, built and wired together for one machine, with the links from rooms below back up to this one. */
final class Kernel implements AutoCloseable {
    private static final long[] NO_COSTS = new long[Cost.values().length];
    private static final int MAX_TABLES = 1 << 22;
    private static final long ISOLATED_WAIT_NS = 2_000_000;

    private Consumer<Actor> flusherTurn = reclaimer -> {};

    final MachineConfig config;
    final KernelRules rules;
    final Warnings warnings;
    final PhysicalMemory memory;
    final MemcgTree memcgs;
    final Charge charge;
    final SwapSpace swap;
    final TablePool tables;
    final MappableTable mappables;
    final Rmap rmap;
    final Lruvecs lruvecs;
    final SecondaryAging secondary;
    final Switches switches;
    final Cpus cpus;
    final TracePoint trace = new TracePoint();
    final MultiGenLru multigen;
    final TwoListLru twolist;
    final LruLists lists;
    final PageAllocator allocator;
    final FolioBatches batches;
    final FileCache files;
    final Swappiness swappiness;
    final Reclaimer reclaimer;
    final OomKiller oom;
    final List<Kswapd> kswapds = new ArrayList<>();
    final MemoryTiers tiers;
    final Tiering tiering;
    final HugePagePolicy hugePages;
    private final MmContext context;
    final Mappings mappings;
    final Madvise madvise;
    final Mlock mlock;
    /** Processes that have not exited, oldest first; the machine keeps it. */
    final List<Task> tasks;

    final Locks locks;
    final Grace grace;
    private final List<Actor> actors = new CopyOnWriteArrayList<>();
    /** What the clocks of actors count from under real threads. */
    final long wallOriginNs = System.nanoTime();

    private volatile long minTtlMs;

    Kernel(MachineConfig config) {
        this.config = config;
        rules = config.kernel;
        tasks = config.realThreads ? new CopyOnWriteArrayList<>() : new ArrayList<>();
        warnings = new Warnings(config.panicOnWarn);
        warnings.setReplay("seed " + config.seed);
        minTtlMs = config.minTtlMs;
        locks = config.realThreads ? Locks.REAL : Locks.VIRTUAL;
        grace = new Grace(locks);
        grace.setReaders(actors);
        mappables = new MappableTable(locks);
        memory = new PhysicalMemory(
                config.nodes, config.minFreeKbytes, config.watermarkScaleFactor, config.watermarkBoostFactor, locks);
        FolioTable folios = memory.folios();
        memcgs = new MemcgTree(config.memcg, locks);
        memcgs.setGrace(grace);
        charge = new Charge(memcgs, config.cpus, rules.stockGroups(), config.hz, locks);
        swap = new SwapSpace(folios, memcgs, charge, locks, config.cpus);
        tables = new TablePool(MAX_TABLES, grace);
        cpus = new Cpus(config.cpus, config.tlbEntries, config.tlbTagged);
        TlbShootdown shootdown = new TlbShootdown(cpus.cacheTranslations());
        rmap = new Rmap(folios, mappables);
        lruvecs = new Lruvecs(memcgs, memory, locks);
        secondary =
                new SecondaryAging(config.secondaryMmuPolicy, rules.walkAsksSecondaryMmu(), config.secondaryMmuWindow);
        switches = newSwitches();
        multigen = newMultiGen();
        twolist = new TwoListLru(folios, rules, lruvecs, swap);
        lruvecs.attach(multigen);
        lruvecs.attach(twolist);
        lists = new LruLists(folios, lruvecs, List.of(multigen, twolist));
        allocator = new PageAllocator(memory);
        FolioRelease release = new FolioRelease(folios, lists, rmap, memcgs, charge, allocator);
        batches = new FolioBatches(folios, lists, release, config.cpus, rules);
        References references = new References(folios, rmap, memcgs, rules);
        MappedPages mapped = new MappedPages(folios, memcgs);
        reportWarnings(mapped, release);
        LruEntry gate = new LruEntry(folios, batches, release, multigen, twolist);
        files = fileCache(folios, gate);
        tiers = new MemoryTiers(memory, rules, config.seed);
        tiering = newTiering(new Migration(
                new Migration.Parts(folios, rules, rmap, allocator, swap, files, gate, lists, batches, release)));
        FolioReclaimer shrinker = new FolioReclaimer(new FolioReclaimer.Parts(
                folios,
                rules,
                lists,
                release,
                references,
                multigen,
                twolist,
                swap,
                files,
                rmap,
                shootdown,
                mapped,
                memcgs,
                memory.allocator(),
                tiering.demoter()));
        swappiness = new Swappiness(swap, rules, tiers, config.swappiness);
        multigen.wire(lists, batches, release, shrinker, swappiness, tables, new Writers());
        twolist.wire(lists, batches, release, shrinker, references, new ClassicSurroundings(), trace);
        references.setYoungTest(new YoungByGeneration(multigen));
        reclaimer = new Reclaimer(memory, memcgs, lruvecs, rules, multigen, twolist, trace);
        lruvecs.online(memcgs.root());
        memcgs.onRelease(m -> {
            multigen.released(m);
            charge.unchargeObject(parentOf(m), rules.childGroupBytes(config.cpus));
        });
        takeAtBoot(config.kernelPages);
        config.swap.forEach(this::addSwap);
        long managed = memory.nodes().stream().mapToLong(Node::managedPages).sum();
        oom = new OomKiller(() -> tasks, managed + swap.total());
        addKswapds();
        allocator.wire(reclaimer, oom, kswapds);
        charge.setRelief(new ReliefByReclaim());
        context = newContext(shootdown, mapped, gate, release);
        hugePages = new HugePagePolicy(config.hugePages);
        mappings = new Mappings(context);
        madvise = new Madvise(context, mappings, shrinker, lists, memory);
        mlock = new Mlock(context);
        tiering.startDaemons(name -> newActor(name, 0), multigen, lruvecs);
        tiers.setDemotion(config.demotion);
        tiers.setBalancing(config.numaBalancing);
    }

    private MmContext newContext(TlbShootdown shootdown, MappedPages mapped, LruEntry gate, FolioRelease release) {
        return new MmContext(
                memory.folios(),
                rules,
                mappables,
                rmap,
                shootdown,
                mapped,
                allocator,
                memcgs,
                charge,
                swap,
                files,
                gate,
                batches,
                release,
                new MlockedPages(memory.folios(), rmap, lists, batches),
                multigen);
    }

    private Switches newSwitches() {
        int enabled = config.lruGenEnabled;
        if (enabled < 0) {
            enabled = Switches.CORE | Switches.LEAF | Switches.NONLEAF | Switches.SECONDARY;
        }
        return new Switches(enabled, config.hwAccessed, config.hwNonleafAccessed, secondary);
    }

    private MultiGenLru newMultiGen() {
        return new MultiGenLru(
                memory.folios(),
                rules,
                switches,
                new MultiGenLru.Settings(config.walks, config.lruGenStats, config.seed, secondary),
                lruvecs,
                trace);
    }

    private Tiering newTiering(Migration migration) {
        return new Tiering(memory, tiers, migration, memcgs, config.tiering, config.hz, this::wakeKswapd);
    }

    /** Serves the faults of one process. */
    FaultHandler newFaultHandler() {
        return new FaultHandler(context, hugePages, tiering.hintFaults());
    }

    private FileCache fileCache(FolioTable folios, LruGate gate) {
        return new StorageParts(
                        folios,
                        allocator,
                        charge,
                        memcgs,
                        mappables,
                        rmap,
                        swap,
                        gate,
                        rules,
                        config.cpus,
                        cpu -> 0,
                        this::dirtyablePages,
                        config.pageCluster,
                        config.writeback)
                .build();
    }

    private void reportWarnings(MappedPages mapped, FolioRelease release) {
        memory.allocator().setWarnings(warnings);
        charge.setWarnings(warnings);
        swap.setWarnings(warnings);
        mapped.setWarnings(warnings);
        release.setWarnings(warnings);
    }

    private void addKswapds() {
        Kswapd.Thrash thrash = new ThrashByTtl();
        for (Node n : memory.nodes()) {
            Actor daemon = newActor("kswapd" + n.id(), Math.floorMod(config.cpus - 1 - n.id(), config.cpus));
            kswapds.add(new Kswapd(n, daemon, rules, reclaimer, multigen, twolist, tiers, thrash, locks));
        }
    }

    private void wakeKswapd(Actor by, Node node) {
        kswapds.get(node.id()).wake(by);
    }

    /** Kernel: global_dirtyable_memory; what is reserved below the high watermarks is not. */
    private long dirtyablePages() {
        long sum = 0;
        for (Node n : memory.nodes()) {
            for (Zone z : n.zones()) {
                sum += Math.max(0, z.free() - z.high());
            }
            for (Lruvec l : lruvecs.onNode(n.id())) {
                sum += l.size(Lruvec.INACTIVE_FILE) + l.size(Lruvec.ACTIVE_FILE);
            }
        }
        return sum;
    }

    /** A group's own structures are charged to the group that it was made in. */
    void chargeForChild(Actor by, Memcg child) {
        charge.chargeObject(by, parentOf(child), rules.childGroupBytes(config.cpus));
    }

    private Memcg parentOf(Memcg child) {
        Memcg parent = child.parent();
        return parent == null ? memcgs.root() : parent;
    }

    /** What the kernel itself holds, from the zone that it prefers. */
    private void takeAtBoot(long pages) {
        if (pages == 0) {
            return;
        }
        Actor boot = newActor("boot", 0);
        for (long i = 0; i < pages; i++) {
            if (allocator.allocate(boot, 0, 0, false, Mobility.UNMOVABLE) == FolioTable.NONE) {
                throw new IllegalArgumentException(
                        "the kernel takes " + pages + " pages at boot; only " + i + " are there");
            }
        }
    }

    void addSwap(SwapConfig s) {
        BlockDevice device = switch (s.kind()) {
            case ZRAM -> BlockDevice.ZRAM;
            case BRD -> BlockDevice.RAM;
            case DISK -> BlockDevice.DISK;
        };
        swap.add(device, s.pages(), s.priority());
    }

    /** Whoever spends time: a task, a daemon, the shell. */
    Actor newActor(String name, int cpu) {
        synchronized (actors) {
            Actor a = new Actor(name, actors.size(), cpu, locks.real() ? NO_COSTS : config.costs.vector());
            if (locks.real()) {
                a.followWall(wallOriginNs);
                a.setYield(RealSleep.INSTANCE);
            }
            actors.add(a);
            return a;
        }
    }

    List<Actor> actors() {
        return actors;
    }

    Lruvec lruvec(Memcg m, int node) {
        return lruvecs.of(m, node);
    }

    long minTtlMs() {
        return minTtlMs;
    }

    void setMinTtlMs(long value) {
        minTtlMs = value;
    }

    @Override
    public void close() {
        tiering.close();
        memory.close();
        swap.close();
        tables.close();
    }

    private record YoungByGeneration(MultiGenLru multigen) implements References.YoungTest {
        @Override
        public boolean clear(Actor actor, int folio, org.multigen.addrspace.Vma vma, long vpn, long entryAt) {
            return multigen.lookAround().clearAndLook(actor, folio, vma, vpn, entryAt);
        }

        @Override
        public boolean on() {
            return multigen.enabled();
        }
    }

    private final class ReliefByReclaim implements Relief {
        @Override
        public long reclaim(Actor actor, Memcg over, long pages) {
            long reclaimed = reclaimer.reclaimMemcg(actor, over, pages, false, ReclaimRequest.SYSTEM_SWAPPINESS);
            if (reclaimed == 0 && memory.folios().shared()) {
                // others have isolated what it looked for. Kernel: VMSCAN_THROTTLE_ISOLATED
                LockSupport.parkNanos(ISOLATED_WAIT_NS);
            }
            return reclaimed;
        }

        @Override
        public boolean outOfMemory(Actor actor, Memcg over) {
            return oom.kill(actor, over);
        }
    }

    /** Tells how the flusher does what is due, in virtual time. */
    void flusherRunsBy(Consumer<Actor> turn) {
        flusherTurn = turn;
    }

    private final class Writers implements Flushers {
        @Override
        public void wake() {
            files.writeback().wake();
        }

        @Override
        public void run(Actor reclaimer) {
            flusherTurn.accept(reclaimer);
        }
    }

    private final class ClassicSurroundings implements Surroundings {
        @Override
        public int swappiness() {
            return swappiness.get();
        }

        @Override
        public boolean canDemote(Lruvec lruvec, ReclaimRequest request) {
            return tiers.canDemote(lruvec.node.id(), request, lruvec.memcg);
        }

        @Override
        public void wakeFlushers(Actor actor) {
            files.writeback().wake();
        }
    }

    private final class ThrashByTtl implements Kswapd.Thrash {
        @Override
        public void kill(Actor actor) {
            oom.kill(actor, null);
        }

        @Override
        public long minTtlNs() {
            return minTtlMs * 1_000_000;
        }
    }
}
