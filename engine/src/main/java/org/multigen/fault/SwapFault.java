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
        if (major) {
            boolean direct = area.device.synchronous()
                    && swap.references(slot) == 1
                    && !mm.rules().swapInThroughCache();
            boolean alone = (entry & Pte.SWAP_EXCLUSIVE) != 0;
            folio = read(actor, space, memcg, vma, vpn, slot, area, direct, alone);
            if (folio == FolioTable.NONE) {
                return Touch.KILLED;
            }
        }
        long flags = folios.flags(folio);
        if (write && (flags & FolioFlags.SWAPCACHE) != 0 && (flags & FolioFlags.LRU) == 0) {
            mm.batches().drain(actor); // the batch's reference would hide that nobody else uses the page
        }
        if (Words.getLongOpaque(at) != entry) {
            mm.release().put(actor, folio); // somebody else was faster
            return Touch.MINOR;
        }
        map(actor, space, vma, vpn, at, entry, folio, slot, area, write);
        mm.release().put(actor, folio);
        return major ? Touch.MAJOR : Touch.MINOR;
    }

    /** Reads a slot into a new page that has a reference for the caller. */
    private int read(
            Actor actor,
            AddressSpace space,
            Memcg memcg,
            Vma vma,
            long vpn,
            int slot,
            SwapArea area,
            boolean direct,
            boolean alone) {
        if (!area.device.synchronous()) {
            return mm.files().swapReadahead().read(actor, space, memcg, vma, vpn, slot, area);
        }
        int folio = mm.frames().allocate(actor, 0, 0, true);
        if (folio == FolioTable.NONE) {
            return FolioTable.NONE;
        }
        Memcg owner = ownerOf(slot, memcg);
        if (!mm.charge().tryCharge(actor, owner, 1)) {
            if (folios.put(folio)) {
                mm.frames().free(actor, folio);
            }
            return FolioTable.NONE;
        }
        folios.setMemcg(folio, owner.id());
        folios.set(folio, FolioFlags.SWAPBACKED);
        long shadow = swap.shadow(slot);
        if (!direct) {
            swap.insert(folio, slot);
        }
        mm.rmap().joinAnon(folio, space.familyForSwapIn(vma, alone), vma, vpn);
        folios.log().swappedIn(slot, folio);
        folios.log().cameIn(folio, PageLog.WANTED);
        mm.lru().refault(actor, folio, shadow);
        mm.lru().add(actor, folio);
        area.device.read(actor, 1);
        folios.contents().swappedIn(slot, folio);
        actor.count(VmEvent.PSWPIN, 1);
        owner.count(VmEvent.PSWPIN, 1);
        return folio;
    }

    /** A page comes back to the group that paid for its slot, if that still exists. */
    private Memcg ownerOf(int slot, Memcg faulting) {
        Memcg owner = swap.owner(slot);
        return owner.online() && !owner.isRoot() ? owner : faulting;
    }

    private void map(
            Actor actor,
            AddressSpace space,
            Vma vma,
            long vpn,
            long at,
            long entry,
            int folio,
            int slot,
            SwapArea area,
            boolean write) {
        boolean cached = folios.has(folio, FolioFlags.SWAPCACHE);
        boolean exclusive = (entry & Pte.SWAP_EXCLUSIVE) != 0 || (!cached && swap.references(slot) == 1);
        if (folios.mapping(folio) == 0) {
            // read ahead for nobody in particular
            mm.rmap().joinAnon(folio, space.familyForSwapIn(vma, exclusive), vma, vpn);
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
        space.swapEntries--;
        space.pageTable.replace(at, Pte.of(folio, bits));
        swap.release(slot);
        if (vma.has(Vma.LOCKED)) {
            mm.mlocked().lock(actor, folio);
        }
        if (cached && freesSlot(folio, slot, area, vma, write)) {
            swap.remove(folio, 0);
            folios.set(folio, FolioFlags.DIRTY);
        }
    }

    /** Kernel: should_try_to_free_swap. */
    private boolean freesSlot(int folio, int slot, SwapArea area, Vma vma, boolean write) {
        if (swap.references(slot) > 0 || folios.has(folio, FolioFlags.WRITEBACK)) {
            return false;
        }
        Memcg memcg = mm.memcgs().of(FolioFlags.memcg(folios.flags(folio)));
        return Charge.swapFull(memcg, swap.free(), swap.total())
                || vma.has(Vma.LOCKED)
                || (mm.rules().swapInThroughCache() && area.device.synchronous())
                || (write && folios.refCount(folio) <= 2 && folios.mapCount(folio) == 1);
    }
}
