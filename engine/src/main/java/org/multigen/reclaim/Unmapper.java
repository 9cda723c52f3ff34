package org.multigen.reclaim;

import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.Rmap;
import org.multigen.addrspace.SecondaryMmu;
import org.multigen.addrspace.TlbShootdown;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Words;
import org.multigen.lru.MappedPages;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;
import org.multigen.storage.SwapSpace;

/**
 * Takes a page out of all page tables: anonymous ones leave a swap entry behind, file pages nothing. Kernel: mm/rmap.c
 * try_to_unmap_one.
 */
final class Unmapper implements Rmap.Visitor {
    private final FolioTable folios;
    private final Rmap rmap;
    private final SwapSpace swap;
    private final MappedPages mapped;
    private final TlbShootdown shootdown;

    private Actor actor;
    private int folio;
    private boolean lockedVma;

    @SuppressWarnings("NullAway.Init")
    Unmapper(FolioTable folios, Rmap rmap, SwapSpace swap, MappedPages mapped, TlbShootdown shootdown) {
        this.folios = folios;
        this.rmap = rmap;
        this.swap = swap;
        this.mapped = mapped;
        this.shootdown = shootdown;
    }

    /** Unmaps a folio of one page, or a large one entry by entry; what stays mapped shows in its count. */
    void unmap(Actor actor, int folio) {
        this.actor = actor;
        this.folio = folio;
        this.lockedVma = false;
        rmap.walk(folio, this);
    }

    /** A locked mapping stopped the last call. */
    boolean foundLocked() {
        return lockedVma;
    }

    @Override
    public boolean wants(Vma vma) {
        return true;
    }

    @Override
    public boolean mapping(Vma vma, long vpn, long entryAt, boolean huge) {
        if (vma.has(Vma.LOCKED)) {
            lockedVma = true;
            return false;
        }
        AddressSpace mm = vma.mm;
        long at = entryAt;
        if (huge) {
            splitMapping(mm, vpn, entryAt);
            at = mm.pageTable.leafAt(vpn);
            return at == 0 || unmapTable(vma, vpn, at);
        }
        return unmapEntry(vma, vpn, at);
    }

    private boolean unmapTable(Vma vma, long vpn, long at) {
        AddressSpace mm = vma.mm;
        mm.pageTable.lockLeaf(at);
        boolean goOn = true;
        for (int i = 0; goOn && i < PageTable.PMD_PAGES; i++) {
            long entry = Words.getLongOpaque(at + 8L * i);
            if (Pte.mapsPage(entry) && folios.folioOf(Pte.frame(entry)) == folio) {
                goOn = unmapEntry(vma, vpn + i, at + 8L * i);
            }
        }
        mm.pageTable.unlockLeaf(at);
        return goOn;
    }

    /** One entry of 2 MiB becomes 512 of 4 KiB. Kernel: split_huge_pmd. */
    private void splitMapping(AddressSpace mm, long vpn, long pmdAt) {
        HugeMapping.split(actor, mm, folios, vpn, pmdAt);
    }

    private boolean unmapEntry(Vma vma, long vpn, long at) {
        AddressSpace mm = vma.mm;
        if (!mm.hasSecondaryMmu()) {
            return changeEntry(vma, vpn, at);
        }
        mm.invalidate(actor, vpn, vpn + 1, SecondaryMmu.Why.RECLAIM);
        try {
            return changeEntry(vma, vpn, at);
        } finally {
            mm.invalidated(actor, vpn, vpn + 1);
        }
    }

    private boolean changeEntry(Vma vma, long vpn, long at) {
        AddressSpace mm = vma.mm;
        actor.charge(Cost.UNMAP);
        shootdown.defer(actor, mm);
        PageTable table = mm.pageTable;
        long flags = folios.flags(folio);
        if (!folios.isAnon(folio)) {
            long old = table.clear(at);
            if (Pte.dirty(old)) {
                folios.set(folio, FolioFlags.DIRTY);
            }
            folios.log().unmapped(folio, mm.id, vpn, Pte.young(old), vma.flags);
            mapped.unmapped(mm, folio, 1, 1);
            return true;
        }
        if ((flags & FolioFlags.SWAPBACKED) == 0) {
            return dropLazyfree(vma, vpn, at);
        }
        int slot = folios.slot(folio) + (Pte.frame(Words.getLongOpaque(at)) - folio);
        swap.duplicate(slot);
        long old = table.replace(at, Pte.swap(slot, (flags & FolioFlags.EXCLUSIVE) != 0));
        if (Pte.dirty(old)) {
            folios.set(folio, FolioFlags.DIRTY);
        }
        mm.addSwapEntries(1);
        folios.log().unmapped(folio, mm.id, vpn, Pte.young(old), vma.flags);
        mapped.unmapped(mm, folio, 1, 1);
        return true;
    }

    private boolean dropLazyfree(Vma vma, long vpn, long at) {
        AddressSpace mm = vma.mm;
        long old = mm.pageTable.clear(at);
        if (Pte.dirty(old) || folios.has(folio, FolioFlags.DIRTY)) {
            mm.pageTable.install(at, old);
            folios.set(folio, FolioFlags.SWAPBACKED);
            return false;
        }
        folios.log().unmapped(folio, mm.id, vpn, Pte.young(old), vma.flags);
        mapped.unmapped(mm, folio, 1, 1);
        return true;
    }

    // ---- for splits

    /** Replaces entries of 2 MiB that map the folio by small ones. */
    void toSmallEntries(Actor actor, int folio) {
        rmap.walk(folio, new Rmap.Visitor() {
            @Override
            public boolean wants(Vma vma) {
                return true;
            }

            @Override
            public boolean mapping(Vma vma, long vpn, long entryAt, boolean huge) {
                if (huge) {
                    HugeMapping.split(actor, vma.mm, folios, vpn, entryAt);
                }
                return huge;
            }
        });
    }

    /** How many entries map each page of a folio. */
    int[] mappingsPerPage(int folio) {
        int[] result = new int[folios.pages(folio)];
        rmap.walk(folio, new Rmap.Visitor() {
            @Override
            public boolean wants(Vma vma) {
                return true;
            }

            @Override
            public boolean mapping(Vma vma, long vpn, long entryAt, boolean huge) {
                result[Pte.frame(Words.getLongOpaque(entryAt)) - folio]++;
                return true;
            }
        });
        return result;
    }

    /** Address of the first entry of the one table that {@link #underSoleTable} has locked. */
    private long soleTable;

    /**
     * Does something while nobody can change what maps a large folio: with the one table locked that all its mappings are in, and
     * nobody but the caller referring to it.
     *
     * @return false if there are several tables, or others refer to it
     */
    boolean underSoleTable(int folio, Runnable action) {
        boolean[] done = {false};
        rmap.walk(folio, new Rmap.Visitor() {
            @Override
            public boolean wants(Vma vma) {
                return true;
            }

            @Override
            public boolean mapping(Vma vma, long vpn, long entryAt, boolean huge) {
                soleTable = entryAt & -(8L * PageTable.ENTRIES);
                if (!huge && folios.refCount(folio) == 1 && mappingsInTable(folio) == folios.mapCount(folio)) {
                    action.run();
                    done[0] = true;
                }
                return false;
            }
        });
        return done[0];
    }

    private int mappingsInTable(int folio) {
        int n = 0;
        for (int m : soleMappings(folio)) {
            n += m;
        }
        return n;
    }

    /** How many entries of the table at hand map each page of a folio. */
    int[] soleMappings(int folio) {
        int[] result = new int[folios.pages(folio)];
        for (int i = 0; i < PageTable.ENTRIES; i++) {
            long entry = Words.getLongOpaque(soleTable + 8L * i);
            if (Pte.mapsPage(entry) && folios.folioOf(Pte.frame(entry)) == folio) {
                result[Pte.frame(entry) - folio]++;
            }
        }
        return result;
    }

    /** A page split off a folio belongs to its family too. */
    void joined(int mapping) {
        rmap.joinedBySplit(mapping);
    }
}
