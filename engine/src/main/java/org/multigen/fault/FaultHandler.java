package org.multigen.fault;

import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.SecondaryMmu;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.VmEvent;
import org.multigen.base.Words;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.PageLog;
import org.multigen.pagetable.Pte;
import org.multigen.storage.BackingFile;
import org.multigen.storage.FaultOutcome;
import org.multigen.storage.MapAround;
import org.multigen.tier.HintFaults;

/**
 * Serves page faults: first use, swap-in, file pages, copy on write. Kernel: mm/memory.c handle_mm_fault.
 *
 * <p>The caller is the faulting actor; page-table entries of one page are changed by one fault at a time.
 */
public final class FaultHandler {
    private static final long FRESH = Pte.PRESENT | Pte.ACCESSED;
    /** In place of a frame: the page was mapped along with its neighbours. */
    private static final int MAPPED_AROUND = -2;

    private final MmContext mm;
    private final FolioTable folios;
    private final SwapFault swapFault;
    private final HugeFault hugeFault;
    private final HintFaults hints;
    private final FaultOutcome outcome = new FaultOutcome();
    private final MapAround around = new MapAround();
    /** The last fault read a device; a process may count more faults as major than the machine does. */
    private boolean majorEvent;
    /** What the last fault found, a constant of {@link PageLog}. */
    private int found;

    public FaultHandler(MmContext context, HugePagePolicy hugePages, HintFaults hints) {
        this.mm = context;
        this.hints = hints;
        this.folios = context.folios();
        this.swapFault = new SwapFault(context);
        this.hugeFault = new HugeFault(context, hugePages);
    }

    /**
     * Makes a page accessible.
     *
     * @return a constant of {@link Touch}; never RESIDENT
     */
    public int handle(Actor actor, AddressSpace space, long vpn, boolean write) {
        actor.charge(Cost.FAULT_ENTRY);
        Vma vma = space.vma(vpn);
        if (vma == null || !vma.accessible() || (write && !vma.has(Vma.WRITE))) {
            return Touch.SEGV;
        }
        Memcg memcg = mm.memcgs().of(space.memcgId);
        actor.inLruFault = vma.hasRecency(mm.rules().noReuseCounts());
        int result;
        majorEvent = true;
        found = PageLog.PRESENT;
        try {
            result = fault(actor, space, memcg, vma, vpn, write);
        } finally {
            actor.inLruFault = false;
        }
        if (actor.killed) {
            return Touch.KILLED;
        }
        actor.count(VmEvent.PGFAULT, 1);
        memcg.count(VmEvent.PGFAULT, 1);
        if (result == Touch.MAJOR && majorEvent) {
            actor.count(VmEvent.PGMAJFAULT, 1);
            memcg.count(VmEvent.PGMAJFAULT, 1);
        }
        BackingFile file = vma.file instanceof BackingFile f ? f : null;
        folios.log()
                .faulted(
                        space.id,
                        vpn,
                        found,
                        result == Touch.MAJOR && majorEvent,
                        file == null ? 0 : file.id(),
                        file == null ? 0 : vma.offsetOf(vpn));
        return result;
    }

    private int fault(Actor actor, AddressSpace space, Memcg memcg, Vma vma, long vpn, boolean write) {
        int huge = hugeFault.tryHuge(actor, space, memcg, vma, vpn, write);
        if (huge != HugeFault.NO) {
            found = PageLog.NOTHING;
            return huge;
        }
        long at = space.pageTable.ensureEntry(actor, vpn, 0);
        if (at == 0) {
            return Touch.KILLED;
        }
        long entry = Words.getLongOpaque(at);
        if (Pte.none(entry)) {
            found = vma.file == null ? PageLog.NOTHING : PageLog.FILE;
            return vma.file == null
                    ? anonymous(actor, space, memcg, vma, vpn, at, write)
                    : filePage(actor, space, memcg, vma, vpn, at, write);
        }
        if (Pte.isSwap(entry)) {
            found = PageLog.SWAP_ENTRY;
            return swapFault.swapIn(actor, space, memcg, vma, vpn, at, entry, write);
        }
        if (Pte.protNone(entry)) {
            hints.handle(actor, space, vma, at);
            return Touch.MINOR;
        }
        if (write && !Pte.writable(entry)) {
            found = PageLog.WRITE_PROTECTED;
            return writeProtected(actor, space, memcg, vma, vpn, at, entry);
        }
        actor.charge(Cost.FAULT_ACCESS);
        Words.orLong(at, write ? Pte.ACCESSED | Pte.DIRTY : Pte.ACCESSED);
        return Touch.MINOR;
    }

    // ---- anonymous

    private int anonymous(Actor actor, AddressSpace space, Memcg memcg, Vma vma, long vpn, long at, boolean write) {
        if (!write) {
            actor.charge(Cost.FAULT_ZERO);
            space.pageTable.install(at, FRESH | Pte.SPECIAL);
            return Touch.MINOR;
        }
        int folio = newAnon(actor, space, memcg, vma, vpn);
        if (folio == FolioTable.NONE) {
            return Touch.KILLED;
        }
        actor.charge(Cost.FAULT_ANON);
        mapNewAnon(actor, space, vma, folio, at, true);
        return Touch.MINOR;
    }

    /** A charged page of the mapping's family, mapped nowhere, with one reference. */
    private int newAnon(Actor actor, AddressSpace space, Memcg memcg, Vma vma, long vpn) {
        int folio = mm.frames().allocate(actor, 0, 0, true);
        if (folio == FolioTable.NONE) {
            return FolioTable.NONE;
        }
        if (!mm.charge().tryCharge(actor, memcg, 1)) {
            giveBack(actor, folio);
            return FolioTable.NONE;
        }
        folios.setMemcg(folio, memcg.id());
        folios.set(folio, FolioFlags.SWAPBACKED | FolioFlags.EXCLUSIVE);
        folios.contents().zeroed(folio);
        mm.rmap().joinAnon(folio, space.familyFor(vma), vma, vpn);
        return folio;
    }

    private void giveBack(Actor actor, int folio) {
        if (folios.put(folio)) {
            mm.frames().free(actor, folio);
        }
    }

    private void mapNewAnon(Actor actor, AddressSpace space, Vma vma, int folio, long at, boolean fresh) {
        mm.mapped().mapped(space, folio, 1, 1);
        folios.log().cameIn(folio, PageLog.NEW);
        addToLru(actor, vma, folio);
        long bits = FRESH | Pte.DIRTY | (vma.has(Vma.WRITE) ? Pte.WRITABLE : 0);
        if (fresh) {
            space.pageTable.install(at, Pte.of(folio, bits));
        } else {
            space.pageTable.replace(at, Pte.of(folio, bits));
        }
        folios.put(folio);
    }

    /** Pages of a locked mapping are locked before they come to a list. Kernel: folio_add_lru_vma. */
    private void addToLru(Actor actor, Vma vma, int folio) {
        if (vma.has(Vma.LOCKED) && !vma.has(Vma.SPECIAL)) {
            folios.set(folio, FolioFlags.MLOCKED | FolioFlags.UNEVICTABLE);
            actor.count(VmEvent.UNEVICTABLE_PGS_MLOCKED, 1);
            actor.count(VmEvent.UNEVICTABLE_PGS_CULLED, 1);
        }
        mm.lru().add(actor, folio);
    }

    // ---- copy on write

    private int writeProtected(Actor actor, AddressSpace space, Memcg memcg, Vma vma, long vpn, long at, long entry) {
        if (Pte.special(entry)) {
            int folio = newAnon(actor, space, memcg, vma, vpn);
            if (folio == FolioTable.NONE) {
                return Touch.KILLED;
            }
            actor.charge(Cost.FAULT_ANON);
            space.invalidate(actor, vpn, vpn + 1, SecondaryMmu.Why.CHANGE);
            mapNewAnon(actor, space, vma, folio, at, false);
            space.invalidated(actor, vpn, vpn + 1);
            return Touch.MINOR;
        }
        int folio = folios.folioOf(Pte.frame(entry));
        if (vma.has(Vma.SHARED)) {
            if (vma.file instanceof BackingFile file) {
                mm.files().dirtied(actor, file, folio);
            }
            Words.orLong(at, Pte.WRITABLE | Pte.DIRTY | Pte.ACCESSED);
            return Touch.MINOR;
        }
        if (folios.isAnon(folio) && reusable(actor, folio)) {
            folios.set(folio, FolioFlags.EXCLUSIVE);
            Words.orLong(at, Pte.WRITABLE | Pte.DIRTY | Pte.ACCESSED);
            return Touch.MINOR;
        }
        return copy(actor, space, memcg, vma, vpn, at, folio);
    }

    /** Nobody else can see the page. Kernel: wp_can_reuse_anon_folio. */
    private boolean reusable(Actor actor, int folio) {
        long flags = folios.flags(folio);
        if ((flags & FolioFlags.EXCLUSIVE) != 0) {
            return true;
        }
        if ((flags & FolioFlags.HEAD) != 0 || folios.mapCount(folio) > 1) {
            return false;
        }
        if ((flags & FolioFlags.LRU) == 0) {
            mm.batches().drain(actor);
        }
        if ((flags & FolioFlags.SWAPCACHE) != 0) {
            if (mm.swap().references(folios.slot(folio)) > 0) {
                return false;
            }
            mm.swap().remove(folio, 0);
            folios.set(folio, FolioFlags.DIRTY);
        }
        return folios.refCount(folio) == 0 && folios.mapCount(folio) == 1;
    }

    private int copy(Actor actor, AddressSpace space, Memcg memcg, Vma vma, long vpn, long at, int from) {
        folios.get(from);
        int folio = newAnon(actor, space, memcg, vma, vpn);
        if (folio == FolioTable.NONE) {
            mm.release().put(actor, from);
            return Touch.KILLED;
        }
        actor.charge(Cost.FAULT_COW);
        long entry = Words.getLongOpaque(at);
        if (Pte.mapsPage(entry) && folios.folioOf(Pte.frame(entry)) == from) {
            folios.contents().copied(Pte.frame(entry), folio);
            space.invalidate(actor, vpn, vpn + 1, SecondaryMmu.Why.CHANGE);
            mm.mapped().unmapped(space, from, 1, 1);
            mapNewAnon(actor, space, vma, folio, at, false);
            space.invalidated(actor, vpn, vpn + 1);
            if (vma.has(Vma.LOCKED)) {
                mm.mlocked().unlock(actor, from);
            }
        } else {
            // reclaim took the page meanwhile; the access faults again
            mm.rmap().leave(folio);
            mm.charge().uncharge(memcg, 1);
            giveBack(actor, folio);
        }
        mm.release().put(actor, from);
        return Touch.MINOR;
    }

    // ---- files

    private int filePage(Actor actor, AddressSpace space, Memcg memcg, Vma vma, long vpn, long at, boolean write) {
        BackingFile file = (BackingFile) vma.file;
        long index = vma.offsetOf(vpn);
        if (file == null) {
            return Touch.SEGV;
        }
        if (index >= file.pages()) {
            return Touch.SIGBUS;
        }
        int frame = fileFrame(actor, space, memcg, vma, file, vpn, at, write);
        int result = outcome.major || outcome.countsAsMajor ? Touch.MAJOR : Touch.MINOR;
        majorEvent = outcome.major;
        if (frame == FolioTable.NONE) {
            return Touch.KILLED;
        }
        if (frame == MAPPED_AROUND) {
            return result;
        }
        int folio = folios.folioOf(frame);
        folios.get(folio);
        if (write && !vma.has(Vma.SHARED)) {
            int own = newAnon(actor, space, memcg, vma, vpn);
            if (own != FolioTable.NONE) {
                actor.charge(Cost.FAULT_COW);
                folios.contents().copied(frame, own);
                mapNewAnon(actor, space, vma, own, at, true);
            }
            mm.release().put(actor, folio);
            return own == FolioTable.NONE ? Touch.KILLED : result;
        }
        actor.charge(Cost.FAULT_FILE);
        mapFile(actor, space, vma, file, frame, folio, at, write);
        if (folios.has(folio, FolioFlags.HEAD)) {
            mm.files().wholeFolio(file, vma, vpn, folio, around);
            mapAround(actor, space, vma, file, write);
        }
        mm.release().put(actor, folio);
        return result;
    }

    /**
     * The frame for a file page, read if need be. A read fault first maps what is cached around it, and does so again when the
     * look-up has read something: that may be all it takes.
     */
    private int fileFrame(
            Actor actor, AddressSpace space, Memcg memcg, Vma vma, BackingFile file, long vpn, long at, boolean write) {
        outcome.clear();
        while (true) {
            if (!write) {
                mm.files().around(file, vma, vpn, outcome.retry, around);
                mapAround(actor, space, vma, file, false);
                if (!Pte.none(Words.getLongOpaque(at))) {
                    return MAPPED_AROUND;
                }
            }
            int frame = mm.files().faultPage(actor, memcg, file, vma.offsetOf(vpn), vma, outcome);
            if (frame == FolioTable.NONE || !outcome.retry) {
                return frame;
            }
        }
    }

    /** Kernel: do_fault_around, filemap_map_pages. */
    private void mapAround(Actor actor, AddressSpace space, Vma vma, BackingFile file, boolean write) {
        boolean any = false;
        for (int i = 0; i < around.count(); i++) {
            long at = space.pageTable.leafAt(around.vpn(i));
            if (at != 0 && Pte.none(Words.getLongOpaque(at))) {
                int frame = around.page(i);
                mapFile(actor, space, vma, file, frame, folios.folioOf(frame), at, write);
                any = true;
            }
        }
        if (any) {
            actor.charge(Cost.FAULT_FILE);
        }
    }

    private void mapFile(
            Actor actor, AddressSpace space, Vma vma, BackingFile file, int frame, int folio, long at, boolean write) {
        long bits = FRESH;
        if (write) {
            bits |= Pte.DIRTY | Pte.WRITABLE;
            mm.files().dirtied(actor, file, folio);
        } else if (vma.has(Vma.SHARED) && vma.has(Vma.WRITE) && file.shmem()) {
            bits |= Pte.WRITABLE; // no need to hear of the first store to memory-backed pages
        }
        mm.mapped().mapped(space, folio, 1, 1);
        space.pageTable.install(at, Pte.of(frame, bits));
        if (vma.has(Vma.LOCKED)) {
            mm.mlocked().lock(actor, folio);
        }
    }
}
