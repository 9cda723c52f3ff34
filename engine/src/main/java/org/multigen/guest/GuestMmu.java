package org.multigen.guest;

import java.util.List;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.SecondaryMmu;
import org.multigen.addrspace.Vma;
import org.multigen.addrspace.YoungWindow;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.guest.LockDiscipline.Mode;
import org.multigen.guest.LockDiscipline.Purpose;
import org.multigen.pagetable.Pte;

/**
 * The memory of a guest as its vCPUs see it: second-level tables over an address space of the host. Kernel: struct kvm.
 *
 * <p>Pages of a nested guest are touched through shadow tables instead; those are changed under the lock alone.
 *
 * <p>A fault asks the host for the page without the lock, then maps it under the lock if no invalidation has ended since (the count
 * {@link #sequence}) and none of the page is under way. So nothing is mapped that the host is about to take away.
 */
public final class GuestMmu implements SecondaryMmu, AutoCloseable {
    /** What became of an attempt to map. */
    public enum Mapped {
        DONE,
        /** The host changed something meanwhile: fault again. */
        RETRY
    }

    private final GuestSettings settings;
    private final AddressSpace host;
    private final MemorySlots slots = new MemorySlots();
    private final GuestTables tables;
    private final MmuLock lock;
    private final GuestCounters counters = new GuestCounters();
    private final VcpuTlbs tlbs = new VcpuTlbs(counters);
    private final AccessQuestions questions;
    private final DirtyLog dirtyLog;
    // Changed under the lock alone; the sequence is read without.
    private volatile long sequence;
    private int invalidating;
    /** Host pages that invalidations under way are about, and what lies between. Kernel: mmu_invalidate_range_start, _end. */
    private long invalidFirst;

    private long invalidEnd;

    public GuestMmu(GuestSettings settings, AddressSpace host) {
        this.settings = settings;
        this.host = host;
        tables = new GuestTables(settings);
        boolean writersFirst = settings.lock().writersFirst();
        lock = settings.threads() ? new ThreadedMmuLock(writersFirst) : new VirtualMmuLock(writersFirst);
        questions = new AccessQuestions(settings, slots, tables, lock, tlbs, counters);
        dirtyLog = new DirtyLog(slots, tables, lock, tlbs);
    }

    public GuestSettings settings() {
        return settings;
    }

    public GuestCounters counters() {
        return counters;
    }

    public LockWaits lockWaits() {
        return lock.waits;
    }

    /** For tests. */
    VcpuTlbs tlbs() {
        return tlbs;
    }

    // ---- building

    /**
     * Adds memory; before the guest runs.
     *
     * @throws IllegalArgumentException with one clear line if slots overlap or lie outside the host's mappings
     */
    public void addSlot(long gpn, long pages, long vpn) {
        for (long at = vpn; at < vpn + pages; ) {
            Vma v = host.vma(at);
            if (v == null) {
                throw new IllegalArgumentException("guest " + settings.name() + ": memory slot at guest page " + gpn
                        + " lies outside the host mapping: host page " + at + " is not mapped");
            }
            at = v.end;
        }
        if (slots.pages() + pages > settings.pages()) {
            throw new IllegalArgumentException("guest " + settings.name() + ": memory slots of "
                    + (slots.pages() + pages) + " pages in a guest of " + settings.pages());
        }
        slots.add(gpn, pages, vpn);
    }

    /** Adds a vCPU that runs as an actor. */
    public Vcpu addVcpu(Actor actor) {
        Vcpu v = new Vcpu(actor, settings.tlbEntries());
        tlbs.add(v);
        return v;
    }

    public List<Vcpu> vcpus() {
        return tlbs.vcpus();
    }

    /** The host page behind a guest page, or -1. */
    public long hostPage(long gpn) {
        MemorySlots.Slot s = slots.of(gpn);
        return s == null ? -1 : s.vpnOf(gpn);
    }

    // ---- what vCPUs do

    /**
     * Touches a guest page.
     *
     * @return false: a fault
     */
    public boolean touch(Vcpu vcpu, long gpn, boolean write) {
        int generation = tlbs.generation();
        if (vcpu.tlb.hit(gpn, write, generation)) {
            return true;
        }
        if (lock instanceof VirtualMmuLock v) {
            v.vcpuAt(vcpu.actor.clockNs());
        }
        vcpu.tlbMisses++;
        vcpu.actor.charge(Cost.GUEST_TLB_MISS);
        tables.enter(vcpu.actor);
        long leaf;
        try {
            leaf = tables.of(gpn).touch(gpn, write);
        } finally {
            tables.leave(vcpu.actor);
        }
        if (leaf == 0) {
            return false;
        }
        vcpu.tlb.fill(gpn, write, generation);
        return true;
    }

    /** A fault begins: the count that {@link #map} compares. */
    public long beginFault(Vcpu vcpu) {
        vcpu.faults++;
        vcpu.actor.charge(Cost.GUEST_FAULT);
        return sequence;
    }

    /** Ends a fault that only notes the use of a page, without the lock. Kernel: fast_page_fault. */
    public boolean restore(Vcpu vcpu, long gpn, boolean write) {
        if (settings.hwAccessed()) {
            return false;
        }
        tables.enter(vcpu.actor);
        try {
            if (!tables.of(gpn).restore(gpn, write)) {
                return false;
            }
        } finally {
            tables.leave(vcpu.actor);
        }
        counters.restored.increment();
        return true;
    }

    /**
     * Maps what the host has for a guest page. Kernel: kvm_mmu_do_page_fault, direct_page_fault.
     *
     * @param begun what {@link #beginFault} returned
     */
    public Mapped map(Vcpu vcpu, long gpn, boolean write, long begun) {
        MemorySlots.Slot slot = slots.of(gpn);
        if (slot == null) {
            throw new IllegalArgumentException("guest " + settings.name() + ": no memory at guest page " + gpn);
        }
        long vpn = slot.vpnOf(gpn);
        long entry = host.pageTable.lookup(vpn);
        boolean huge = Pte.huge(entry) && hugeFits(slot, gpn, vpn) && !slot.logs();
        Mode mode = tables.nested(gpn) || huge ? Mode.ALONE : settings.lock().mode(Purpose.FAULT);
        Actor actor = vcpu.actor;
        actor.charge(Cost.GUEST_LOCK);
        lock.enter(actor, Purpose.FAULT, mode);
        try {
            if (sequence != begun || underWay(vpn, huge)) {
                counters.retries.increment();
                return Mapped.RETRY;
            }
            if (!Pte.mapsPage(entry) && (entry & Pte.PRESENT) == 0) {
                return Mapped.RETRY;
            }
            actor.charge(Cost.GUEST_MAP);
            install(slot, gpn, vpn, entry, write, huge);
        } finally {
            lock.exit(actor, mode);
        }
        counters.mapped.increment();
        return Mapped.DONE;
    }

    /** The host is changing a page, or one of the huge page that it is in. */
    private boolean underWay(long vpn, boolean huge) {
        long first = huge ? vpn & -(long) GuestTable.HUGE_PAGES : vpn;
        long end = huge ? first + GuestTable.HUGE_PAGES : vpn + 1;
        return invalidating > 0 && first < invalidEnd && end > invalidFirst;
    }

    private void install(MemorySlots.Slot slot, long gpn, long vpn, long entry, boolean write, boolean huge) {
        boolean writable = Pte.writable(entry) && (write || !slot.logs());
        long bits = Pte.PRESENT | Pte.ACCESSED | (writable ? Pte.WRITABLE : 0) | (write ? Pte.DIRTY : 0);
        GuestTable to = tables.of(gpn);
        if (huge) {
            to.mapHuge(gpn & -(long) GuestTable.HUGE_PAGES, Pte.of(Pte.frame(entry), bits));
        } else {
            int frame = Pte.huge(entry) ? Pte.frame(entry) + (int) (vpn & GuestTable.HUGE_PAGES - 1) : Pte.frame(entry);
            to.map(gpn, Pte.of(frame, bits));
        }
        if (write) {
            slot.markDirty(gpn);
        }
    }

    private static boolean hugeFits(MemorySlots.Slot slot, long gpn, long vpn) {
        int mask = GuestTable.HUGE_PAGES - 1;
        long first = gpn & ~(long) mask;
        return (gpn & mask) == (vpn & mask) && slot.holds(first) && slot.holds(first + mask);
    }

    /** Whether the guest's tables map a page to the frame that the host has there, or not at all. For checks. */
    public boolean consistent(long gpn) {
        long entry = tables.of(gpn).leaf(gpn);
        if (!GuestTable.maps(entry)) {
            return true;
        }
        long vpn = hostPage(gpn);
        long there = host.pageTable.lookup(vpn);
        int frame = Pte.huge(there) ? Pte.frame(there) + (int) (vpn & GuestTable.HUGE_PAGES - 1) : Pte.frame(there);
        return Pte.present(there) && GuestTable.frame(entry, gpn) == frame;
    }

    /** Whether the tables map a page and say that it was used. For checks. */
    public boolean isYoung(long gpn) {
        GuestTable t = tables.of(gpn);
        return t.young(t.leaf(gpn));
    }

    /** Whether the tables map a page. For checks. */
    public boolean isMapped(long gpn) {
        return GuestTable.maps(tables.of(gpn).leaf(gpn));
    }

    // ---- dirty logging

    /** Logs stores to all memory from now on; stores to what is mapped fault once. Kernel: KVM_MEM_LOG_DIRTY_PAGES. */
    public void startDirtyLog(Actor actor) {
        dirtyLog.start(actor);
    }

    /** The first time begins a log, each further one takes it. */
    public void nextDirtyLog(Actor actor) {
        dirtyLog.next(actor);
    }

    public void stopDirtyLog() {
        dirtyLog.stop();
    }

    /** Guest pages stored to since the last call, which fault again at the next store. Kernel: KVM_GET_DIRTY_LOG. */
    public List<Long> takeDirtyLog(Actor actor) {
        return dirtyLog.take(actor);
    }

    // ---- what the host says

    @Override
    public void invalidate(Actor actor, long first, long end, Why why) {
        actor.charge(Cost.SECONDARY_MMU);
        actor.charge(Cost.GUEST_LOCK);
        lock.enter(actor, Purpose.UNMAP, Mode.ALONE);
        invalidFirst = invalidating == 0 ? first : Math.min(first, invalidFirst);
        invalidEnd = invalidating == 0 ? end : Math.max(end, invalidEnd);
        invalidating++;
        int leaves = 0;
        for (MemorySlots.Slot s : slots.all()) {
            long from = Math.max(first, s.vpn);
            long to = Math.min(end, s.vpn + s.pages);
            if (from < to) {
                leaves += takeAway(s.gpnOf(from), s.gpnOf(to), why);
            }
        }
        actor.charge(Cost.GUEST_ENTRY, leaves);
        counters.invalidated.add(leaves);
        if (leaves > 0) {
            tlbs.flush(actor);
        }
        lock.exit(actor, Mode.ALONE);
        tables.poll();
    }

    private int takeAway(long first, long end, Why why) {
        int leaves = tables.table.unmap(first, end, (gpn, entry) -> gone(tables.table, gpn, entry, why));
        if (tables.hasNested()) {
            leaves += tables.shadow.unmap(first, end, (gpn, entry) -> gone(tables.shadow, gpn, entry, why));
        }
        return leaves;
    }

    private void gone(GuestTable from, long gpn, long entry, Why why) {
        if (why == Why.RECLAIM && (from.young(entry) || tlbs.hold(gpn))) {
            counters.evictedYoung.increment();
        }
        if (Pte.dirty(entry)) {
            host.pageTable.markDirty(hostPage(gpn), Pte.frame(entry));
        }
    }

    @Override
    public void invalidated(Actor actor, long first, long end) {
        lock.enter(actor, Purpose.UNMAP, Mode.ALONE);
        sequence = sequence + 1;
        invalidating--;
        lock.exit(actor, Mode.ALONE);
    }

    // ---- what the host asks

    @Override
    public boolean testYoung(Actor actor, long first, long end) {
        return questions.ask(actor, first, end, false, false, false);
    }

    @Override
    public boolean clearYoung(Actor actor, long first, long end) {
        return questions.ask(actor, first, end, true, false, settings.ageShadow());
    }

    @Override
    public boolean clearFlushYoung(Actor actor, long first, long end) {
        return questions.ask(actor, first, end, true, settings.flushesYoung(), true);
    }

    @Override
    public FastHook fastHook() {
        return settings.lock().fastHook();
    }

    @Override
    public boolean x86() {
        return settings.arch() == Arch.X86_64;
    }

    /** Shadow tables stay out: their lock would have to be waited for. */
    @Override
    public boolean testClearYoungFastOnly(Actor actor, YoungWindow window, boolean clear) {
        return questions.askFast(actor, window, clear);
    }

    // ---- the end

    /** Tables in use and waiting to be freed. For checks. */
    public int tables() {
        return tables.used();
    }

    @Override
    public void close() {
        tables.close();
    }
}
