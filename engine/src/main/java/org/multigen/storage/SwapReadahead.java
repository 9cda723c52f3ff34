package org.multigen.storage;

import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.Rmap;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.base.Tally;
import org.multigen.base.VmEvent;
import org.multigen.base.Words;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.PageLog;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;

/**
 * Reads swapped-out pages into the swap cache, with neighbours where the device makes that worth while. Kernel: mm/swap_state.c
 * swap_vma_readahead, swap_cluster_readahead.
 *
 * <p>Anonymous memory: the neighbours are those in the page table, the window follows the direction of the faults and grows with
 * the hits that the last one had. Shmem: the neighbours are those on the device, an aligned block of slots.
 *
 * <p>What it remembers of a mapping, and of shmem, is read and stored word by word without a lock; benign race: of two at once
 * the window of one is lost, as in the kernel.
 */
public final class SwapReadahead {
    private static final int MAX_ORDER = 5;
    /** A mapping starts as if it had had so many hits. */
    private static final int FIRST_HITS = 4;

    private static final int HIT_BITS = 6;
    private static final int WINDOW_BITS = 6;
    private static final int HIT_MAX = (1 << HIT_BITS) - 1;

    private final CacheFolios cache;
    private final FolioTable folios;
    private final SwapSpace swap;
    private final Rmap rmap;
    private final int maxWindow;
    // of shmem: hits, last window, last slot
    private static final int HITS = 0;
    private static final int WINDOW = 1;
    private static final int SLOT = 2;
    private final Tally cluster;

    /**
     * @param pageCluster vm.page-cluster: log2 of the largest window; 0 reads single pages
     */
    SwapReadahead(CacheFolios cache, SwapSpace swap, Rmap rmap, int pageCluster) {
        this.cache = cache;
        this.folios = cache.folios();
        this.swap = swap;
        this.rmap = rmap;
        this.cluster = new Tally(3, folios.locks());
        cluster.add(HITS, FIRST_HITS);
        this.maxWindow = 1 << Math.min(pageCluster, MAX_ORDER);
    }

    // ---- the swap cache

    /**
     * Finds a slot's page in the swap cache and counts a hit if it was read ahead. Kernel: swap_cache_get_folio.
     *
     * @param vma where it is wanted; null for shmem
     * @return the folio with a reference for the caller, or {@link FolioTable#NONE}
     */
    public int lookup(Actor actor, @Nullable Vma vma, int slot) {
        int folio = swap.getCached(slot);
        if (folio == FolioTable.NONE) {
            return FolioTable.NONE;
        }
        if ((folios.clear(folio, FolioFlags.READAHEAD) & FolioFlags.READAHEAD) != 0) {
            actor.count(VmEvent.SWAP_RA_HIT, 1);
            if (vma != null) {
                long state = state(vma);
                vma.swapReadahead = pack(lastPage(state), window(state), Math.min(HIT_MAX, hits(state) + 1));
            } else {
                cluster.add(HITS, 1);
            }
        }
        return folio;
    }

    /** The entry that a slot is read for, and to whose family the page belongs then; without a mapping there is none. */
    private record For(AddressSpace space, Vma vma, long vpn, long entryAt, long entry) {
        boolean stillThere() {
            return Words.getLongOpaque(entryAt) == entry;
        }
    }

    /**
     * Reads one slot into the swap cache.
     *
     * @param wanted what for, or null for shmem
     * @return the folio with a reference for the caller, NONE without memory, or {@link SwapSpace#LOOK_AGAIN} if it is not to be
     *     read after all
     */
    private int readOne(
            Actor actor, Memcg faulting, int slot, CacheFolios.Effort effort, boolean ahead, @Nullable For wanted) {
        Memcg owner = swap.owner(slot);
        Memcg memcg = owner.online() && !owner.isRoot() ? owner : faulting;
        int folio = cache.allocate(actor, memcg, 0, effort);
        if (folio == FolioTable.NONE) {
            return FolioTable.NONE;
        }
        int other = swap.startRead(slot, false);
        if (other == SwapSpace.MAY_READ && wanted != null && !wanted.stillThere()) {
            swap.endRead(slot);
            other = SwapSpace.LOOK_AGAIN;
        }
        if (other != SwapSpace.MAY_READ) {
            cache.put(actor, folio);
            return other;
        }
        folios.set(folio, FolioFlags.SWAPBACKED | (ahead ? FolioFlags.READAHEAD : 0));
        long shadow = swap.shadow(slot);
        folios.lockShared(folio);
        swap.insert(folio, slot);
        folios.contents().swappedIn(slot, folio);
        folios.log().swappedIn(slot, folio);
        folios.log().cameIn(folio, ahead ? PageLog.AHEAD : PageLog.WANTED);
        if (wanted != null) {
            rmap.joinAnon(folio, wanted.space.familyForSwapIn(wanted.vma, false), wanted.vma, wanted.vpn);
        }
        folios.unlockShared(folio);
        swap.endRead(slot);
        cache.gate().refault(actor, folio, shadow);
        cache.gate().add(actor, folio);
        actor.count(VmEvent.PSWPIN, 1);
        memcg.count(VmEvent.PSWPIN, 1);
        if (ahead) {
            actor.count(VmEvent.SWAP_RA, 1);
        }
        return folio;
    }

    // ---- by mapping

    /**
     * Reads the page of a swap entry and its neighbours in the page table.
     *
     * @return the folio with a reference for the caller, {@link FolioTable#NONE} without memory, or {@link SwapSpace#LOOK_AGAIN}
     */
    public int read(
            Actor actor, AddressSpace space, Memcg memcg, Vma vma, long vpn, long at, long entry, SwapArea area) {
        int window = area.device.synchronous() ? 1 : nextWindow(vma, vpn);
        long before = lastPage(state(vma));
        long first = vpn;
        long end = vpn + 1;
        if (window > 1) {
            if (vpn == before + 1) {
                end = vpn + window;
            } else if (vpn == before - 1) {
                first = vpn - window + 1;
            } else {
                first = vpn - (window - 1) / 2;
                end = first + window;
            }
        }
        vma.swapReadahead = pack(vpn, window, 0);
        int read = neighbours(actor, space, memcg, vma, vpn, first, end);
        int folio = readOne(
                actor, memcg, Pte.slot(entry), CacheFolios.Effort.DEMAND, false, new For(space, vma, vpn, at, entry));
        if (folio >= 0) {
            area.device.read(actor, read + 1);
        }
        return folio;
    }

    private int neighbours(Actor actor, AddressSpace space, Memcg memcg, Vma vma, long vpn, long first, long end) {
        long table = vpn & -(long) PageTable.PMD_PAGES;
        long to = Math.min(end, Math.min(vma.end, table + PageTable.PMD_PAGES));
        int read = 0;
        for (long at = Math.max(first, Math.max(vma.start, table)); at < to; at++) {
            long leaf = at == vpn ? 0 : space.pageTable.leafAt(at);
            long entry = leaf == 0 ? 0 : Words.getLongOpaque(leaf);
            if (!Pte.isSwap(entry) || swap.cached(Pte.slot(entry)) != FolioTable.NONE) {
                continue;
            }
            int folio = readOne(
                    actor,
                    memcg,
                    Pte.slot(entry),
                    CacheFolios.Effort.READAHEAD,
                    true,
                    new For(space, vma, at, leaf, entry));
            if (folio >= 0) {
                cache.put(actor, folio);
                read++;
            }
        }
        return read;
    }

    private int nextWindow(Vma vma, long vpn) {
        long state = state(vma);
        return window(vpn, lastPage(state), hits(state), window(state));
    }

    /** Kernel: __swapin_nr_pages. */
    private int window(long at, long before, int hits, int last) {
        int pages;
        if (hits == 0) {
            pages = Math.abs(at - before) == 1 ? 2 : 1;
        } else {
            pages = 4;
            while (pages < hits + 2) {
                pages <<= 1;
            }
        }
        return Math.max(Math.min(pages, maxWindow), Math.min(last / 2, maxWindow));
    }

    // ---- by slot

    /**
     * Reads a slot and the used ones of the aligned block around it.
     *
     * @return the folio with a reference for the caller, {@link FolioTable#NONE} without memory, or {@link SwapSpace#LOOK_AGAIN}
     */
    int cluster(Actor actor, Memcg memcg, int slot) {
        SwapArea area = swap.areaOf(slot);
        int window = 1;
        if (!area.device.synchronous() && maxWindow > 1) {
            int hits = (int) cluster.exchange(HITS, 0);
            window = window(slot, cluster.exchange(SLOT, slot), hits, (int) cluster.get(WINDOW));
            window = Integer.highestOneBit(window);
            cluster.exchange(WINDOW, window);
        }
        int read = 0;
        int first = slot - area.firstSlot & -window;
        for (int i = first; window > 1 && i < Math.min(first + window, area.slots); i++) {
            int other = area.firstSlot + i;
            if (other != slot && swap.references(other) > 0 && swap.cached(other) == FolioTable.NONE) {
                int folio = readOne(actor, memcg, other, CacheFolios.Effort.READAHEAD, true, null);
                if (folio >= 0) {
                    cache.put(actor, folio);
                    read++;
                }
            }
        }
        int folio = readOne(actor, memcg, slot, CacheFolios.Effort.DEMAND, false, null);
        if (folio >= 0) {
            area.device.read(actor, read + 1);
        }
        return folio;
    }

    // ---- the state of a mapping: last page, window, hits in one word

    private static long state(Vma vma) {
        return vma.swapReadahead == 0 ? FIRST_HITS : vma.swapReadahead;
    }

    private static long pack(long vpn, int window, int hits) {
        return vpn << (HIT_BITS + WINDOW_BITS) | (long) window << HIT_BITS | hits;
    }

    private static long lastPage(long state) {
        return state >>> (HIT_BITS + WINDOW_BITS);
    }

    private static int window(long state) {
        return (int) (state >>> HIT_BITS) & ((1 << WINDOW_BITS) - 1);
    }

    private static int hits(long state) {
        return (int) state & HIT_MAX;
    }
}
