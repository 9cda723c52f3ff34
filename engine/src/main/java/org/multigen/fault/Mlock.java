package org.multigen.fault;

import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.base.Words;
import org.multigen.memory.FolioTable;
import org.multigen.pagetable.Pte;

/** mlock and munlock: pages are faulted in and kept off the lists that reclaim scans. Kernel: mm/mlock.c. */
public final class Mlock {
    private final MmContext mm;
    private final FolioTable folios;

    public Mlock(MmContext context) {
        this.mm = context;
        this.folios = context.folios();
    }

    /** Locks a range; a constant of {@link Touch}: RESIDENT, or why a page could not be had. */
    public int lock(Actor actor, AddressSpace space, FaultHandler faults, long vpn, long pages) {
        space.mmapLock.lock(actor);
        for (Vma v : Mappings.isolate(space, vpn, vpn + pages)) {
            if (!v.has(Vma.LOCKED)) {
                space.lockedPages += v.pages();
                space.setFlags(v, 0, Vma.LOCKED);
                forEachPage(actor, v, true);
            }
        }
        space.mergeAround(vpn, vpn + pages);
        space.mmapLock.unlock(actor);
        return populate(actor, space, faults, vpn, pages);
    }

    private int populate(Actor actor, AddressSpace space, FaultHandler faults, long vpn, long pages) {
        for (long p = vpn; p < vpn + pages; p++) {
            space.mmapLock.enter(actor);
            Vma v = space.vma(p);
            space.mmapLock.leave(actor);
            if (v == null || !v.accessible()) {
                continue;
            }
            boolean write = v.has(Vma.WRITE) && !v.has(Vma.SHARED);
            long entry = space.pageTable.lookup(p);
            if (!Pte.present(entry) || (write && !Pte.writable(entry))) {
                int outcome = faults.handle(actor, space, p, write);
                if (outcome >= Touch.KILLED) {
                    return outcome;
                }
            }
        }
        return Touch.RESIDENT;
    }

    public void unlock(Actor actor, AddressSpace space, long vpn, long pages) {
        space.mmapLock.lock(actor);
        for (Vma v : Mappings.isolate(space, vpn, vpn + pages)) {
            if (v.has(Vma.LOCKED)) {
                space.lockedPages -= v.pages();
                space.setFlags(v, Vma.LOCKED, 0);
                forEachPage(actor, v, false);
            }
        }
        space.mergeAround(vpn, vpn + pages);
        space.mmapLock.unlock(actor);
    }

    private void forEachPage(Actor actor, Vma v, boolean lock) {
        for (long vpn = v.start; vpn < v.end; vpn++) {
            long at = v.mm.pageTable.leafAt(vpn);
            if (at == 0) {
                continue;
            }
            v.mm.pageTable.lockLeaf(at);
            long entry = Words.getLongOpaque(at);
            int folio = Pte.mapsPage(entry) ? folios.folioOf(Pte.frame(entry)) : FolioTable.NONE;
            if (folio != FolioTable.NONE) {
                folios.get(folio);
            }
            v.mm.pageTable.unlockLeaf(at);
            if (folio != FolioTable.NONE) {
                if (lock) {
                    mm.mlocked().lock(actor, folio);
                } else {
                    mm.mlocked().unlock(actor, folio);
                }
                mm.release().put(actor, folio);
            }
        }
    }
}
