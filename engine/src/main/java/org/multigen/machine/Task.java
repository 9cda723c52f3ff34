package org.multigen.machine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.Advice;
import org.multigen.addrspace.Prot;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.LockOrder;
import org.multigen.fault.FaultHandler;
import org.multigen.fault.Touch;
import org.multigen.memcg.Memcg;
import org.multigen.pagetable.Pte;
import org.multigen.pagetable.Tlb;
import org.multigen.reclaim.OomKiller;
import org.multigen.storage.BackingFile;
import org.multigen.storage.FileAdvice;
import org.multigen.storage.OpenFile;
import org.multigen.tier.SlowTouches;

/**
 * A process, or one of its threads: what it touches and the system calls it makes.
 *
 * <p>One thread of the lab runs it at a time. Under real threads that one owns it from {@link #enter} to {@link #leave}, or for one
 * operation; whoever kills it meanwhile leaves its end to the owner.
 */
public final class Task implements OomKiller.Candidate {
    /** Where mappings without an address go: 1 TiB. */
    private static final long FIRST_FREE_VPN = 1L << 28;
    /** Computing that is worth parking a real thread. */
    private static final long SHORTEST_WAIT_NS = 200_000;
    /** After which a computing thread looks whether it was killed. */
    private static final long LONGEST_WAIT_NS = 1_000_000;

    private final Machine machine;
    private final String name;
    private final Actor actor;
    private final AddressSpace mm;
    /** Further threads: vCPUs. */
    private final List<Actor> threads = new ArrayList<>();

    private volatile Memcg memcg;
    private int scoreAdjust;
    private long majorFaults;
    private long minorFaults;
    private volatile boolean exited;
    private boolean running;
    private final FaultHandler faults;
    /** The process that it is a thread of, or itself. */
    private final Task process;
    /** Threads of a process besides the first. */
    private final List<Task> siblings = new CopyOnWriteArrayList<>();

    /** Under real threads: who runs it. */
    private final AtomicReference<@Nullable Thread> owner = new AtomicReference<>();

    private int ownDepth;
    private int enteredCpu;
    private boolean touchesTimed;
    private final boolean cachesTranslations;
    /** Under real threads, the translations that whoever runs it has cached; else its CPU has them. */
    private final @Nullable Tlb ownTlb;

    /** By the group that it was charged to; a process that moves leaves it there. */
    private final Map<Memcg, Long> kernelPages = new LinkedHashMap<>();

    /** Under real threads: time that it has computed and that has not passed yet. */
    private long owedNs;

    private long nextSwitchNs;
    /** When daemons of lower tiers are next looked after. */
    private long tickNs;
    /** Null where all memory is fast. */
    private final @Nullable SlowTouches slow;

    Task(Machine machine, String name, Actor actor, AddressSpace mm, Memcg memcg, @Nullable Task process) {
        this.machine = machine;
        this.process = process == null ? this : process;
        this.faults = machine.kernel.newFaultHandler();
        this.name = name;
        this.actor = actor;
        this.mm = mm;
        SlowTouches touches = machine.kernel.tiering.touches();
        this.slow = touches.any() ? touches : null;
        this.memcg = memcg;
        this.cachesTranslations = machine.kernel.cpus.cacheTranslations();
        this.ownTlb = machine.realThreads() ? machine.kernel.cpus.newTlb() : null;
        this.nextSwitchNs = actor.clockNs() + switchIntervalNs();
    }

    public String name() {
        return name;
    }

    public Actor actor() {
        return actor;
    }

    public long clockNs() {
        return actor.clockNs();
    }

    @Override
    public Memcg memcg() {
        return process.memcg;
    }

    @Override
    public AddressSpace mm() {
        return mm;
    }

    /** False after it exited or was killed for want of memory. */
    public boolean alive() {
        return !exited && !actor.killed;
    }

    public long majorFaults() {
        return majorFaults;
    }

    public long minorFaults() {
        return minorFaults;
    }

    // ---- who runs it, under real threads

    /** The calling thread runs it from here on; others may not. Does nothing in virtual time. Nests. */
    public void enter() {
        if (!machine.realThreads()) {
            return;
        }
        Thread me = Thread.currentThread();
        if (owner.get() == me) {
            ownDepth++;
            return;
        }
        while (!owner.compareAndSet(null, me)) {
            Thread.yield(); // somebody ends it
        }
        ownDepth = 1;
        machine.kernel.grace.enter(actor);
        actor.tick();
        enteredCpu = actor.cpu;
        mm.enterCpu(enteredCpu);
        contextSwitch();
        forgetUntagged();
    }

    private void forgetUntagged() {
        Tlb own = ownTlb;
        if (own != null && !machine.kernel.cpus.tagged()) {
            own.flush();
        }
    }

    /** The calling thread runs it no longer. */
    public void leave() {
        if (!machine.realThreads() || --ownDepth > 0) {
            return;
        }
        if (actor.killed) {
            exit();
        }
        mm.leaveCpu(enteredCpu);
        machine.kernel.grace.leave(actor);
        owner.set(null);
    }

    /** Lets a killed process exit if nobody runs it; true if it has exited. */
    boolean exitIfIdle() {
        if (exited) {
            return true;
        }
        if (owner.compareAndSet(null, Thread.currentThread())) {
            machine.kernel.grace.enter(actor);
            exit();
            machine.kernel.grace.leave(actor);
            owner.set(null);
        }
        return exited;
    }

    /** Between touches without faults: nobody has to wait any longer for what this thread may have been reading. */
    public void quiesce() {
        if (machine.realThreads()) {
            machine.kernel.grace.leave(actor);
            machine.kernel.grace.enter(actor);
            actor.tick(); // hint scans go by it
        }
    }

    // ---- touching

    /**
     * Loads from or stores to a page.
     *
     * @return a constant of {@link Touch}
     */
    public int touch(long vpn, boolean write) {
        if (cachesTranslations) {
            return touchCached(vpn, write);
        }
        if (mm.pageTable.touch(vpn, write)) {
            chargeTouch(vpn);
            return Touch.RESIDENT;
        }
        return fault(vpn, write);
    }

    private int touchCached(long vpn, boolean write) {
        switchIfDue();
        Tlb tlb = ownTlb;
        if (tlb == null) {
            Cpus cpus = machine.kernel.cpus;
            cpus.run(actor.cpu, mm);
            tlb = cpus.tlb(actor.cpu);
        }
        if (tlb.hit(mm.pageTable, mm.id, vpn, write)) {
            chargeTouch(vpn);
            return Touch.RESIDENT;
        }
        int outcome = Touch.RESIDENT;
        if (mm.pageTable.touch(vpn, write)) {
            chargeTouch(vpn);
        } else {
            outcome = fault(vpn, write);
        }
        if (outcome < Touch.KILLED && !exited) {
            tlb.fill(mm.pageTable, mm.id, vpn);
        }
        return outcome;
    }

    private int fault(long vpn, boolean write) {
        if (!alive()) {
            return Touch.KILLED;
        }
        begin();
        assert LockOrder.touchBegins();
        try {
            return faultInside(vpn, write);
        } finally {
            assert LockOrder.touchEnds();
            end();
        }
    }

    private int faultInside(long vpn, boolean write) {
        int worst = Touch.RESIDENT;
        do {
            int outcome = faults.handle(actor, mm, vpn, write);
            if (outcome >= Touch.KILLED) {
                return outcome;
            }
            count(outcome);
            worst = Math.max(worst, outcome);
        } while (!mm.pageTable.touch(vpn, write));
        chargeTouch(vpn);
        return worst;
    }

    /** Another thread that lives and dies with the process. */
    void addThread(Actor thread) {
        threads.add(thread);
    }

    /** Its threads, the first one first. */
    public List<Actor> threads() {
        List<Actor> all = new ArrayList<>(threads);
        all.addFirst(actor);
        return all;
    }

    /** Whether an access would need no fault. */
    boolean allows(long vpn, boolean write) {
        long need = write ? Pte.PRESENT | Pte.WRITABLE : Pte.PRESENT;
        return (mm.pageTable.lookup(vpn) & need) == need;
    }

    /**
     * Makes a page accessible on behalf of one of its threads, which does not touch it here: a vCPU.
     *
     * @return a constant of {@link Touch}
     */
    int faultBy(Actor thread, long vpn, boolean write) {
        if (!alive()) {
            return Touch.KILLED;
        }
        beginFor(thread);
        int worst = Touch.RESIDENT;
        do {
            int outcome = faults.handle(thread, mm, vpn, write);
            if (outcome >= Touch.KILLED || actor.killed) {
                end(thread);
                return Math.max(outcome, Touch.KILLED);
            }
            count(outcome);
            worst = Math.max(worst, outcome);
        } while (!allows(vpn, write));
        end(thread);
        return alive() ? worst : Touch.KILLED;
    }

    /** In virtual time its CPU is that of the thread, which was running there before. */
    private void beginFor(Actor thread) {
        if (machine.realThreads()) {
            begin();
        } else {
            running = true;
        }
    }

    private void count(int outcome) {
        if (outcome == Touch.MAJOR) {
            majorFaults++;
        } else {
            minorFaults++;
        }
    }

    private void chargeTouch(long vpn) {
        if (!touchesTimed) {
            actor.charge(Cost.TOUCH);
        }
        if (slow != null) {
            chargeSlow(slow, vpn);
        }
    }

    /** Memory of a lower tier takes longer, and daemons there have to be given their turns. */
    private void chargeSlow(SlowTouches touches, long vpn) {
        long entry = mm.pageTable.lookup(vpn);
        if (Pte.mapsPage(entry)) {
            touches.touched(actor, Pte.frame(entry));
        }
        if (actor.clockNs() >= tickNs) {
            tickNs = actor.clockNs() + machine.kernel.tiering.ran(actor, mm);
            switchIfDue();
            if (!running) {
                machine.scheduler().settle(actor);
            }
        }
    }

    /** The time of touches is in what {@link #compute} is told, as in recordings; children inherit it. */
    public void touchesAreTimed() {
        touchesTimed = true;
    }

    /** Computes without touching anything new. */
    public void compute(long ns) {
        actor.spend(ns);
        if (machine.realThreads()) {
            computeOnWall(ns);
        }
    }

    /** Its CPU has nothing else to do until the time is over; a thread that overslept has computed in advance. */
    private void computeOnWall(long ns) {
        owedNs += ns;
        if (owedNs < SHORTEST_WAIT_NS) {
            return;
        }
        machine.kernel.grace.leave(actor);
        while (owedNs > 0 && !actor.killed) {
            long begin = System.nanoTime();
            RealSleep.INSTANCE.sleep(actor, Math.min(owedNs, LONGEST_WAIT_NS));
            owedNs -= System.nanoTime() - begin;
        }
        machine.kernel.grace.enter(actor);
    }

    /** Sleeps; its CPU is free meanwhile, and daemons whose time comes run. To be the last thing in its turn. */
    public void sleep(long ns) {
        call();
        actor.idle(ns);
        end();
    }

    /** An operation begins: other threads of its CPU may have run since the last one. */
    private void begin() {
        running = true;
        if (machine.realThreads()) {
            enter();
        } else {
            machine.kernel.cpus.run(actor.cpu, mm);
        }
        actor.tick();
        switchIfDue();
    }

    /** The CPU ran another thread meanwhile, if it is time for that. */
    void switchIfDue() {
        if (actor.clockNs() >= nextSwitchNs) {
            nextSwitchNs = actor.clockNs() + switchIntervalNs();
            if (machine.realThreads()) {
                forgetUntagged();
            } else {
                machine.kernel.cpus.switchedAway(actor.cpu);
            }
            contextSwitch();
        }
    }

    private long switchIntervalNs() {
        double perSecond = machine.kernel.config.contextSwitchesPerSecond;
        return perSecond <= 0 ? Long.MAX_VALUE / 4 : (long) (1e9 / perSecond);
    }

    private void end() {
        end(actor);
    }

    private void end(Actor by) {
        if (by.pagesOverHigh > 0 && !actor.killed) {
            machine.kernel.charge.handleHigh(by, memcg);
        }
        running = false;
        machine.scheduler().settle(by);
        if (actor.killed) {
            exit();
        }
        leave();
    }

    // ---- mappings

    /**
     * Maps private anonymous memory.
     *
     * @param vpn first page, or -1 for the lowest free range from 1 TiB on
     * @return the first page, or -1 if there is no room
     */
    public long mmapAnon(long vpn, long pages, Prot prot) {
        return map(vpn, pages, prot, 0, null, 0);
    }

    /** Maps a file from an offset in pages; see {@link #mmapAnon}. */
    public long mmapFile(long vpn, long pages, BackingFile file, long pageOffset, boolean shared, Prot prot) {
        return map(vpn, pages, prot, shared ? Vma.SHARED : 0, file, pageOffset);
    }

    private long map(
            long vpn,
            long pages,
            Prot prot,
            int flags,
            @org.jspecify.annotations.Nullable BackingFile file,
            long offset) {
        long at = vpn >= 0 ? vpn : mm.freeRange(FIRST_FREE_VPN, pages);
        if (at < 0 || at + pages > mm.pageTable.pages()) {
            return -1;
        }
        call();
        if (file != null) {
            machine.kernel.files.opened(actor, memcg, file);
        }
        machine.kernel.mappings.map(actor, mm, at, pages, prot, flags, file, offset);
        end();
        return at;
    }

    public void munmap(long vpn, long pages) {
        call();
        machine.kernel.mappings.unmap(actor, mm, vpn, pages);
        end();
    }

    /**
     * Resizes the mapping of [vpn, vpn + pages), moving it with its pages if need be.
     *
     * @param to where it must lie then (what is there is unmapped), or -1 for the same place if it fits, else any
     * @return its first page; -1 if the range is not within one mapping or there is no room, with nothing changed; -2 without
     *     memory for page tables, when what lay at the new place and pages behind the new size are gone
     */
    public long mremap(long vpn, long pages, long newPages, long to) {
        call();
        long at = machine.kernel.mappings.remap(actor, mm, vpn, pages, newPages, to, FIRST_FREE_VPN);
        Vma moved = at < 0 ? null : mm.vma(at);
        if (moved != null && moved.has(Vma.LOCKED) && newPages > pages) {
            machine.kernel.mlock.lock(actor, mm, faults, at + pages, newPages - pages);
        }
        end();
        return at;
    }

    public void mprotect(long vpn, long pages, Prot prot) {
        call();
        machine.kernel.mappings.protect(actor, mm, vpn, pages, prot);
        end();
    }

    public void madvise(long vpn, long pages, Advice advice) {
        call();
        machine.kernel.madvise.advise(actor, mm, vpn, pages, advice);
        end();
    }

    /** Locks pages in memory, faulting them in; a constant of {@link Touch}. */
    public int mlock(long vpn, long pages) {
        call();
        int outcome = machine.kernel.mlock.lock(actor, mm, faults, vpn, pages);
        end();
        return outcome;
    }

    public void munlock(long vpn, long pages) {
        call();
        machine.kernel.mlock.unlock(actor, mm, vpn, pages);
        end();
    }

    // ---- files

    /** Opens a file; the result is this process's own. */
    public OpenFile open(BackingFile file) {
        call();
        machine.kernel.files.opened(actor, memcg, file);
        end();
        return new OpenFile(file);
    }

    /**
     * Reads pages of a file in one system call.
     *
     * @return pages read; fewer than asked for at the end of the file or without memory
     */
    public int read(OpenFile file, long index, int pages) {
        call();
        int n = machine.kernel.files.read(actor, memcg, file, index, pages);
        end();
        return n;
    }

    /** Writes whole pages of a file in one system call; it grows as needed. See {@link #read}. */
    public int write(OpenFile file, long index, int pages) {
        call();
        int n = machine.kernel.files.write(actor, memcg, file, index, pages);
        end();
        return n;
    }

    /** Advises on a range of an open file; {@code pages} 0 means to its end. */
    public void advise(OpenFile file, FileAdvice advice, long index, long pages) {
        call();
        machine.kernel.files.advise(actor, memcg, file, advice, index, pages);
        end();
    }

    /** Writes the dirty pages of a file and waits for the device. */
    public void sync(BackingFile file) {
        call();
        machine.kernel.files.writeback().sync(actor, file, 0, Long.MAX_VALUE);
        end();
    }

    /** Changes the size of a file, in pages; nothing of what lay behind its new end stays. */
    public void truncate(BackingFile file, long pages) {
        call();
        machine.kernel.mappings.truncate(actor, file, pages);
        end();
    }

    private void call() {
        begin();
        actor.charge(Cost.SYSCALL);
    }

    /** Puts the folios that wait on this CPU on their lists. Kernel: lru_add_drain. */
    public void drainBatches() {
        machine.kernel.batches.drain(actor);
    }

    // ---- life

    /**
     * A child with copies of all mappings, copy on write, in the same group.
     *
     * @return the child; not alive if there was no memory for its page tables (ENOMEM), or somebody killed it for want of memory
     */
    public Task fork(String childName) {
        call();
        Task child = machine.spawnChild(childName, this);
        child.touchesTimed = touchesTimed;
        boolean complete = machine.kernel.mappings.fork(actor, mm, child.mm);
        child.contextSwitch();
        end();
        if (!complete) {
            child.enter();
            child.exit();
            child.leave();
        }
        return child;
    }

    /** Starts another program: nothing of the old mappings stays. */
    public void exec() {
        call();
        while (mm.vmas().size() > 0) {
            Vma v = mm.vmas().get(0);
            machine.kernel.mappings.unmap(actor, mm, v.start, v.pages());
        }
        machine.kernel.multigen.renewMm(actor, mm);
        mm.markUsed();
        end();
    }

    /** Ends; its memory is free afterwards. */
    public void exit() {
        if (exited) {
            return;
        }
        exited = true;
        if (mm.dropUser() > 0) {
            return; // other threads go on, or end by themselves
        }
        mm.exiting = true;
        machine.kernel.cpus.left(mm);
        machine.kernel.multigen.removeMm(actor, mm);
        machine.kernel.mappings.destroy(actor, mm);
        process.kernelPages.forEach((charged, pages) -> {
            charged.add(Memcg.State.KERNEL, -pages);
            if (!charged.isRoot()) {
                machine.kernel.charge.uncharge(charged, pages);
            }
        });
        process.kernelPages.clear();
        machine.remove(process);
    }

    /**
     * Another thread of this process; for real threads. It has to be ended by {@link #exit} as well, and cannot fork or exec.
     *
     * @param threadName name of its actor
     */
    public Task thread(String threadName) {
        Task t = machine.newThread(threadName, process);
        process.siblings.add(t);
        return t;
    }

    /** Moves to another group; its pages stay where they are charged. */
    public void moveTo(Memcg to) {
        machine.kernel.multigen.migrateMm(actor, mm, to);
        memcg = to;
        mm.memcgId = to.id();
    }

    /** The scheduler switched to it: its address space counts as used. Kernel: lru_gen_use_mm. */
    public void contextSwitch() {
        mm.markUsed();
    }

    /** Charges kernel memory that goes when it exits: stacks, slab. */
    public void chargeKernelPages(long pages) {
        begin();
        long charged = 0;
        while (charged < pages && machine.kernel.charge.tryCharge(actor, memcg, 1)) {
            charged++;
        }
        if (charged > 0) {
            memcg.add(Memcg.State.KERNEL, charged);
            kernelPages.merge(memcg, charged, Long::sum);
        }
        end();
    }

    /** Writes to a pipe whose reader takes it at once: the buffer's page is charged for that long. Kernel: anon_pipe_write. */
    public void writePipe() {
        begin();
        machine.kernel.charge.chargeBriefly(actor, memcg);
        end();
    }

    /** Kernel memory charged by {@link #chargeKernelPages}, by the group that pays. */
    public Map<Memcg, Long> kernelPages() {
        return Collections.unmodifiableMap(kernelPages);
    }

    // ---- looking

    public boolean isPresent(long vpn) {
        return Pte.present(mm.pageTable.lookup(vpn));
    }

    public boolean isSwapped(long vpn) {
        return Pte.isSwap(mm.pageTable.lookup(vpn));
    }

    // ---- as the OOM killer sees it

    /** Sets oom_score_adj, -1000..1000. */
    public void setScoreAdjust(int value) {
        scoreAdjust = value;
    }

    @Override
    public int scoreAdjust() {
        return scoreAdjust;
    }

    @Override
    public boolean dying() {
        return actor.killed;
    }

    @Override
    public void kill(Actor killer) {
        actor.killed = true;
        mm.oomVictim = true;
        threads.forEach(t -> t.killed = true);
        if (machine.realThreads()) {
            machine.reap(this);
            for (Task t : siblings) {
                t.kill(killer);
            }
            return;
        }
        if (!running) {
            actor.advanceTo(killer.clockNs());
            exit();
        }
    }
}
