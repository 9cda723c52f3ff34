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

    /**
     * The page at an index, swapped in or made if need be, or {@link FolioTable#NONE} without memory; under real threads with a
     * reference ({@link CacheFolios#letGo}).
     */
    int page(Actor actor, Memcg memcg, BackingFile file, long index, FaultOutcome out) {
        while (true) {
            int page = cache.find(file, index);
            if (page != FolioTable.NONE) {
                return page;
            }
            long entry = file.cache().get(index);
            if (!Shadow.isFolio(entry)) {
                page = Shadow.isSlot(entry)
                        ? swapIn(actor, memcg, file, index, Shadow.slotOf(entry), out)
                        : create(actor, memcg, file, index);
                if (page != CacheFolios.THERE) {
                    return page;
                }
                Thread.onSpinWait();
            }
        }
    }

    private int create(Actor actor, Memcg memcg, BackingFile file, long index) {
        int folio = cache.allocate(actor, memcg, file, index, 0, CacheFolios.Effort.DEMAND);
        if (folio == FolioTable.NONE) {
            return FolioTable.NONE;
        }
        folios.set(folio, FolioFlags.SWAPBACKED);
        folios.contents().zeroed(folio);
        file.cache().lock();
        boolean free = file.cache().get(index) == 0;
        if (free) {
            cache.insert(file, index, folio);
        }
        file.cache().unlock();
        if (!free) {
            cache.put(actor, folio); // somebody made it while memory was found
            return CacheFolios.THERE;
        }
        folios.log().cameIn(folio, PageLog.NEW);
        cache.gate().add(actor, folio);
        if (!folios.shared()) {
            folios.put(folio);
        }
        return folio;
    }

    /** Kernel: shmem_swapin_folio. */
    private int swapIn(Actor actor, Memcg memcg, BackingFile file, long index, int slot, FaultOutcome out) {
        int folio = swapIn.lookup(actor, null, slot);
        if (folio == FolioTable.NONE) {
            out.major = true;
            folio = swapIn.cluster(actor, memcg, slot);
            if (folio < 0) {
                return folio == SwapSpace.LOOK_AGAIN ? CacheFolios.THERE : FolioTable.NONE;
            }
        }
        folios.lockShared(folio);
        boolean mine = takeBack(file, index, slot, folio);
        folios.unlockShared(folio);
        if (!mine) {
            cache.put(actor, folio); // somebody swapped it in while memory was found
            return CacheFolios.THERE;
        }
        if (!folios.shared()) {
            folios.put(folio);
        }
        return folio;
    }

    /** Moves a page from the swap cache to its file, if both still say so. */
    private boolean takeBack(BackingFile file, long index, int slot, int folio) {
        file.cache().lock();
        boolean cached = folios.has(folio, FolioFlags.SWAPCACHE) && folios.slot(folio) == slot;
        boolean same = cached && file.cache().get(index) == Shadow.slot(slot);
        if (same) {
            cache.insert(file, index, folio);
            swap.release(slot);
            swap.remove(folio, 0);
            folios.set(folio, FolioFlags.DIRTY);
        }
        file.cache().unlock();
        return same;
    }

    /** Moves a page that nobody maps from its file to the swap cache. Kernel: shmem_writepage, shmem_writeout. */
    boolean toSwap(BackingFile file, int folio) {
        if (!swap.addToSwap(folio)) {
            return false;
        }
        int slot = folios.slot(folio);
        swap.duplicate(slot);
        cache.remove(file, folio, Shadow.slot(slot));
        return true;
    }

    /** The file is shortened: the shadow of an index goes, or nothing refers to its slot any more. A page there stays. */
    void forget(BackingFile file, long index) {
        file.cache().lock();
        long entry = file.cache().get(index);
        if (!Shadow.isFolio(entry)) {
            file.cache().set(index, 0);
        }
        file.cache().unlock();
        if (Shadow.isSlot(entry)) {
            swap.release(Shadow.slotOf(entry));
        }
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
                cache.letGo(actor, page);
            }
            actor.charge(Cost.READ_PAGE);
            open.readahead.previous = i + 1;
        }
        return (int) Math.max(0, i - index);
    }
}
