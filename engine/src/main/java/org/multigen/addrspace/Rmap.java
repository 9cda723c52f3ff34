package org.multigen.addrspace;

import org.jspecify.annotations.Nullable;
import org.multigen.base.Words;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;

/**
 * Finds every mapping of a folio, shared ones too. Kernel: mm/rmap.c rmap_walk, mm/page_vma_mapped.c.
 *
 * <p>It reads the index of mappings, which stays as it is for the walk, and the page tables, and changes nothing. The caller is in
 * an operation ({@link org.multigen.base.Grace}), so that no table goes away that it has found.
 */
public final class Rmap {
    /** Asked for each mapping of a folio. */
    public interface Visitor {
        /**
         * False to skip the mapping without looking at its page table.
         */
        boolean wants(Vma vma);

        /**
         * A page-table entry that maps (a page of) the folio; a small one stays so until this returns, because its table is
         * locked. A huge one has to be looked at again under the lock of its table.
         *
         * @param entryAt address of the entry
         * @param huge the entry maps 2 MiB
         * @return false to stop the whole walk
         */
        boolean mapping(Vma vma, long vpn, long entryAt, boolean huge);

        /** All entries of this mapping were visited; false stops the walk. */
        default boolean mappingDone(Vma vma) {
            return true;
        }
    }

    private final FolioTable folios;
    private final MappableTable mappables;

    public Rmap(FolioTable folios, MappableTable mappables) {
        this.folios = folios;
        this.mappables = mappables;
    }

    /** Visits every entry that maps the folio. */
    public void walk(int folio, Visitor visitor) {
        Mappable of = mappables.byId(folios.mapping(folio));
        if (of == null) {
            return;
        }
        long offset = offset(of, folio);
        int pages = folios.pages(folio);
        VmaIndex index = of.vmas();
        index.read();
        try {
            for (int i = index.firstCandidate(offset); index.mayCover(i, offset + pages - 1); i++) {
                Vma vma = index.at(i);
                long first = Math.max(vma.start, vma.vpnOf(offset));
                long end = Math.min(vma.end, vma.vpnOf(offset + pages));
                if (first < end && visitor.wants(vma) && !visitMapping(folio, pages, vma, first, end, visitor)) {
                    return;
                }
            }
        } finally {
            index.readDone();
        }
    }

    private boolean visitMapping(int folio, int pages, Vma vma, long first, long end, Visitor visitor) {
        PageTable table = vma.mm.pageTable;
        for (long vpn = first; vpn < end; vpn++) {
            long pmd = table.entryAt(vpn, 1);
            if (pmd == 0) {
                continue;
            }
            long pmdEntry = Words.getLongOpaque(pmd);
            if ((pmdEntry & Pte.HUGE) != 0) {
                if (Pte.frame(pmdEntry) == folio && !visitor.mapping(vma, first, pmd, true)) {
                    return false;
                }
                break;
            }
            long at = table.leafBelow(pmdEntry, vpn);
            if (at == 0) {
                continue;
            }
            table.lockLeaf(at);
            long entry = Words.getLongOpaque(at);
            boolean goOn = !Pte.mapsPage(entry)
                    || !inside(Pte.frame(entry), folio, pages)
                    || visitor.mapping(vma, vpn, at, false);
            table.unlockLeaf(at);
            if (!goOn) {
                return false;
            }
        }
        return visitor.mappingDone(vma);
    }

    private static boolean inside(int frame, int folio, int pages) {
        return frame >= folio && frame < folio + pages;
    }

    private long offset(Mappable of, int folio) {
        long index = folios.index(folio);
        return of instanceof AnonFamily family ? family.base + index : index & 0xffffffffL;
    }

    /** A folio that a fault added to a family. */
    public void joinAnon(int folio, AnonFamily family, Vma vma, long vpn) {
        folios.setMapping(folio, family.id(), AddressSpace.anonIndex(family, vma, vpn));
        family.joined();
        folios.log().holdsAnon(folio, vma.mm.id, vpn);
    }

    /** A folio split off another one carries the same family's number. */
    public void joinedBySplit(int mapping) {
        AnonFamily family = mapping < 0 ? familyOf(mapping) : null;
        if (family != null) {
            family.joined();
        }
    }

    /** A folio that is being freed leaves its family. */
    public void leave(int folio) {
        int id = folios.mapping(folio);
        if (id < 0 && (folios.flags(folio) & FolioFlags.TAIL) == 0) {
            AnonFamily family = familyOf(id);
            if (family != null && family.left()) {
                mappables.releaseIfUnused(family);
            }
            folios.setMapping(folio, 0, 0);
        }
    }

    private @Nullable AnonFamily familyOf(int id) {
        return (AnonFamily) mappables.byId(id);
    }
}
