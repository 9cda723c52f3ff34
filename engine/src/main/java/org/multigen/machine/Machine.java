package org.multigen.machine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.MappableTable;
import org.multigen.addrspace.Rmap;
import org.multigen.base.Actor;
import org.multigen.base.KernelError;
import org.multigen.base.Lock;
import org.multigen.base.LockClass;
import org.multigen.base.Warnings;
import org.multigen.fault.HugePagePolicy;
import org.multigen.guest.GuestOrder;
import org.multigen.guest.GuestSettings;
import org.multigen.guest.SecondaryAging;
import org.multigen.lru.FolioBatches;
import org.multigen.lru.Lruvecs;
import org.multigen.lru.ReclaimTrace;
import org.multigen.lru.multigen.MultiGenLru;
import org.multigen.lru.twolist.TwoListLru;
import org.multigen.memcg.Charge;
import org.multigen.memcg.Memcg;
import org.multigen.memcg.MemcgTree;
import org.multigen.memory.FolioTable;
import org.multigen.memory.Node;
import org.multigen.memory.PhysicalMemory;
import org.multigen.pagetable.PageTable;
import org.multigen.rules.KernelRules;
import org.multigen.storage.BackingFile;
import org.multigen.storage.BlockDevice;
import org.multigen.storage.FileCache;
import org.multigen.storage.SwapSpace;
import org.multigen.tier.MemoryTiers;
import org.multigen.tier.Tiering;

/**
 * A machine: memory, swap, control groups, processes, and the kernel that manages them. The front door of the engine.
 *
 * <p>In virtual time everything runs on the caller's thread: operations of tasks at once, daemons between them
 * ({@link Scheduler}). Under real threads ({@link MachineBuilder#realThreads}) daemons have threads of their own, tasks run on
 * whichever threads call them, one at a time each, and locks are real; {@code docs/synchronization.md} has the rules.
 */
public final class Machine implements AutoCloseable {
    /** For the rest of this room. */
    final Kernel kernel;

    private final Scheduler scheduler;
    private final CgroupFiles cgroupFiles;
    private final LruGenControl lruGen;
    /** Runs system calls that no task makes: control files, debugfs. */
    private final Actor shell;
    /** Writes dirty file pages back, and ends writes to disks. */
    private final Actor flusher;

    private @Nullable BackingFile blockMapped;
    private final List<Guest> guests = new ArrayList<>();
    private final AtomicInteger nextMm = new AtomicInteger(1);
    private final @Nullable Daemons daemons;
    private volatile boolean abandoned;

    Machine(MachineConfig config) {
        config.check();
        kernel = new Kernel(config);
        lruGen = new LruGenControl(this);
        shell = kernel.newActor("shell", 0);
        flusher = kernel.newActor("flusher", 0);
        scheduler = new Scheduler(this);
        kernel.flusherRunsBy(scheduler::flush);
        cgroupFiles = new CgroupFiles(this);
        daemons = kernel.locks.real() ? new Daemons(kernel, flusher) : null;
        if (daemons != null) {
            daemons.start();
        }
    }

    /** Settings of a machine, with the kernel's defaults. */
    public static MachineBuilder builder() {
        return new MachineBuilder();
    }

    // ---- actors and processes

    /** A new process in a group, with an empty address space, last on its group's list. */
    public Task spawn(String name, Memcg memcg) {
        Actor actor = kernel.newActor(name, kernel.tasks.size() % kernel.config.cpus);
        actor.advanceTo(scheduler.nowNs());
        return adopt(name, actor, memcg);
    }

    Task spawnChild(String name, Task parent) {
        Actor actor = kernel.newActor(name, parent.actor().cpu);
        actor.advanceTo(parent.clockNs());
        return adopt(name, actor, parent.memcg());
    }

    private Task adopt(String name, Actor actor, Memcg memcg) {
        AddressSpace mm = newAddressSpace(name, memcg);
        Task task = new Task(this, name, actor, mm, memcg, null);
        kernel.tasks.add(task);
        kernel.multigen.addMm(actor, mm, memcg);
        mm.markUsed();
        return task;
    }

    Task newThread(String name, Task process) {
        if (!realThreads()) {
            throw new IllegalStateException("in virtual time a process has one thread");
        }
        process.mm().addUser();
        return new Task(this, name, kernel.newActor(name, process.actor().cpu), process.mm(), process.memcg(), process);
    }

    AddressSpace newAddressSpace(String name, Memcg memcg) {
        ChargedTables accounting =
                new ChargedTables(kernel.memory.folios(), kernel.allocator, kernel.charge, kernel.memcgs);
        MachineConfig config = kernel.config;
        PageTable table = new PageTable(kernel.tables, accounting, config.pageTableLevels, config.hwAccessed);
        Lock lock = kernel.locks.sharedLock(LockClass.MMAP, "mmap " + name);
        AddressSpace space =
                new AddressSpace(nextMm.getAndIncrement(), name, table, kernel.mappables, lock, memcg.id());
        accounting.setOwner(space);
        return space;
    }

    /**
     * Makes a process a virtual machine: maps its memory and starts its vCPUs, on the CPUs from the process's own on.
     *
     * @param slots where guest pages lie in that memory; empty for one slot with everything
     * @param order guest-virtual order of its pages
     * @throws IllegalArgumentException with one clear line if there is no such guest
     */
    public Guest createGuest(Task vmm, GuestSettings settings, List<Guest.Slot> slots, int vcpus, GuestOrder order) {
        Guest guest = new Guest(this, vmm, settings, slots, vcpus, order);
        guests.add(guest);
        return guest;
    }

    /** Guests in the order in which they were made. */
    public List<Guest> guests() {
        return Collections.unmodifiableList(guests);
    }

    /** What the kernel does with secondary MMUs, by the policy in force. */
    public SecondaryAging secondaryAging() {
        return kernel.secondary;
    }

    void remove(Task task) {
        kernel.tasks.remove(task);
    }

    /** Processes that have not exited, oldest first. */
    public List<Task> tasks() {
        return Collections.unmodifiableList(kernel.tasks);
    }

    /** The process of a name, or null. */
    public @Nullable Task task(String name) {
        for (Task t : kernel.tasks) {
            if (t.name().equals(name)) {
                return t;
            }
        }
        return null;
    }

    // ---- groups, files, swap

    public Memcg root() {
        return kernel.memcgs.root();
    }

    /** Creates a group, e.g. {@code A} or {@code P/A}. */
    public Memcg createMemcg(String path) {
        return createMemcg(path, -1);
    }

    /** Creates a group that lru_gen shows under a number. */
    public Memcg createMemcg(String path, int id) {
        kernel.memcgs.reap();
        Memcg created = kernel.memcgs.create(path, id, m -> {
            kernel.lruvecs.online(m);
            for (Node n : kernel.memory.nodes()) {
                kernel.multigen.born(kernel.lruvecs.of(m, n.id()), nowNs());
            }
        });
        asShell(() -> kernel.chargeForChild(shell, created));
        return created;
    }

    /**
     * The group of a path.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Memcg memcg(String path) {
        Memcg m = kernel.memcgs.find(path);
        if (m == null) {
            throw new IllegalArgumentException("no control group " + path);
        }
        return m;
    }

    /** Removes a group that has no processes and no children; its pages stay until they are reclaimed, or go to its parent (7.2). */
    public void removeMemcg(String path) {
        Memcg m = memcg(path);
        for (Task t : kernel.tasks) {
            if (t.memcg() == m) {
                throw new IllegalArgumentException("control group " + path + " still has process " + t.name());
            }
        }
        asShell(() -> new DyingMemcg(kernel).remove(shell, m));
        kernel.memcgs.reap();
    }

    public String readCgroupFile(String path, String file) {
        return cgroupFiles.read(memcg(path), file);
    }

    public void writeCgroupFile(String path, String file, String value) throws KernelError {
        scheduler.settle(shell);
        this.<KernelError>asShell(() -> cgroupFiles.write(memcg(path), file, value));
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
        BackingFile f = new BackingFile(kernel.mappables.newFileId(), path, pages, kind, device, readaheadPages);
        kernel.mappables.register(f);
        return f;
    }

    /** The same on an ext4 without extents, whose metadata are read too and take memory. There is one such file system. */
    public BackingFile createBlockMappedFile(String path, long pages, BlockDevice device, int readaheadPages) {
        BackingFile f = createFile(path, pages, BackingFile.Kind.EXT4, device, readaheadPages);
        kernel.mappables.register(f.mapBlocks(kernel.mappables.newFileId(), blockMapped));
        blockMapped = f;
        return f;
    }

    public void addSwap(SwapConfig s) {
        kernel.addSwap(s);
    }

    // ---- what is seen and set from outside

    public LruGenControl lruGen() {
        return lruGen;
    }

    public VmStat vmstat() {
        return new VmStat(kernel.actors());
    }

    public CostReport costs() {
        return new CostReport(kernel.actors(), kernel.config.costs);
    }

    public Warnings warnings() {
        return kernel.warnings;
    }

    /** Reports each step of reclaim to a listener; null ends it. */
    public void traceReclaim(@Nullable ReclaimTrace listener) {
        kernel.trace.listen(listener);
    }

    /** Which mappings get huge pages at first use. */
    public HugePagePolicy hugePages() {
        return kernel.hugePages;
    }

    public void setSwappiness(int value) {
        kernel.swappiness.set(value);
    }

    /** Time of the machine: that of its furthest actor. */
    public long nowNs() {
        return scheduler.nowNs();
    }

    /** Something that the shell does. */
    interface Command<E extends Exception> {
        void run() throws E;
    }

    /** Does something as the shell, one at a time. */
    <E extends Exception> void asShell(Command<E> command) throws E {
        kernel.memcgs.control().lock();
        kernel.grace.enter(shell);
        shell.tick();
        try {
            command.run();
        } finally {
            kernel.grace.leave(shell);
            kernel.memcgs.control().unlock();
        }
    }

    /**
     * Runs programs on real threads until all have ended; the machine was built for that.
     *
     * @throws ThreadFailure if a thread failed or none got on; the machine is not usable any more then
     */
    public void run(List<? extends Program> programs, int threads) {
        new ThreadedRun(this, programs).run(threads);
    }

    /** Whether it was built for real threads. */
    public boolean realThreads() {
        return kernel.locks.real();
    }

    /** What ended a daemon under real threads, or null. */
    public @Nullable Throwable daemonFailure() {
        return daemons == null ? null : daemons.failure();
    }

    /**
     * Under real threads: does something beside the programs on a thread of its own, until the machine is quiesced. If it fails the
     * run does.
     *
     * @param work returns soon after what it is given says that it is to stop
     * @throws IllegalStateException in virtual time
     */
    public void background(String name, Consumer<BooleanSupplier> work) {
        Daemons d = daemons;
        if (d == null) {
            throw new IllegalStateException(name + ": in virtual time nothing goes on beside the programs");
        }
        d.also(name, work);
    }

    /** Under real threads: lets a killed process go. */
    void reap(Task task) {
        Daemons d = daemons;
        if (d != null) {
            d.reap(task);
        }
    }

    /** Ends the daemons, so that the machine stands still for checks; threads that run tasks have ended. */
    public void quiesce() {
        if (daemons != null && !daemons.stop()) {
            abandon();
        }
        kernel.memcgs.reap();
    }

    /** A thread has failed: what it held stays so, and memory that others may still use is not returned. */
    void abandon() {
        abandoned = true;
        if (daemons != null) {
            daemons.interrupt();
        }
    }

    /** Runs programs in virtual time until all have ended. */
    public void run(List<? extends Program> programs) {
        scheduler.run(programs);
    }

    public KernelRules rules() {
        return kernel.rules;
    }

    public PhysicalMemory memory() {
        return kernel.memory;
    }

    public MemcgTree memcgs() {
        return kernel.memcgs;
    }

    public Lruvecs lruvecs() {
        return kernel.lruvecs;
    }

    public SwapSpace swap() {
        return kernel.swap;
    }

    public MappableTable mappables() {
        return kernel.mappables;
    }

    /** Which nodes are fast and slow, with the switches of demotion and NUMA balancing. */
    public MemoryTiers tiers() {
        return kernel.tiers;
    }

    /** What promotes and demotes, for figures. */
    public Tiering tiering() {
        return kernel.tiering;
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
        return new Rooms(
                kernel.memory.folios(),
                kernel.rmap,
                kernel.multigen,
                kernel.twolist,
                kernel.batches,
                kernel.charge,
                kernel.files,
                kernel.actors());
    }

    // ---- for the rest of this room

    /** Kills within a group; false if there is nobody. */
    boolean outOfMemory(Memcg m) {
        return kernel.oom.kill(shell, m);
    }

    Actor shell() {
        // What the shell does comes after everything that was done before it.
        shell.advanceTo(scheduler.nowNs());
        return shell;
    }

    /** The shell at its own time, wherever the others are. */
    Actor writer() {
        return shell;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    Actor flusher() {
        return flusher;
    }

    @Override
    public void close() {
        quiesce();
        if (!abandoned) {
            guests.forEach(g -> g.mmu().close());
            kernel.close();
        }
    }
}
