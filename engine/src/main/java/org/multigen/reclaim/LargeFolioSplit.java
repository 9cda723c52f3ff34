package org.multigen.reclaim;

import org.multigen.base.Actor;
import org.multigen.lru.MappedPages;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.FrameAllocator;

/**
 * Splits an isolated anonymous folio of many pages into folios of one page, all of them mapped as before. Kernel:
 * mm/huge_memory.c split_folio_to_list.
 */
final class LargeFolioSplit {
    private final FolioTable folios;
    private final FrameAllocator frames;
    private final Unmapper unmapper;
    private final MappedPages books;

    LargeFolioSplit(FolioTable folios, FrameAllocator frames, Unmapper unmapper, MappedPages books) {
        this.folios = folios;
        this.frames = frames;
        this.unmapper = unmapper;
        this.books = books;
    }

    /**
     * The folio keeps its first page; the others join the tail of {@code list}, isolated like it.
     *
     * @return false if that is not possible now, because several processes map it while others run or somebody refers to it
     */
    boolean split(Actor actor, int folio, int list) {
        unmapper.toSmallEntries(actor, folio);
        if (folios.shared()) {
            return unmapper.underSoleTable(folio, () -> apart(folio, list));
        }
        apart(folio, list);
        return true;
    }

    private void apart(int folio, int list) {
        long flags = folios.flags(folio);
        int pages = FolioFlags.pages(flags);
        int mapping = folios.mapping(folio);
        int index = folios.index(folio);
        int[] maps = folios.shared() ? unmapper.soleMappings(folio) : unmapper.mappingsPerPage(folio);
        long inherit = flags
                & (FolioFlags.REFERENCED
                        | FolioFlags.DIRTY
                        | FolioFlags.ACTIVE
                        | FolioFlags.WORKINGSET
                        | FolioFlags.SWAPBACKED
                        | FolioFlags.EXCLUSIVE
                        | FolioFlags.REFS_MASK);
        boolean mapped = folios.mapped(folio);
        int unmapped = 0;
        frames.split(folio);
        for (int i = 1; i < pages; i++) {
            int page = folio + i;
            folios.setMapping(page, mapping, index + i);
            folios.set(page, inherit);
            folios.setMemcg(page, FolioFlags.memcg(flags));
            folios.get(page);
            folios.addMappings(page, maps[i]);
            folios.dropMappings(folio, maps[i]);
            unmapper.joined(mapping);
            if (maps[i] == 0) {
                unmapped++;
                folios.clear(page, FolioFlags.ACTIVE | FolioFlags.REFERENCED);
            }
            folios.listAddTail(list, page);
        }
        if (mapped) {
            books.splitOff(folio, unmapped + (maps[0] == 0 ? 1 : 0));
        }
    }
}
