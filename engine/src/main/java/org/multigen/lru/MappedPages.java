package org.multigen.lru;

import org.multigen.addrspace.AddressSpace;
import org.multigen.base.Warnings;
import org.multigen.memcg.Memcg;
import org.multigen.memcg.MemcgTree;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;

/**
 * The books of mapped pages: mappings of a folio, resident pages of an address space, mapped pages of a memcg. Kernel:
 * folio_add_anon_rmap, folio_remove_rmap, add_mm_counter.
 */
public final class MappedPages {
    private final FolioTable folios;
    private final MemcgTree memcgs;
    private Warnings warnings = new Warnings(true);

    public MappedPages(FolioTable folios, MemcgTree memcgs) {
        this.folios = folios;
        this.memcgs = memcgs;
    }

    /** Where broken invariants are reported; without it the first one throws. */
    public void setWarnings(Warnings to) {
        warnings = to;
    }

    /** So many pages of a folio are mapped by one more entry (or {@code entries} of them). */
    public void mapped(AddressSpace mm, int folio, int pages, int entries) {
        boolean first = folios.addMappings(folio, entries);
        count(mm, folios.isAnon(folio), folios.flags(folio), pages);
        if (first) {
            state(folios.isAnon(folio), folios.flags(folio), folios.pages(folio));
        }
    }

    /**
     * Entries that mapped pages of a folio have gone.
     *
     * @return true if nothing holds the folio any more and it must be freed
     */
    public boolean unmapped(AddressSpace mm, int folio, int pages, int entries) {
        if (folios.mapCount(folio) < entries) {
            warnings.warn("MappedPages.unmapped more often than mapped", "folio " + folio + " of " + mm.name);
            return false;
        }
        boolean anon = folios.isAnon(folio);
        long flags = folios.flags(folio);
        count(mm, anon, flags, -pages);
        if (mm.anonPages < 0 || mm.filePages < 0 || mm.shmemPages < 0) {
            warnings.warn("MappedPages.count below zero", mm.name);
        }
        Memcg memcg = memcgs.of(FolioFlags.memcg(flags)); // known as long as the page is charged to it
        int left = folios.dropMappings(folio, entries); // from here on others may free the folio
        if (FolioTable.noMappings(left)) {
            memcg.add(anon ? Memcg.State.ANON : Memcg.State.FILE_MAPPED, -FolioFlags.pages(flags));
        }
        return FolioTable.noHolders(left);
    }

    /** Pages of a mapped folio that nothing maps are no longer part of it: they counted as mapped while they were. */
    public void splitOff(int folio, int pages) {
        state(folios.isAnon(folio), folios.flags(folio), -pages);
    }

    private static void count(AddressSpace mm, boolean anon, long flags, int pages) {
        if (anon) {
            mm.addAnonPages(pages);
        } else if ((flags & FolioFlags.SWAPBACKED) != 0) {
            mm.addShmemPages(pages);
        } else {
            mm.addFilePages(pages);
        }
    }

    private void state(boolean anon, long flags, int pages) {
        memcgs.of(FolioFlags.memcg(flags)).add(anon ? Memcg.State.ANON : Memcg.State.FILE_MAPPED, pages);
    }
}
