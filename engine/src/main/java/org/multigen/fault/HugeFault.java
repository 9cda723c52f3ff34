package org.multigen.fault;

import org.multigen.addrspace.AddressSpace;
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

/** First use of 2 MiB of anonymous memory at once. Kernel: mm/huge_memory.c do_huge_pmd_anonymous_page. */
final class HugeFault {
    /** Not a case for a huge page: go on with small ones. */
    static final int NO = -1;

    private static final int ORDER = 9;
    private static final int PAGES = PageTable.PMD_PAGES;

    private final MmContext mm;
    private final HugePagePolicy policy;
    private final FolioTable folios;

    HugeFault(MmContext context, HugePagePolicy policy) {
        this.mm = context;
        this.policy = policy;
        this.folios = context.folios();
    }

    int tryHuge(Actor actor, AddressSpace space, Memcg memcg, Vma vma, long vpn, boolean write) {
        if (vma.file != null || !covers(space, vma, vpn)) {
            return NO;
        }
        long first = vpn & -(long) PAGES;
        if (first < vma.start || first + PAGES > vma.end) {
            return NO;
        }
        long pmdAt = space.pageTable.ensureEntry(actor, first, 1);
        if (pmdAt == 0) {
            return Touch.KILLED;
        }
        long entry = Words.getLongOpaque(pmdAt);
        if (!Pte.none(entry)) {
            return Pte.huge(entry) ? existing(actor, space, memcg, vma, first, pmdAt, entry, write) : NO;
        }
        if (!write) {
            return NO; // small zero pages stand in for the huge one
        }
        return install(actor, space, memcg, vma, first, pmdAt);
    }

    /** The policy wants a huge page here, or one is mapped already. */
    private boolean covers(AddressSpace space, Vma vma, long vpn) {
        if (policy.wants(vma)) {
            return true;
        }
        long pmdAt = space.pageTable.entryAt(vpn, 1);
        return pmdAt != 0 && Pte.huge(Words.getLongOpaque(pmdAt));
    }

    private int install(Actor actor, AddressSpace space, Memcg memcg, Vma vma, long first, long pmdAt) {
        int folio = mm.frames().allocate(actor, ORDER, 0, true);
        if (folio == FolioTable.NONE || !mm.charge().tryCharge(actor, memcg, PAGES)) {
            if (folio != FolioTable.NONE && folios.put(folio)) {
                mm.frames().free(actor, folio);
            }
            actor.count(VmEvent.THP_FAULT_FALLBACK, 1);
            return NO;
        }
        folios.setMemcg(folio, memcg.id());
        folios.set(folio, FolioFlags.SWAPBACKED | FolioFlags.EXCLUSIVE);
        for (int i = 0; i < PAGES; i++) {
            folios.contents().zeroed(folio + i);
        }
        mm.rmap().joinAnon(folio, space.familyFor(vma), vma, first);
        space.pageTable.lockUpper(pmdAt);
        if (!Pte.none(Words.getLongOpaque(pmdAt))) {
            space.pageTable.unlockUpper(pmdAt);
            mm.rmap().leave(folio);
            mm.charge().uncharge(memcg, PAGES);
            if (folios.put(folio)) {
                mm.frames().free(actor, folio);
            }
            return Touch.MINOR; // somebody was faster: the access faults again
        }
        mm.mapped().mapped(space, folio, PAGES, 1);
        folios.log().cameIn(folio, PageLog.NEW);
        mm.lru().add(actor, folio);
        long bits = Pte.PRESENT | Pte.HUGE | Pte.ACCESSED | Pte.DIRTY | (vma.has(Vma.WRITE) ? Pte.WRITABLE : 0);
        space.pageTable.install(pmdAt, Pte.of(folio, bits));
        space.pageTable.unlockUpper(pmdAt);
        mm.release().put(actor, folio);
        actor.charge(Cost.FAULT_HUGE);
        actor.count(VmEvent.THP_FAULT_ALLOC, 1);
        return Touch.MINOR;
    }

    private int existing(
            Actor actor, AddressSpace space, Memcg memcg, Vma vma, long first, long pmdAt, long entry, boolean write) {
        int folio = Pte.frame(entry);
        if (write && !Pte.writable(entry)) {
            space.pageTable.lockUpper(pmdAt);
            boolean same = Pte.huge(Words.getLongOpaque(pmdAt)) && Pte.frame(Words.getLongOpaque(pmdAt)) == folio;
            boolean share = same && !folios.has(folio, FolioFlags.EXCLUSIVE) && folios.mapCount(folio) > 1;
            if (same && !share) {
                folios.set(folio, FolioFlags.EXCLUSIVE);
                Words.orLong(pmdAt, Pte.WRITABLE | Pte.DIRTY | Pte.ACCESSED);
            }
            space.pageTable.unlockUpper(pmdAt);
            if (share) {
                org.multigen.reclaim.HugeMapping.split(actor, space, folios, first, pmdAt);
                return NO;
            }
            return Touch.MINOR;
        }
        Words.casLong(pmdAt, entry, entry | (write ? Pte.ACCESSED | Pte.DIRTY : Pte.ACCESSED));
        actor.charge(Cost.FAULT_ACCESS);
        return Touch.MINOR;
    }
}
