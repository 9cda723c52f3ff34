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
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;
import org.multigen.storage.BackingFile;
import org.multigen.storage.FaultOutcome;
import org.multigen.storage.MapAround;
import org.multigen.tier.HintFaults;

/**
 * Serves page faults: first use, swap-in, file pages, copy on write. Kernel: mm/memory.c handle_mm_fault.
 *
 * <p>Serves one process; the caller is the faulting actor. Under real threads the address space is entered for the time of the
 * fault, so that its mappings stay; memory is found without further locks, and what an entry maps is changed under the lock of its
 * table if it still is what the fault began with. Otherwise the access simply faults again. A fault on a file shares the file's
 * invalidate lock, so that the file is not cut off meanwhile; a page of a file is mapped while it is locked, which keeps it in its file.
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
        space.mmapLock.enter(actor);
        try {
            return handleInside(actor, space, vpn, write);
        } finally {
            space.mmapLock.leave(actor);
        }
    }

    private int handleInside(Actor actor, AddressSpace space, long vpn, boolean write) {
        Vma vma = space.vma(vpn);
        if (vma == null || !vma.accessible() || (write && !vma.has(Vma.WRITE))) {
            return Touch.SEGV;
        }
        Memcg memcg = mm.memcgs().of(space.memcgId);
        actor.inLruFault = vma.hasRecency(mm.rules().noReuseCounts());
        BackingFile file = vma.file instanceof BackingFile f ? f : null;
        int result;
        majorEvent = true;
        found = PageLog.PRESENT;
        if (file != null) {
            file.invalidateLock().read();
        }
        try {
            result = fault(actor, space, memcg, vma, vpn, write);
        } finally {
            actor.inLruFault = false;
            if (file != null) {
                file.invalidateLock().readDone();
            }
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
        if (at == PageTable.HUGE_THERE) {
            return Touch.MINOR;
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
        Words.casLong(
                at, entry, entry | (write ? Pte.ACCESSED | Pte.DIRTY : Pte.ACCESSED)); // else it changed: look again
        return Touch.MINOR;
    }

    // ---- anonymous

    private int anonymous(Actor actor, AddressSpace space, Memcg memcg, Vma vma, long vpn, long at, boolean write) {
        if (!write) {
            actor.charge(Cost.FAULT_ZERO);
            space.pageTable.lockLeaf(at);
            if (Pte.none(Words.getLongOpaque(at))) {
                space.pageTable.install(at, FRESH | Pte.SPECIAL);
            }
            space.pageTable.unlockLeaf(at);
            return Touch.MINOR;
        }
        int folio = newAnon(actor, space, memcg, vma, vpn);
        if (folio == FolioTable.NONE) {
            return Touch.KILLED;
        }
        actor.charge(Cost.FAULT_ANON);
        mapNewAnon(actor, space, memcg, vma, folio, at, FolioTable.NONE);
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

    /** The frame that a new page is mapped in place of: none, that of the zero page, or one of a folio. */
    private static final int ZERO_PAGE = -3;

    /** Maps a new page unless the entry has changed; then the page is given back, and the access faults again. */
    private boolean mapNewAnon(
            Actor actor, AddressSpace space, Memcg memcg, Vma vma, int folio, long at, int inPlaceOf) {
        space.pageTable.lockLeaf(at);
        long entry = Words.getLongOpaque(at);
        boolean same = switch (inPlaceOf) {
            case FolioTable.NONE -> Pte.none(entry);
            case ZERO_PAGE -> Pte.present(entry) && Pte.special(entry);
            default -> Pte.mapsPage(entry) && folios.folioOf(Pte.frame(entry)) == inPlaceOf;
        };
        if (same) {
            if (inPlaceOf >= 0) {
                folios.contents().copied(Pte.frame(entry), folio);
                mm.mapped().unmapped(space, inPlaceOf, 1, 1);
            }
            mm.mapped().mapped(space, folio, 1, 1);
            folios.log().cameIn(folio, PageLog.NEW);
            addToLru(actor, vma, folio);
            long bits = FRESH | Pte.DIRTY | (vma.has(Vma.WRITE) ? Pte.WRITABLE : 0);
            if (inPlaceOf == FolioTable.NONE) {
                space.pageTable.install(at, Pte.of(folio, bits));
            } else {
                space.pageTable.replace(at, Pte.of(folio, bits));
            }
        }
        space.pageTable.unlockLeaf(at);
        if (same) {
            mm.release().put(actor, folio);
        } else {
            mm.rmap().leave(folio);
            mm.charge().uncharge(memcg, 1);
            giveBack(actor, folio);
        }
        return same;
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
            mapNewAnon(actor, space, memcg, vma, folio, at, ZERO_PAGE);
            space.invalidated(actor, vpn, vpn + 1);
            return Touch.MINOR;
        }
        int folio = folios.folioOf(Pte.frame(entry));
        if (!hold(space, at, folio)) {
            return Touch.MINOR;
        }
        if (vma.has(Vma.SHARED)) {
            storeToShared(actor, space, vma, at, folio);
        } else if (!reuse(actor, space, at, folio)) {
            return copy(actor, space, memcg, vma, vpn, at, folio);
        }
        letGo(actor, folio);
        return Touch.MINOR;
    }

    /** Under real threads, takes a reference to a page that an entry maps; false if the entry has changed. */
    private boolean hold(AddressSpace space, long at, int folio) {
        if (folios.shared()) {
            space.pageTable.lockLeaf(at);
            boolean there = maps(at, folio);
            if (there) {
                folios.get(folio);
            }
            space.pageTable.unlockLeaf(at);
            return there;
        }
        return true;
    }

    private void letGo(Actor actor, int folio) {
        if (folios.shared()) {
            mm.release().put(actor, folio);
        }
    }

    private boolean maps(long at, int folio) {
        long entry = Words.getLongOpaque(at);
        return Pte.mapsPage(entry) && folios.folioOf(Pte.frame(entry)) == folio;
    }

    /** The file hears of the first store to a page; under the page's lock, because writing it back makes the entry read-only. */
    private void storeToShared(Actor actor, AddressSpace space, Vma vma, long at, int folio) {
        folios.lockShared(folio);
        space.pageTable.lockLeaf(at);
        if (maps(at, folio)) {
            if (vma.file instanceof BackingFile file) {
                mm.files().dirtied(actor, file, folio);
            }
            Words.orLong(at, Pte.WRITABLE | Pte.DIRTY | Pte.ACCESSED);
        }
        space.pageTable.unlockLeaf(at);
        folios.unlockShared(folio);
    }

    /** Makes an anonymous page writable that nobody else can see, or whose entry has changed; false if it has to be copied. */
    private boolean reuse(Actor actor, AddressSpace space, long at, int folio) {
        if (!folios.isAnon(folio)) {
            return false;
        }
        if (!folios.has(folio, FolioFlags.EXCLUSIVE | FolioFlags.HEAD | FolioFlags.LRU)
                && folios.mapCount(folio) <= 1) {
            mm.batches().drain(actor); // the batch's reference would hide that nobody else uses the page
        }
        if (!folios.tryLockShared(folio)) {
            return false;
        }
        space.pageTable.lockLeaf(at);
        boolean gone = !maps(at, folio);
        boolean reusable = !gone && reusable(folio);
        if (reusable) {
            folios.set(folio, FolioFlags.EXCLUSIVE);
            Words.orLong(at, Pte.WRITABLE | Pte.DIRTY | Pte.ACCESSED);
        }
        space.pageTable.unlockLeaf(at);
        folios.unlockShared(folio);
        return gone || reusable;
    }

    /** Nobody else can see the page. Kernel: wp_can_reuse_anon_folio. */
    private boolean reusable(int folio) {
        long flags = folios.flags(folio);
        if ((flags & FolioFlags.EXCLUSIVE) != 0) {
            return true;
        }
        if ((flags & FolioFlags.HEAD) != 0 || folios.mapCount(folio) > 1) {
            return false;
        }
        if ((flags & FolioFlags.SWAPCACHE) != 0 && !mm.swap().freeSwap(folio)) {
            return false;
        }
        return folios.refCount(folio) == (folios.shared() ? 1 : 0) && folios.mapCount(folio) == 1;
    }

    private int copy(Actor actor, AddressSpace space, Memcg memcg, Vma vma, long vpn, long at, int from) {
        if (!folios.shared()) {
            folios.get(from);
        }
        int folio = newAnon(actor, space, memcg, vma, vpn);
        if (folio == FolioTable.NONE) {
            mm.release().put(actor, from);
            return Touch.KILLED;
        }
        actor.charge(Cost.FAULT_COW);
        space.invalidate(actor, vpn, vpn + 1, SecondaryMmu.Why.CHANGE);
        boolean mapped = mapNewAnon(actor, space, memcg, vma, folio, at, from);
        space.invalidated(actor, vpn, vpn + 1);
        if (mapped && vma.has(Vma.LOCKED)) {
            mm.mlocked().unlock(actor, from);
        } // else reclaim took the page meanwhile; the access faults again
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
        if (!folios.shared() && !mm.files().hold(file, index, frame)) {
            return Touch.MINOR; // it was dropped meanwhile: the access faults again
        }
        int folio = folios.folioOf(frame);
        if (write && !vma.has(Vma.SHARED)) {
            int own = newAnon(actor, space, memcg, vma, vpn);
            if (own != FolioTable.NONE) {
                actor.charge(Cost.FAULT_COW);
                folios.awaitUnlocked(folio); // somebody may be reading it in
                folios.contents().copied(frame, own);
                mapNewAnon(actor, space, memcg, vma, own, at, FolioTable.NONE);
            }
            mm.release().put(actor, folio);
            return own == FolioTable.NONE ? Touch.KILLED : result;
        }
        actor.charge(Cost.FAULT_FILE);
        folios.lockShared(folio);
        boolean there = !folios.shared() || folios.mapping(folio) == file.id();
        if (there) {
            mapFile(actor, space, vma, file, frame, folio, at, write);
        }
        folios.unlockShared(folio);
        if (there && folios.has(folio, FolioFlags.HEAD)) {
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
            int frame = around.page(i);
            if (at == 0 || !Pte.none(Words.getLongOpaque(at))) {
                continue;
            }
            if (folios.shared()) {
                any |= mapIfThere(actor, space, vma, file, around.vpn(i), frame, at, write);
            } else {
                mapFile(actor, space, vma, file, frame, folios.folioOf(frame), at, write);
                any = true;
            }
        }
        if (any) {
            actor.charge(Cost.FAULT_FILE);
        }
    }

    /** Maps a page that was found before, unless it has gone or somebody has locked it. Kernel: next_uptodate_folio. */
    private boolean mapIfThere(
            Actor actor, AddressSpace space, Vma vma, BackingFile file, long vpn, int frame, long at, boolean write) {
        if (!mm.files().hold(file, vma.offsetOf(vpn), frame)) {
            return false;
        }
        int folio = folios.folioOf(frame);
        boolean locked = folios.tryLockShared(folio);
        boolean there = locked && folios.mapping(folio) == file.id();
        if (there) {
            mapFile(actor, space, vma, file, frame, folio, at, write);
        }
        if (locked) {
            folios.unlockShared(folio);
        }
        mm.release().put(actor, folio);
        return there;
    }

    /** Under the page's lock: it stays in its file, and nobody writes it back. */
    private void mapFile(
            Actor actor, AddressSpace space, Vma vma, BackingFile file, int frame, int folio, long at, boolean write) {
        space.pageTable.lockLeaf(at);
        if (Pte.none(Words.getLongOpaque(at))) {
            install(actor, space, vma, file, frame, folio, at, write);
        }
        space.pageTable.unlockLeaf(at);
    }

    private void install(
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
