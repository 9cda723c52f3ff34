package org.multigen.tier;

import java.util.concurrent.atomic.AtomicLong;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.SecondaryMmu;
import org.multigen.addrspace.Vma;
import org.multigen.addrspace.VmaTree;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.OffHeap;
import org.multigen.base.VmEvent;
import org.multigen.base.Words;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;

/**
 * NUMA balancing in tiering mode, first half: from time to time a task makes the pages of lower tiers in the next part of its
 * address space fault, and notes when. Kernel: kernel/sched/fair.c task_numa_work, mm/mprotect.c change_pte_range.
 *
 * <p>The state of an address space is guarded by its monitor and belongs, while a step is under way, to the task that makes it. Entries
 * are changed under the lock of their table. Times of frames are written before the entry
 * faults and read by whoever takes the fault. Pages mapped by an entry of 2 MiB are left alone.
 */
final class HintScan implements AutoCloseable {
    /** The longest period, in the shortest. Kernel: scan_period_max_ms. */
    private static final long MAX_PERIODS = 60;
    /** Pages of address space looked at per step, for each page made to fault. */
    private static final long SPAN = 8;

    private static final long MS = 1_000_000;

    /** Where the scan of an address space stands. */
    static final class State {
        long next;
        long periodNs;
        long lastCpuNs = -1;
        /** Hint faults so far. */
        final AtomicLong faults = new AtomicLong();
        /** Those when the last pass began. */
        long faultsBefore;
        /** A task makes a step. */
        boolean taken;
    }

    private final FolioTable folios;
    private final MemoryTiers tiers;
    private final PromotionSettings settings;
    /** Milliseconds of the last scan per frame. */
    private final long times;

    HintScan(FolioTable folios, MemoryTiers tiers, PromotionSettings settings) {
        this.folios = folios;
        this.tiers = tiers;
        this.settings = settings;
        this.times = OffHeap.reserve(4L * folios.frames());
    }

    static State stateOf(AddressSpace mm) {
        if (mm.hintScan instanceof State known) {
            return known;
        }
        synchronized (mm) {
            if (!(mm.hintScan instanceof State)) {
                mm.hintScan = new State();
            }
            return (State) mm.hintScan;
        }
    }

    /**
     * A task has run for a while: scans if its turn has come. Kernel: task_tick_numa.
     *
     * @return CPU time after which to come again
     */
    long tick(Actor actor, AddressSpace mm) {
        State s = stateOf(mm);
        long cpu = actor.cpuNs();
        if (take(s, cpu)) {
            if (mm.mmapLock.tryShare(actor)) {
                scan(actor, mm, s);
                mm.mmapLock.unshare(actor);
            }
            giveBack(s);
        }
        return Math.max(1, s.lastCpuNs + s.periodNs - cpu); // benign race: another task may just have made a step
    }

    /** The turn of a step has come, and no other task makes it. */
    private boolean take(State s, long cpu) {
        synchronized (s) {
            if (s.lastCpuNs < 0) {
                s.lastCpuNs = 0;
                s.periodNs = settings.scanPeriodNs();
            }
            if (s.taken || cpu - s.lastCpuNs < s.periodNs) {
                return false;
            }
            s.lastCpuNs = cpu;
            s.taken = true;
            return true;
        }
    }

    private static void giveBack(State s) {
        synchronized (s) {
            s.taken = false;
        }
    }

    private void scan(Actor actor, AddressSpace mm, State s) {
        VmaTree vmas = mm.vmas();
        long pages = settings.scanPages();
        long span = SPAN * pages;
        long at = s.next;
        int i = vmas.indexAtOrAfter(at);
        if (i >= vmas.size()) {
            startPass(s);
            at = 0;
            i = 0;
        }
        for (; i < vmas.size() && pages > 0 && span > 0; i++) {
            Vma v = vmas.get(i);
            if (!wanted(v)) {
                continue;
            }
            long from = Math.max(at, v.start);
            long to = Math.min(v.end, from + span);
            mm.invalidate(actor, from, to, SecondaryMmu.Why.CHANGE);
            long changed = protect(actor, mm, v, from, to, pages);
            mm.invalidated(actor, from, to);
            pages -= changed & 0xffffffffL;
            span -= to - from;
            at = from + (changed >>> 32);
        }
        s.next = i < vmas.size() || pages <= 0 || span <= 0 ? at : Long.MAX_VALUE;
        actor.charge(Cost.TLB_FLUSH);
    }

    /** A pass that met no hint fault makes the next one rarer. Kernel: update_task_scan_period. */
    private void startPass(State s) {
        long faults = s.faults.get();
        boolean useless = faults == s.faultsBefore;
        s.faultsBefore = faults;
        s.periodNs =
                useless ? Math.min(2 * s.periodNs, MAX_PERIODS * settings.scanPeriodNs()) : settings.scanPeriodNs();
    }

    private static boolean wanted(Vma v) {
        boolean code = v.file != null && !v.has(Vma.WRITE);
        return v.accessible() && !v.has(Vma.HUGETLB | Vma.SPECIAL | Vma.GATE) && !code;
    }

    /** Returns entries made to fault in the lower half, pages passed in the upper. */
    private long protect(Actor actor, AddressSpace mm, Vma v, long from, long to, long most) {
        PageTable table = mm.pageTable;
        long changed = 0;
        long now = actor.clockNs();
        long vpn = from;
        while (vpn < to && changed < most) {
            long at = table.leafAt(vpn);
            long end = Math.min(to, (vpn | PageTable.PMD_PAGES - 1) + 1);
            if (at == 0) {
                vpn = end;
                continue;
            }
            table.lockLeaf(at);
            long locked = at;
            for (; vpn < end && changed < most; vpn++, at += 8) {
                changed += change(at, v, now) ? 1 : 0;
            }
            table.unlockLeaf(locked);
        }
        actor.charge(Cost.HINT_SCAN, vpn - from);
        actor.count(VmEvent.NUMA_PTE_UPDATES, changed);
        return (vpn - from) << 32 | changed;
    }

    private boolean change(long at, Vma v, long now) {
        long entry = Words.getLongOpaque(at);
        if (!Pte.mapsPage(entry) || Pte.protNone(entry)) {
            return false;
        }
        int folio = folios.folioOf(Pte.frame(entry));
        long flags = folios.flags(folio);
        if (tiers.top(FolioFlags.node(flags))) {
            return false;
        }
        boolean sharedCopy = v.cow() && folios.mapCount(folio) > folios.pages(folio);
        boolean dirtyFile = FolioFlags.type(flags) == 1 && (flags & FolioFlags.DIRTY) != 0;
        if (sharedCopy || dirtyFile) {
            return false;
        }
        Words.setInt(times + 4L * folio, (int) (now / MS));
        return Words.casLong(
                at, entry, (entry & ~Pte.PRESENT) | Pte.PROTNONE); // a lost race: touched or unmapped just now
    }

    /** Time since a folio was made to fault. */
    long latencyNs(int folio, long nowNs) {
        int latency = (int) (nowNs / MS) - Words.getInt(times + 4L * folio);
        return Math.max(0, latency) * MS;
    }

    @Override
    public void close() {
        OffHeap.release(times);
    }
}
