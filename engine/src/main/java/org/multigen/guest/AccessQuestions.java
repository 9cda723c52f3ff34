package org.multigen.guest;

import org.multigen.addrspace.SecondaryMmu.FastHook;
import org.multigen.addrspace.YoungWindow;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Words;
import org.multigen.guest.LockDiscipline.Mode;
import org.multigen.guest.LockDiscipline.Purpose;
import org.multigen.pagetable.Pte;

/**
 * Answers whether guest pages were used, under whatever lock the discipline wants for that. Shadow tables are asked under the lock
 * alone, and never by the fast hook. Kernel: arch/x86/kvm/mmu kvm_age_gfn.
 */
final class AccessQuestions {
    private final GuestSettings settings;
    private final MemorySlots slots;
    private final GuestTables tables;
    private final MmuLock lock;
    private final VcpuTlbs tlbs;
    private final GuestCounters counters;

    AccessQuestions(
            GuestSettings settings,
            MemorySlots slots,
            GuestTables tables,
            MmuLock lock,
            VcpuTlbs tlbs,
            GuestCounters counters) {
        this.settings = settings;
        this.slots = slots;
        this.tables = tables;
        this.lock = lock;
        this.tlbs = tlbs;
        this.counters = counters;
    }

    /**
     * Whether any host page of [first, end) was used.
     *
     * @param flush vCPUs forget their translations if one was
     */
    boolean ask(Actor actor, long first, long end, boolean clear, boolean flush, boolean withShadow) {
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
        boolean shadowed = withShadow && tables.nestedTouches(from, to);
        Mode mode = settings.lock().mode(Purpose.AGE);
        enter(actor, mode);
        boolean young = range(actor, tables.table, from, to, clear);
        if (young && flush && !shadowed) {
            tlbs.flush(actor);
        }
        exit(actor, mode);
        if (shadowed) {
            enter(actor, Mode.ALONE);
            young |= range(actor, tables.shadow, from, to, clear);
            if (young && flush) {
                tlbs.flush(actor);
            }
            exit(actor, Mode.ALONE);
        }
        return young;
    }

    private void enter(Actor actor, Mode mode) {
        if (mode != Mode.NONE) {
            actor.charge(Cost.GUEST_LOCK);
        }
        lock.enter(actor, Purpose.AGE, mode);
        tables.enter(actor);
    }

    private void exit(Actor actor, Mode mode) {
        tables.leave(actor);
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

    /** The fast hook; see {@link org.multigen.addrspace.SecondaryMmu#testClearYoungFastOnly}. */
    boolean askFast(Actor actor, YoungWindow window, boolean clear) {
        FastHook hook = settings.lock().fastHook();
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
        tables.enter(actor);
        for (long left = window.wanted; left != 0; left &= left - 1) {
            int i = Long.numberOfTrailingZeros(left);
            if (askPage(actor, window.first + i, clear)) {
                window.young |= 1L << i;
            }
        }
        tables.leave(actor);
        if (locked) {
            lock.exit(actor, Mode.ALONE);
        }
        return true;
    }

    private boolean askPage(Actor actor, long vpn, boolean clear) {
        for (MemorySlots.Slot s : slots.all()) {
            if (vpn >= s.vpn && vpn < s.vpn + s.pages) {
                return range(actor, tables.table, s.gpnOf(vpn), s.gpnOf(vpn) + 1, clear);
            }
        }
        return false;
    }
}
