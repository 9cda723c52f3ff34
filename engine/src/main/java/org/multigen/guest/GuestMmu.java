package org.multigen.guest;

import java.util.ArrayList;
import java.util.List;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.SecondaryMmu;
import org.multigen.addrspace.Vma;
import org.multigen.addrspace.YoungWindow;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Words;
import org.multigen.guest.LockDiscipline.Mode;
import org.multigen.guest.LockDiscipline.Purpose;
import org.multigen.pagetable.Pte;

/**
 * The memory of a guest as its vCPUs see it: second-level tables over an address space of the host. Kernel: struct kvm.
 *
 * <p>Pages of a nested guest are touched through shadow tables instead; those are changed under the lock alone.
 *
 * <p>A fault asks the host for the page without the lock, then maps it under the lock if no invalidation has begun or ended since
 * (the count {@link #sequence}), or is under way. So nothing is mapped that the host is about to take away.
 */
public final class GuestMmu implements SecondaryMmu, AutoCloseable {
    /** What became of an attempt to map. */
    public enum Mapped {
        DONE,
        /** The host changed something meanwhile: fault again. */
        RETRY
    }

    private static final boolean CHECKED = Boolean.getBoolean("multigen.checked");
    /** Tables that may wait for a grace period beside those in use. */
    private static final int SPARE_TABLES = 4096;

    private final GuestSettings settings;
    private final AddressSpace host;
    private final MemorySlots slots = new MemorySlots();
    private final TableArena arena;
    private final GracePeriods grace;
    private final GuestTable table;
    private final GuestTable shadow;
    private final MmuLock lock;
    private final List<Vcpu> vcpus = new ArrayList<>();
    private final GuestCounters counters = new GuestCounters();
    // Changed under the lock alone, read without.
    private volatile long sequence;
    private volatile int invalidating;
    private volatile int tlbGeneration;

    public GuestMmu(GuestSettings settings, AddressSpace host) {
        this.settings = settings;
        this.host = host;
        long leafTables = settings.pages() / GuestTable.HUGE_PAGES + 1;
        // Slots may lie apart: two upper tables each are ample.
        arena = new TableArena((int) (2 * leafTables + SPARE_TABLES), CHECKED);
        grace = new GracePeriods(arena::give);
        table = new GuestTable(
                arena, grace, settings.hwAccessed(), settings.lock().lockBit());
        shadow = new GuestTable(
                arena, grace, settings.hwAccessed(), settings.lock().lockBit());
        boolean writersFirst = settings.lock().writersFirst();
        lock = settings.threads() ? new ThreadedMmuLock(writersFirst) : new VirtualMmuLock(writersFirst);
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
        vcpus.add(v);
        return v;
    }

    public List<Vcpu> vcpus() {
        return vcpus;
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
        int generation = tlbGeneration;
        if (vcpu.tlb.hit(gpn, write, generation)) {
            return true;
        }
        if (lock instanceof VirtualMmuLock v) {
            v.vcpuAt(vcpu.actor.clockNs());
        }
        vcpu.tlbMisses++;
        vcpu.actor.charge(Cost.GUEST_TLB_MISS);
        grace.enter(vcpu.actor.id);
        long leaf;
        try {
            leaf = tableOf(gpn).touch(gpn, write);
        } finally {
            grace.exit(vcpu.actor.id);
        }
        if (leaf == 0) {
            return false;
        }
        vcpu.tlb.fill(gpn, write, generation);
        return true;
    }

    private GuestTable tableOf(long gpn) {
        return nested(gpn) ? shadow : table;
    }

    private boolean nested(long gpn) {
        return gpn >= settings.nestedFirst() && gpn - settings.nestedFirst() < settings.nestedPages();
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
        grace.enter(vcpu.actor.id);
        try {
            if (!tableOf(gpn).restore(gpn, write)) {
                return false;
            }
        } finally {
            grace.exit(vcpu.actor.id);
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
        Mode mode = nested(gpn) || huge ? Mode.ALONE : settings.lock().mode(Purpose.FAULT);
        Actor actor = vcpu.actor;
        actor.charge(Cost.GUEST_LOCK);
        lock.enter(actor, Purpose.FAULT, mode);
        try {
            if (sequence != begun || invalidating > 0) {
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

    private void install(MemorySlots.Slot slot, long gpn, long vpn, long entry, boolean write, boolean huge) {
        boolean writable = Pte.writable(entry) && (write || !slot.logs());
        long bits = Pte.PRESENT | Pte.ACCESSED | (writable ? Pte.WRITABLE : 0) | (write ? Pte.DIRTY : 0);
        GuestTable to = tableOf(gpn);
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
        long entry = tableOf(gpn).leaf(gpn);
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
        GuestTable t = tableOf(gpn);
        return t.young(t.leaf(gpn));
    }

    /** Whether the tables map a page. For checks. */
    public boolean isMapped(long gpn) {
        return GuestTable.maps(tableOf(gpn).leaf(gpn));
    }

    // ---- dirty logging

    /** Logs stores to all memory from now on; stores to what is mapped fault once. Kernel: KVM_MEM_LOG_DIRTY_PAGES. */
    public void startDirtyLog(Actor actor) {
        lock.enter(actor, Purpose.UNMAP, Mode.ALONE);
        for (MemorySlots.Slot s : slots.all()) {
            s.startLog();
            for (long gpn = s.gpn; gpn < s.gpn + s.pages; gpn++) {
                tableOf(gpn).writeProtect(gpn);
            }
        }
        flush(actor);
        lock.exit(actor, Mode.ALONE);
    }

    public void stopDirtyLog() {
        slots.all().forEach(MemorySlots.Slot::stopLog);
    }

    /** Guest pages stored to since the last call, which fault again at the next store. Kernel: KVM_GET_DIRTY_LOG. */
    public List<Long> takeDirtyLog(Actor actor) {
        List<Long> pages = new ArrayList<>();
        lock.enter(actor, Purpose.UNMAP, Mode.ALONE);
        for (MemorySlots.Slot s : slots.all()) {
            for (int word = 0; word * 64L < s.pages; word++) {
                for (long bits = s.takeDirty(word); bits != 0; bits &= bits - 1) {
                    long gpn = s.gpn + word * 64L + Long.numberOfTrailingZeros(bits);
                    tableOf(gpn).writeProtect(gpn);
                    pages.add(gpn);
                }
            }
        }
        flush(actor);
        lock.exit(actor, Mode.ALONE);
        return pages;
    }

    // ---- what the host says

    @Override
    public void invalidate(Actor actor, long first, long end, Why why) {
        actor.charge(Cost.SECONDARY_MMU);
        actor.charge(Cost.GUEST_LOCK);
        lock.enter(actor, Purpose.UNMAP, Mode.ALONE);
        invalidating = invalidating + 1;
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
            flush(actor);
        }
        lock.exit(actor, Mode.ALONE);
        grace.poll();
    }

    private int takeAway(long first, long end, Why why) {
        int leaves = table.unmap(first, end, (gpn, entry) -> gone(table, gpn, entry, why));
        if (settings.nestedPages() > 0) {
            leaves += shadow.unmap(first, end, (gpn, entry) -> gone(shadow, gpn, entry, why));
        }
        return leaves;
    }

    private void gone(GuestTable from, long gpn, long entry, Why why) {
        if (why == Why.RECLAIM && (from.young(entry) || cached(gpn))) {
            counters.evictedYoung.increment();
        }
    }

    /** Under real threads a guess. */
    private boolean cached(long gpn) {
        for (Vcpu v : vcpus) {
            if (v.tlb.holds(gpn, tlbGeneration)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void invalidated(Actor actor, long first, long end) {
        lock.enter(actor, Purpose.UNMAP, Mode.ALONE);
        sequence = sequence + 1;
        invalidating = invalidating - 1;
        lock.exit(actor, Mode.ALONE);
    }

    /** All vCPUs forget their translations. Under the lock. Kernel: kvm_flush_remote_tlbs. */
    private void flush(Actor actor) {
        tlbGeneration = tlbGeneration + 1;
        counters.flushes.increment();
        actor.charge(Cost.GUEST_FLUSH);
    }

    // ---- what the host asks

    @Override
    public boolean testYoung(Actor actor, long first, long end) {
        return ask(actor, first, end, false, false, false);
    }

    @Override
    public boolean clearYoung(Actor actor, long first, long end) {
        return ask(actor, first, end, true, false, settings.ageShadow());
    }

    @Override
    public boolean clearFlushYoung(Actor actor, long first, long end) {
        return ask(actor, first, end, true, settings.flushesYoung(), true);
    }

    private boolean ask(Actor actor, long first, long end, boolean clear, boolean flush, boolean withShadow) {
        counters.ageCalls.increment();
        boolean young = false;
        for (MemorySlots.Slot s : slots.all()) {
            long from = Math.max(first, s.vpn);
            long to = Math.min(end, s.vpn + s.pages);
            if (from < to) {
                young |= askTables(actor, s.gpnOf(from), s.gpnOf(to), clear, flush, withShadow);
            }
        }
        return young;
    }

    private boolean askTables(Actor actor, long from, long to, boolean clear, boolean flush, boolean withShadow) {
        boolean shadowed = withShadow && settings.nestedPages() > 0 && nestedTouches(from, to);
        Mode mode = settings.lock().mode(Purpose.AGE);
        enterAgeing(actor, mode);
        boolean young = range(actor, table, from, to, clear);
        if (young && flush && !shadowed) {
            flush(actor);
        }
        exitAgeing(actor, mode);
        if (shadowed) {
            enterAgeing(actor, Mode.ALONE);
            young |= range(actor, shadow, from, to, clear);
            if (young && flush) {
                flush(actor);
            }
            exitAgeing(actor, Mode.ALONE);
        }
        return young;
    }

    private boolean nestedTouches(long from, long to) {
        return from < settings.nestedFirst() + settings.nestedPages() && settings.nestedFirst() < to;
    }

    private void enterAgeing(Actor actor, Mode mode) {
        if (mode != Mode.NONE) {
            actor.charge(Cost.GUEST_LOCK);
        }
        lock.enter(actor, Purpose.AGE, mode);
        grace.enter(actor.id);
    }

    private void exitAgeing(Actor actor, Mode mode) {
        grace.exit(actor.id);
        lock.exit(actor, mode);
    }

    private boolean range(Actor actor, GuestTable of, long from, long to, boolean clear) {
        boolean young = false;
        for (long gpn = from; gpn < to; gpn++) {
            long at = of.leafAt(gpn);
            actor.charge(Cost.GUEST_ENTRY);
            if (at == 0) {
                gpn |= GuestTable.HUGE_PAGES - 1;
                continue;
            }
            long entry = Words.getLongOpaque(at);
            boolean was = clear ? of.clearYoung(at) : of.young(entry);
            if (was) {
                young = true;
                counters.young.increment();
            }
            if (Pte.huge(entry)) {
                gpn |= GuestTable.HUGE_PAGES - 1;
            }
        }
        return young;
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
        FastHook hook = fastHook();
        if (hook == FastHook.NONE) {
            return false;
        }
        counters.fastCalls.increment();
        boolean locked = hook == FastHook.TRY;
        if (locked) {
            actor.charge(Cost.GUEST_LOCK);
            if (!lock.tryEnter(actor, Purpose.AGE)) {
                counters.gaveUp.increment();
                return false;
            }
        }
        grace.enter(actor.id);
        for (long left = window.wanted; left != 0; left &= left - 1) {
            int i = Long.numberOfTrailingZeros(left);
            if (askPage(actor, window.first + i, clear)) {
                window.young |= 1L << i;
            }
        }
        grace.exit(actor.id);
        if (locked) {
            lock.exit(actor, Mode.ALONE);
        }
        return true;
    }

    private boolean askPage(Actor actor, long vpn, boolean clear) {
        for (MemorySlots.Slot s : slots.all()) {
            if (vpn >= s.vpn && vpn < s.vpn + s.pages) {
                return range(actor, table, s.gpnOf(vpn), s.gpnOf(vpn) + 1, clear);
            }
        }
        return false;
    }

    // ---- the end

    /** Tables in use and waiting to be freed. For checks. */
    public int tables() {
        return arena.used();
    }

    @Override
    public void close() {
        arena.close();
    }
}
