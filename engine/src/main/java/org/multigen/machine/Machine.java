package org.multigen.machine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.MappableTable;
import org.multigen.addrspace.Rmap;
import org.multigen.base.Actor;
import org.multigen.base.KernelError;
import org.multigen.base.Lock;
import org.multigen.base.Warnings;
import org.multigen.fault.FaultHandler;
import org.multigen.fault.HugePagePolicy;
import org.multigen.fault.Madvise;
import org.multigen.fault.Mappings;
import org.multigen.fault.Mlock;
import org.multigen.fault.MlockedPages;
import org.multigen.fault.MmContext;
import org.multigen.lru.FolioBatches;
import org.multigen.lru.FolioRelease;
import org.multigen.lru.LruLists;
import org.multigen.lru.Lruvec;
import org.multigen.lru.Lruvecs;
import org.multigen.lru.MappedPages;
import org.multigen.lru.ReclaimRequest;
import org.multigen.lru.ReclaimTrace;
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
import org.multigen.memory.Node;
import org.multigen.memory.NodeConfig;
import org.multigen.memory.PhysicalMemory;
import org.multigen.memory.Zone;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.TablePool;
import org.multigen.reclaim.FolioReclaimer;
import org.multigen.reclaim.Kswapd;
import org.multigen.reclaim.LruEntry;
import org.multigen.reclaim.OomKiller;
import org.multigen.reclaim.PageAllocator;
import org.multigen.reclaim.Reclaimer;
import org.multigen.reclaim.Swappiness;
import org.multigen.rules.KernelRules;
import org.multigen.rules.Kernels;
import org.multigen.storage.BackingFile;
import org.multigen.storage.BlockDevice;
import org.multigen.storage.FileCache;
import org.multigen.storage.LruGate;
import org.multigen.storage.StorageParts;
import org.multigen.storage.SwapSpace;
import org.multigen.storage.Writeback;
import org.multigen.walk.WalkSettings;

/**
 * A machine: memory, swap, control groups, processes, and the kernel that manages them. The front door of the engine.
 *
 * <p>In virtual time everything runs on the caller's thread: operations of tasks at once, daemons between them
 * ({@link Scheduler}).
 */
public final class Machine implements AutoCloseable {
    private static final int MAX_TABLES = 1 << 22;

    private final MachineConfig config;
    private final KernelRules rules;
    private final PhysicalMemory memory;
    private final MemcgTree memcgs;
    private final Charge charge;
    private final SwapSpace swap;
    private final TablePool tables;
    private final MappableTable mappables = new MappableTable();
    private final Lruvecs lruvecs;
    private final Switches switches;
    private final MultiGenLru multigen;
    private final TwoListLru twolist;
    private final LruLists lists;
    private final FolioBatches batches;
    private final FolioReclaimer shrinker;
    private final Swappiness swappiness;
    private final Reclaimer reclaimer;
    private final PageAllocator allocator;
    private final OomKiller oom;
    private final List<Kswapd> kswapds = new ArrayList<>();
    private final MmContext context;
    private final FaultHandler faults;
    private final HugePagePolicy hugePages;
    private final Mappings mappings;
    private final Madvise madvise;
    private final Mlock mlock;
    private final TracePoint trace = new TracePoint();
    private final List<Actor> actors = new ArrayList<>();
    private final List<Task> tasks = new ArrayList<>();
    private final Scheduler scheduler;
    private final Warnings warnings;
    private final CgroupFiles cgroupFiles;
    private final LruGenControl lruGen;
    private final FileCache files;
    /** Writes dirty file pages back, and ends writes to disks. */
    private final Actor flusher;
    /** Runs system calls that no task makes: control files, debugfs. */
    private final Actor shell;

    private int nextMm = 1;

    Machine(MachineConfig config) {
        config.check();
        this.config = config;
        this.rules = config.kernel;
        warnings = new Warnings(config.panicOnWarn);
        warnings.setReplay("seed " + config.seed);
        memory = new PhysicalMemory(config.nodes, config.minFreeKbytes, config.watermarkScaleFactor);
        FolioTable folios = memory.folios();
        memcgs = new MemcgTree(config.memcg);
        charge = new Charge(memcgs, config.cpus, config.hz);
        swap = new SwapSpace(folios, memcgs, charge);
        tables = new TablePool(MAX_TABLES);
        Rmap rmap = new Rmap(folios, mappables);
        lruvecs = new Lruvecs(memcgs, memory, Lock::virtual);
        switches = new Switches(config.lruGenEnabled, config.hwAccessed, config.hwNonleafAccessed);
        multigen = new MultiGenLru(
                folios,
                rules,
                switches,
                new MultiGenLru.Settings(config.walks, config.lruGenStats, config.seed),
                lruvecs,
                trace);
        twolist = new TwoListLru(folios, rules, lruvecs, swap);
        lruvecs.attach(multigen);
        lruvecs.attach(twolist);
        lists = new LruLists(folios, lruvecs, List.of(multigen, twolist));
        allocator = new PageAllocator(memory);
        FolioRelease release = new FolioRelease(folios, lists, rmap, memcgs, charge, allocator);
        batches = new FolioBatches(folios, lists, release, config.cpus, rules);
        References references = new References(folios, rmap, memcgs, rules);
        MappedPages mapped = new MappedPages(folios, memcgs);
        reportTo(warnings, mapped, release);
        LruGate gate = new LruEntry(folios, batches, release, multigen, twolist);
        files = fileCache(folios, rmap, gate);
        shrinker = new FolioReclaimer(new FolioReclaimer.Parts(
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
                mapped,
                memcgs,
                memory.allocator()));
        swappiness = new Swappiness(swap, config.swappiness);
        multigen.wire(lists, batches, release, shrinker, swappiness, tables);
        twolist.wire(lists, batches, release, shrinker, references, new ClassicSurroundings(), trace);
        references.setYoungTest(new YoungByGeneration(multigen));
        reclaimer = new Reclaimer(memory, memcgs, lruvecs, rules, multigen, twolist, trace);
        lruvecs.online(memcgs.root());
        memcgs.onRelease(multigen::released);
        config.swap.forEach(this::addSwap);
        long managed = memory.nodes().stream().mapToLong(Node::managedPages).sum();
        oom = new OomKiller(() -> tasks, managed + swap.total());
        LruGenControl control = new LruGenControl(this);
        lruGen = control;
        addKswapds(new ThrashByTtl(control));
        allocator.wire(reclaimer, oom, kswapds);
        charge.setRelief(new ReliefByReclaim());
        context = new MmContext(
                folios,
                rules,
                mappables,
                rmap,
                mapped,
                allocator,
                memcgs,
                charge,
                swap,
                files,
                (LruEntry) gate,
                batches,
                release,
                new MlockedPages(folios, rmap, lists, batches),
                multigen);
        hugePages = new HugePagePolicy(config.hugePages);
        faults = new FaultHandler(context, hugePages);
        mappings = new Mappings(context);
        madvise = new Madvise(context, mappings, shrinker, lists, memory);
        mlock = new Mlock(context, faults);
        shell = newActor("shell", 0);
        flusher = newActor("flusher", 0);
        scheduler = new Scheduler(this);
        cgroupFiles = new CgroupFiles(this);
    }

    private FileCache fileCache(FolioTable folios, Rmap rmap, LruGate gate) {
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

    private void reportTo(Warnings to, MappedPages mapped, FolioRelease release) {
        memory.allocator().setWarnings(to);
        charge.setWarnings(to);
        swap.setWarnings(to);
        mapped.setWarnings(to);
        release.setWarnings(to);
    }

    private void addKswapds(Kswapd.Thrash thrash) {
        for (Node n : memory.nodes()) {
            Actor a = newActor("kswapd" + n.id(), 0);
            kswapds.add(new Kswapd(n, a, rules, reclaimer, multigen, twolist, thrash));
        }
    }

    /** Settings of a machine, with the kernel's defaults. */
    public static Builder builder() {
        return new Builder();
    }

    // ---- actors and processes

    private Actor newActor(String name, int cpu) {
        Actor a = new Actor(name, actors.size(), cpu, config.costs.vector());
        actors.add(a);
        return a;
    }

    /** A new process in a group, with an empty address space, last on its group's list. */
    public Task spawn(String name, Memcg memcg) {
        Actor actor = newActor(name, tasks.size() % config.cpus);
        actor.advanceTo(scheduler.nowNs());
        return adopt(name, actor, memcg);
    }

    Task spawnChild(String name, Task parent) {
        Actor actor = newActor(name, parent.actor().cpu);
        actor.advanceTo(parent.clockNs());
        return adopt(name, actor, parent.memcg());
    }

    private Task adopt(String name, Actor actor, Memcg memcg) {
        AddressSpace mm = newAddressSpace(name, memcg);
        Task task = new Task(this, name, actor, mm, memcg);
        tasks.add(task);
        multigen.addMm(actor, mm, memcg);
        mm.markUsed();
        return task;
    }

    AddressSpace newAddressSpace(String name, Memcg memcg) {
        ChargedTables accounting = new ChargedTables(memory.folios(), allocator, charge, memcgs);
        PageTable table = new PageTable(tables, accounting, config.pageTableLevels);
        AddressSpace space =
                new AddressSpace(nextMm++, name, table, mappables, Lock.virtual("mmap " + name), memcg.id());
        accounting.setOwner(space);
        return space;
    }

    void remove(Task task) {
        tasks.remove(task);
    }

    /** Processes that have not exited, oldest first. */
    public List<Task> tasks() {
        return Collections.unmodifiableList(tasks);
    }

    /** The process of a name, or null. */
    public @Nullable Task task(String name) {
        for (Task t : tasks) {
            if (t.name().equals(name)) {
                return t;
            }
        }
        return null;
    }

    // ---- groups, files, swap

    public Memcg root() {
        return memcgs.root();
    }

    /** Creates a group, e.g. {@code A} or {@code P/A}. */
    public Memcg createMemcg(String path) {
        return createMemcg(path, -1);
    }

    /** Creates a group that lru_gen shows under a number. */
    public Memcg createMemcg(String path, int id) {
        Memcg m = memcgs.create(path, id);
        lruvecs.online(m);
        for (Node n : memory.nodes()) {
            multigen.born(lruvecs.of(m, n.id()), nowNs());
        }
        return m;
    }

    /**
     * The group of a path.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Memcg memcg(String path) {
        Memcg m = memcgs.find(path);
        if (m == null) {
            throw new IllegalArgumentException("no control group " + path);
        }
        return m;
    }

    /** Removes a group that has no processes and no children; its pages stay until they are reclaimed. */
    public void removeMemcg(String path) {
        Memcg m = memcg(path);
        for (Task t : tasks) {
            if (t.memcg() == m) {
                throw new IllegalArgumentException("control group " + path + " still has process " + t.name());
            }
        }
        batches.drainAll(shell);
        charge.drainStocks(m);
        multigen.offline(m);
        memcgs.remove(m);
    }

    public String readCgroupFile(String path, String file) {
        return cgroupFiles.read(memcg(path), file);
    }

    public void writeCgroupFile(String path, String file, String value) throws KernelError {
        scheduler.settle(shell);
        cgroupFiles.write(memcg(path), file, value);
        scheduler.settle(shell);
    }

    /**
     * Values of memory.stat in the kernel's units, bytes or events. Unlike reading the file, it changes nothing: see {@link
     * TwoListLru#statisticsRead}.
     */
    public java.util.SortedMap<String, Long> memoryStat(Memcg m) {
        return cgroupFiles.memoryStat(m);
    }

    /** A file; its page cache is empty. */
    public BackingFile createFile(
            String path, long pages, BackingFile.Kind kind, BlockDevice device, int readaheadPages) {
        BackingFile f = new BackingFile(mappables.newFileId(), path, pages, kind, device, readaheadPages);
        mappables.register(f);
        return f;
    }

    /** The same on an ext4 without extents, whose metadata are read too and take memory. */
    public BackingFile createBlockMappedFile(String path, long pages, BlockDevice device, int readaheadPages) {
        BackingFile f = createFile(path, pages, BackingFile.Kind.EXT4, device, readaheadPages);
        mappables.register(f.mapBlocks(mappables.newFileId()));
        return f;
    }

    /** Kernel: global_dirtyable_memory; what is reserved below the high watermarks is not. */
    private long dirtyablePages() {
        long sum = 0;
        for (Node n : memory.nodes()) {
            for (Zone z : n.zones()) {
                sum += Math.max(0, z.free() - z.high);
            }
            for (Lruvec l : lruvecs.onNode(n.id())) {
                sum += l.size(Lruvec.INACTIVE_FILE) + l.size(Lruvec.ACTIVE_FILE);
            }
        }
        return sum;
    }

    public void addSwap(SwapConfig s) {
        BlockDevice device = switch (s.kind()) {
            case ZRAM -> BlockDevice.ZRAM;
            case BRD -> BlockDevice.RAM;
            case DISK -> BlockDevice.DISK;
        };
        swap.add(device, s.pages(), s.priority());
    }

    // ---- what is seen and set from outside

    public LruGenControl lruGen() {
        return lruGen;
    }

    public VmStat vmstat() {
        return new VmStat(actors);
    }

    public CostReport costs() {
        return new CostReport(actors, config.costs);
    }

    public Warnings warnings() {
        return warnings;
    }

    /** Reports each step of reclaim to a listener; null ends it. */
    public void traceReclaim(@Nullable ReclaimTrace listener) {
        trace.listen(listener);
    }

    /** Which mappings get huge pages at first use. */
    public HugePagePolicy hugePages() {
        return hugePages;
    }

    public void setSwappiness(int value) {
        swappiness.set(value);
    }

    /** Time of the machine: that of its furthest actor. */
    public long nowNs() {
        return scheduler.nowNs();
    }

    /** Runs programs in virtual time until all have ended. */
    public void run(List<? extends Program> programs) {
        scheduler.run(programs);
    }

    public KernelRules rules() {
        return rules;
    }

    public PhysicalMemory memory() {
        return memory;
    }

    public MemcgTree memcgs() {
        return memcgs;
    }

    public Lruvecs lruvecs() {
        return lruvecs;
    }

    public SwapSpace swap() {
        return swap;
    }

    public MappableTable mappables() {
        return mappables;
    }

    /** What is inside, to be looked at between operations by checks and dumps; nothing there may be changed. */
    public record Rooms(
            FolioTable folios,
            Rmap rmap,
            MultiGenLru multigen,
            TwoListLru twolist,
            FolioBatches batches,
            Charge charge,
            FileCache files,
            List<Actor> actors) {}

    public Rooms rooms() {
        return new Rooms(memory.folios(), context.rmap(), multigen, twolist, batches, charge, files, actors);
    }

    // ---- for the rest of this room

    /** Kills within a group; false if there is nobody. */
    boolean outOfMemory(Memcg m) {
        return oom.kill(shell, m);
    }

    MachineConfig config() {
        return config;
    }

    Actor shell() {
        // What the shell does comes after everything that was done before it.
        shell.advanceTo(scheduler.nowNs());
        return shell;
    }

    List<Actor> actors() {
        return actors;
    }

    List<Kswapd> kswapds() {
        return kswapds;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    MmContext context() {
        return context;
    }

    FileCache files() {
        return files;
    }

    Actor flusher() {
        return flusher;
    }

    FaultHandler faults() {
        return faults;
    }

    Mappings mappings() {
        return mappings;
    }

    Madvise madvise() {
        return madvise;
    }

    Mlock mlock() {
        return mlock;
    }

    MultiGenLru multigen() {
        return multigen;
    }

    TwoListLru twolist() {
        return twolist;
    }

    Switches switches() {
        return switches;
    }

    Reclaimer reclaimer() {
        return reclaimer;
    }

    FolioBatches batches() {
        return batches;
    }

    LruLists lists() {
        return lists;
    }

    Charge charge() {
        return charge;
    }

    @Override
    public void close() {
        memory.close();
        swap.close();
        tables.close();
    }

    // ---- links from the rooms below back to this one

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
            return reclaimer.reclaimMemcg(actor, over, pages, false, ReclaimRequest.SYSTEM_SWAPPINESS);
        }

        @Override
        public boolean outOfMemory(Actor actor, Memcg over) {
            return oom.kill(actor, over);
        }
    }

    private final class ClassicSurroundings implements Surroundings {
        @Override
        public int swappiness() {
            return swappiness.get();
        }

        @Override
        public void wakeFlushers(Actor actor) {
            files.writeback().wake();
        }
    }

    private final class ThrashByTtl implements Kswapd.Thrash {
        private final LruGenControl control;

        ThrashByTtl(LruGenControl control) {
            this.control = control;
        }

        @Override
        public void kill(Actor actor) {
            oom.kill(actor, null);
        }

        @Override
        public long minTtlNs() {
            return control.minTtlMs() * 1_000_000;
        }
    }

    /** Lruvec of a group on a node, for control and dumps. */
    Lruvec lruvec(Memcg m, int node) {
        return lruvecs.of(m, node);
    }

    /** Settings of a machine. */
    public static final class Builder {
        private final MachineConfig c = new MachineConfig();

        private Builder() {}

        /**
         * The kernel's name.
         *
         * @throws IllegalArgumentException if it is not known
         */
        public Builder kernel(String name) {
            KernelRules r = Kernels.find(name);
            if (r == null) {
                throw new IllegalArgumentException("unknown kernel " + name + ", expected one of "
                        + Kernels.all().stream().map(KernelRules::name).toList());
            }
            c.kernel = r;
            return this;
        }

        public Builder cpus(int n) {
            c.cpus = n;
            return this;
        }

        public Builder node(NodeConfig n) {
            c.nodes.add(n);
            return this;
        }

        public Builder swap(SwapConfig s) {
            c.swap.add(s);
            return this;
        }

        public Builder swappiness(int value) {
            c.swappiness = value;
            return this;
        }

        public Builder pageCluster(int value) {
            c.pageCluster = value;
            return this;
        }

        /** When dirty file pages are written back: vm.dirty_*. */
        public Builder writeback(Writeback.Settings settings) {
            c.writeback = settings;
            return this;
        }

        public Builder watermarkScaleFactor(int value) {
            c.watermarkScaleFactor = value;
            return this;
        }

        public Builder minFreeKbytes(long value) {
            c.minFreeKbytes = value;
            return this;
        }

        public Builder lruGenEnabled(int bits) {
            c.lruGenEnabled = bits;
            return this;
        }

        public Builder minTtlMs(long value) {
            c.minTtlMs = value;
            return this;
        }

        /** Keeps four history slots per generation, as a kernel built with LRU_GEN_STATS. */
        public Builder lruGenStats(boolean on) {
            c.lruGenStats = on;
            return this;
        }

        public Builder costs(CostModel model) {
            c.costs = model;
            return this;
        }

        public Builder seed(long value) {
            c.seed = value;
            return this;
        }

        public Builder memcg(boolean on) {
            c.memcg = on;
            return this;
        }

        public Builder hwAccessed(boolean on) {
            c.hwAccessed = on;
            return this;
        }

        public Builder hwNonleafAccessed(boolean on) {
            c.hwNonleafAccessed = on;
            return this;
        }

        public Builder pageTableLevels(int levels) {
            c.pageTableLevels = levels;
            return this;
        }

        /** Switches of a busy CPU to another thread and back, by daemons that are not modelled; sets the usage hint. */
        public Builder contextSwitchesPerSecond(double n) {
            c.contextSwitchesPerSecond = n;
            return this;
        }

        public Builder hz(long n) {
            c.hz = n;
            return this;
        }

        /** Which mappings get huge pages at first use; the default is never. */
        public Builder hugePages(HugePagePolicy.Mode mode) {
            c.hugePages = mode;
            return this;
        }

        public Builder panicOnWarn(boolean on) {
            c.panicOnWarn = on;
            return this;
        }

        public Builder walks(WalkSettings settings) {
            c.walks = settings;
            return this;
        }

        /**
         * Builds the machine.
         *
         * @throws IllegalArgumentException with one clear line if no such machine can exist
         */
        public Machine build() {
            return new Machine(c);
        }
    }
}
