package org.multigen.storage;

import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.PageLog;

/**
 * Files that live in memory: a page is made of zeros when it is first used, is treated as anonymous by the LRU, and goes to
 * swap; its slot in the file then names the swap slot. Kernel: mm/shmem.c.
 */
final class Shmem {
    private final CacheFolios cache;
    private final FolioTable folios;
    private final SwapSpace swap;
    private final SwapReadahead swapIn;

    Shmem(CacheFolios cache, SwapSpace swap, SwapReadahead swapIn) {
        this.cache = cache;
        this.folios = cache.folios();
        this.swap = swap;
        this.swapIn = swapIn;
    }

    /** The page at an index, swapped in or made if need be, or {@link FolioTable#NONE} without memory. */
    int page(Actor actor, Memcg memcg, BackingFile file, long index, FaultOutcome out) {
        long entry = file.cache().get(index);
        if (Shadow.isFolio(entry)) {
            return Shadow.pfn(entry);
        }
        return Shadow.isSlot(entry)
                ? swapIn(actor, memcg, file, index, Shadow.slotOf(entry), out)
                : create(actor, memcg, file, index);
    }

    private int create(Actor actor, Memcg memcg, BackingFile file, long index) {
        int folio = cache.allocate(actor, memcg, file, index, 0, CacheFolios.Effort.DEMAND);
        if (folio == FolioTable.NONE) {
            return FolioTable.NONE;
        }
        long now = file.cache().get(index);
        if (Shadow.isFolio(now)) {
            cache.put(actor, folio); // somebody made it while memory was found
            return Shadow.pfn(now);
        }
        folios.set(folio, FolioFlags.SWAPBACKED);
        folios.contents().zeroed(folio);
        cache.insert(file, index, folio);
        folios.log().cameIn(folio, PageLog.NEW);
        cache.gate().add(actor, folio);
        folios.put(folio);
        return folio;
    }

    /** Kernel: shmem_swapin_folio. */
    private int swapIn(Actor actor, Memcg memcg, BackingFile file, long index, int slot, FaultOutcome out) {
        int folio = swapIn.lookup(actor, null, slot);
        if (folio == FolioTable.NONE) {
            out.major = true;
            folio = swapIn.cluster(actor, memcg, slot);
            if (folio == FolioTable.NONE) {
                return FolioTable.NONE;
            }
        }
        long now = file.cache().get(index);
        if (!Shadow.isSlot(now) || Shadow.slotOf(now) != slot) {
            cache.put(actor, folio); // somebody swapped it in while memory was found
            return Shadow.isFolio(now) ? Shadow.pfn(now) : FolioTable.NONE;
        }
        cache.insert(file, index, folio);
        swap.release(slot);
        swap.remove(folio, 0);
        folios.set(folio, FolioFlags.DIRTY);
        folios.put(folio);
        return folio;
    }

    /** Moves a page that nobody maps from its file to the swap cache. Kernel: shmem_writepage, shmem_writeout. */
    boolean toSwap(BackingFile file, int folio) {
        long index = cache.indexOf(folio);
        if (!swap.addToSwap(folio)) {
            return false;
        }
        int slot = folios.slot(folio);
        swap.duplicate(slot);
        cache.remove(file, folio, Shadow.slot(slot));
        return file.cache().get(index) != 0;
    }

    /** The file is shortened: nothing refers to the slot of an index any more. */
    void releaseSlot(BackingFile file, long index) {
        int slot = Shadow.slotOf(file.cache().set(index, 0));
        swap.release(slot);
    }

    /** Reads by descriptor; holes are not filled. Kernel: shmem_file_read_iter. */
    int read(Actor actor, Memcg memcg, OpenFile open, long index, long end) {
        BackingFile file = open.file();
        FaultOutcome out = new FaultOutcome();
        long i = index;
        for (; i < end; i++) {
            if (file.cache().get(i) != 0) {
                int page = page(actor, memcg, file, i, out);
                if (page == FolioTable.NONE) {
                    break;
                }
                if (open.readahead.previous - 1 != i) {
                    cache.gate().markAccessed(actor, folios.folioOf(page));
                }
            }
            actor.charge(Cost.READ_PAGE);
            open.readahead.previous = i + 1;
        }
        return (int) Math.max(0, i - index);
    }
}
