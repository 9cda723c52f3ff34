package org.multigen.fault;

import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.VmEvent;
import org.multigen.base.Words;
import org.multigen.memcg.Charge;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.PageLog;
import org.multigen.pagetable.Pte;
import org.multigen.storage.SwapArea;
import org.multigen.storage.SwapSpace;

/** Brings a swapped-out page back. Kernel: mm/memory.c do_swap_page. */
final class SwapFault {
    private final MmContext mm;
    private final FolioTable folios;
    private final SwapSpace swap;

    SwapFault(MmContext context) {
        this.mm = context;
        this.folios = context.folios();
        this.swap = context.swap();
    }

    int swapIn(Actor actor, AddressSpace space, Memcg memcg, Vma vma, long vpn, long at, long entry, boolean write) {
        int slot = Pte.slot(entry);
        SwapArea area = swap.areaOf(slot);
        int folio = mm.files().swapReadahead().lookup(actor, vma, slot);
        boolean major = folio == FolioTable.NONE;
        actor.charge(Cost.FAULT_SWAP);
        boolean direct = false;
        if (major) {
            direct = area.device.synchronous()
                    && swap.references(slot) == 1
                    && !mm.rules().swapInThroughCache();
            folio = read(actor, space, memcg, vma, vpn, at, entry, area, direct);
            if (folio == FolioTable.NONE) {
                return Touch.KILLED;
            }
            if (folio == SwapSpace.LOOK_AGAIN) {
                Thread.onSpinWait();
                return Touch.MINOR;
            }
        }
        long flags = folios.flags(folio);
        if (write && (flags & FolioFlags.SWAPCACHE) != 0 && (flags & FolioFlags.LRU) == 0) {
            mm.batches().drain(actor); // the batch's reference would hide that nobody else uses the page
        }
        folios.lockShared(folio);
        boolean mapped = map(actor, space, vma, vpn, at, entry, folio, area, write, direct);
        folios.unlockShared(folio);
        if (direct && major) {
            swap.endRead(slot);
        }
        mm.release().put(actor, folio);
        return mapped && major ? Touch.MAJOR : Touch.MINOR;
    }

    /** Reads a slot into a new page that has a reference for the caller; {@link SwapSpace#LOOK_AGAIN} if somebody else is at it. */
    private int read(
            Actor actor,
            AddressSpace space,
            Memcg memcg,
            Vma vma,
            long vpn,
            long at,
            long entry,
            SwapArea area,
            boolean direct) {
        if (!area.device.synchronous()) {
            return mm.files().swapReadahead().read(actor, space, memcg, vma, vpn, at, entry, area);
        }
        int slot = Pte.slot(entry);
        boolean alone = (entry & Pte.SWAP_EXCLUSIVE) != 0;
        int folio = mm.frames().allocate(actor, 0, 0, true);
        if (folio == FolioTable.NONE) {
            return FolioTable.NONE;
        }
        Memcg owner = ownerOf(slot, memcg);
        if (!mm.charge().tryCharge(actor, owner, 1)) {
            giveBack(actor, folio);
            return FolioTable.NONE;
        }
        if (folios.shared() && !mayRead(actor, slot, direct, at, entry)) {
            mm.charge().uncharge(owner, 1);
            giveBack(actor, folio);
            return SwapSpace.LOOK_AGAIN;
        }
        folios.setMemcg(folio, owner.id());
        folios.set(folio, FolioFlags.SWAPBACKED);
        long shadow = swap.shadow(slot);
        folios.lockShared(folio);
        if (!direct) {
            swap.insert(folio, slot);
        }
        mm.rmap().joinAnon(folio, space.familyForSwapIn(vma, alone), vma, vpn);
        folios.contents().swappedIn(slot, folio);
        folios.log().swappedIn(slot, folio);
        folios.log().cameIn(folio, PageLog.WANTED);
        folios.unlockShared(folio);
        if (!direct) {
            swap.endRead(slot);
        }
        mm.lru().refault(actor, folio, shadow);
        mm.lru().add(actor, folio);
        area.device.read(actor, 1);
        actor.count(VmEvent.PSWPIN, 1);
        owner.count(VmEvent.PSWPIN, 1);
        return folio;
    }

    /** Nobody else reads the slot, and it is still the one of the entry: then it stays so until the reading ends. */
    private boolean mayRead(Actor actor, int slot, boolean direct, long at, long entry) {
        int other = swap.startRead(slot, direct);
        if (other >= 0) {
            mm.release().put(actor, other); // the next look finds it in the cache, unless it has left that by now
        }
        if (other != SwapSpace.MAY_READ) {
            return false;
        }
        if (Words.getLongOpaque(at) != entry) {
            swap.endRead(slot);
            return false;
        }
        return true;
    }

    private void giveBack(Actor actor, int folio) {
        if (folios.put(folio)) {
            mm.frames().free(actor, folio);
        }
    }

    /** A page comes back to the group that paid for its slot, if that still exists. */
    private Memcg ownerOf(int slot, Memcg faulting) {
        Memcg owner = swap.owner(slot);
        return owner.online() && !owner.isRoot() ? owner : faulting;
    }

    /** Maps the page if the entry and the page still belong together; under the folio's lock. */
    private boolean map(
            Actor actor,
            AddressSpace space,
            Vma vma,
            long vpn,
            long at,
            long entry,
            int folio,
            SwapArea area,
            boolean write,
            boolean direct) {
        int slot = Pte.slot(entry);
        boolean cached = folios.has(folio, FolioFlags.SWAPCACHE);
        if (cached ? folios.slot(folio) != slot : folios.shared() && !direct) {
            return false; // it left the cache before it was locked
        }
        if (Words.getLongOpaque(at) != entry) {
            return false; // somebody else was faster
        }
        boolean exclusive = (entry & Pte.SWAP_EXCLUSIVE) != 0 || (!cached && swap.references(slot) == 1);
        if (folios.mapping(folio) == 0) {
            // read ahead for nobody in particular
            mm.rmap().joinAnon(folio, space.familyForSwapIn(vma, exclusive), vma, vpn);
        }
        space.pageTable.lockLeaf(at);
        if (Words.getLongOpaque(at) != entry) {
            space.pageTable.unlockLeaf(at);
            return false;
        }
        if (exclusive) {
            folios.set(folio, FolioFlags.EXCLUSIVE);
        } else {
            folios.clear(folio, FolioFlags.EXCLUSIVE);
        }
        long bits = Pte.PRESENT | Pte.ACCESSED;
        if (exclusive && vma.has(Vma.WRITE) && (write || mm.rules().swapInWritable())) {
            bits |= Pte.WRITABLE;
        }
        if (write && exclusive) {
            bits |= Pte.DIRTY;
        }
        mm.mapped().mapped(space, folio, 1, 1);
        space.addSwapEntries(-1);
        space.pageTable.replace(at, Pte.of(folio, bits));
        swap.release(slot);
        if (vma.has(Vma.LOCKED)) {
            mm.mlocked().lock(actor, folio);
        }
        space.pageTable.unlockLeaf(at);
        if (cached && freesSlot(folio, area, vma, write)) {
            swap.freeSwap(folio);
        }
        return true;
    }

    /** Kernel: should_try_to_free_swap. */
    private boolean freesSlot(int folio, SwapArea area, Vma vma, boolean write) {
        Memcg memcg = mm.memcgs().of(FolioFlags.memcg(folios.flags(folio)));
        return Charge.swapFull(memcg, swap.free(), swap.total())
                || vma.has(Vma.LOCKED)
                || (mm.rules().swapInThroughCache() && area.device.synchronous())
                || (write && folios.refCount(folio) <= 2 && folios.mapCount(folio) == 1);
    }
}
