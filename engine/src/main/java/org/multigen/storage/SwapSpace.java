package org.multigen.storage;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.multigen.base.Guard;
import org.multigen.base.LockClass;
import org.multigen.base.Locks;
import org.multigen.base.OffHeap;
import org.multigen.base.Tally;
import org.multigen.base.Warnings;
import org.multigen.base.Words;
import org.multigen.memcg.Charge;
import org.multigen.memcg.Memcg;
import org.multigen.memcg.MemcgTree;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;

/**
 * Swap areas and the swap cache: for each slot how many page-table (or shmem) entries refer to it, which group pays, and either
 * the folio that is in the cache or the shadow of the one that was. Kernel: mm/swapfile.c, mm/swap_state.c.
 *
 * <p>12 bytes per slot, off heap, touched when first used. What belongs to a slot is guarded by the lock of its cluster, the number
 * of free slots is atomic. {@link #cached} and {@link #references} look without the lock: what they say may be over at once, unless
 * the caller has the folio's lock. A reference to a folio of the cache is taken by {@link #getCached}; while a slot is being read
 * ({@link #startRead}), it is not given to anybody else.
 */
public final class SwapSpace implements AutoCloseable {
    private static final int MAX_SLOTS = 1 << 30;
    // amounts: free slots, folios in the swap cache
    private static final int FREE = 0;
    private static final int CACHED = 1;
    private static final int CLUSTER_SHIFT = 9;
    /** Locks; clusters that are so far apart share one. */
    private static final int CLUSTERS = 1024;
    /** In a slot's count: somebody is reading it. Kernel: SWAP_HAS_CACHE. */
    private static final int READING = 1 << 15;

    /** Answers of {@link #startRead} that are no folio. */
    public static final int MAY_READ = FolioTable.NONE;

    /** Somebody else reads it, or it is in use no more: look at the entry again. */
    public static final int LOOK_AGAIN = -2;

    private final FolioTable folios;
    private final MemcgTree memcgs;
    private final Charge charge;
    private final List<SwapArea> areas = new CopyOnWriteArrayList<>();
    private final long entries;
    private final long counts;
    private final Locks locks;
    private final int cpus;
    private final Guard[] clusters = new Guard[CLUSTERS];
    private int nextSlot = 1;
    private final Tally amounts;
    private volatile long total;
    private Warnings warnings = new Warnings(true);

    public SwapSpace(FolioTable folios, MemcgTree memcgs, Charge charge) {
        this(folios, memcgs, charge, Locks.VIRTUAL, 1);
    }

    /**
     * @param locks of the machine
     * @param cpus number of CPUs
     */
    public SwapSpace(FolioTable folios, MemcgTree memcgs, Charge charge, Locks locks, int cpus) {
        this.locks = locks;
        this.amounts = new Tally(2, locks);
        this.cpus = cpus;
        java.util.Arrays.setAll(clusters, i -> locks.guard(LockClass.SWAP_CLUSTER));
        this.folios = folios;
        this.memcgs = memcgs;
        this.charge = charge;
        this.entries = OffHeap.reserve(8L * MAX_SLOTS);
        this.counts = OffHeap.reserve(4L * MAX_SLOTS);
    }

    /** Where broken invariants are reported; without it the first one throws. */
    public void setWarnings(Warnings to) {
        warnings = to;
    }

    /**
     * Adds an area.
     *
     * @param pages its size, at least 1
     * @throws IllegalArgumentException if all areas together would exceed 2^30 pages
     */
    public SwapArea add(BlockDevice device, long pages, int priority) {
        if (pages < 1 || nextSlot + pages > MAX_SLOTS) {
            throw new IllegalArgumentException(
                    "a swap area of " + pages + " pages, expected 1.." + (MAX_SLOTS - nextSlot));
        }
        SwapArea area = new SwapArea(device, priority, nextSlot, (int) pages, locks, cpus);
        nextSlot += (int) pages;
        areas.add(area);
        areas.sort(Comparator.comparingInt((SwapArea a) -> -a.priority));
        amounts.add(FREE, pages);
        total = total + pages;
        return area;
    }

    public List<SwapArea> areas() {
        return areas;
    }

    /** Free slots. */
    public long free() {
        return amounts.get(FREE);
    }

    public long total() {
        return total;
    }

    /** Folios in the swap cache. */
    public int cachedPages() {
        return (int) amounts.get(CACHED);
    }

    /** Pages that a group may still swap out. */
    public long availableTo(Memcg memcg) {
        return Charge.availableSwap(memcg, amounts.get(FREE));
    }

    public SwapArea areaOf(int slot) {
        for (SwapArea a : areas) {
            if (a.contains(slot)) {
                return a;
            }
        }
        throw new IllegalArgumentException("slot " + slot + " is in no swap area");
    }

    private int count(int slot) {
        return Words.getInt(counts + 4L * slot) & READING - 1;
    }

    private int memcgId(int slot) {
        return Words.getInt(counts + 4L * slot) >>> 16;
    }

    private void setCounts(int slot, int count, int memcg) {
        Words.setInt(counts + 4L * slot, memcg << 16 | count);
    }

    private long entry(int slot) {
        return Words.getLongAcquire(entries + 8L * slot);
    }

    private void setEntry(int slot, long value) {
        Words.setLongRelease(entries + 8L * slot, value);
    }

    /** Entries that refer to a slot; the swap cache does not count. */
    public int references(int slot) {
        return count(slot);
    }

    /** The group that pays for a slot. */
    public Memcg owner(int slot) {
        return memcgs.of(memcgId(slot));
    }

    /** The folio in the swap cache for a slot, or {@link FolioTable#NONE}. */
    public int cached(int slot) {
        long e = entry(slot);
        return Shadow.isFolio(e) ? Shadow.pfn(e) : FolioTable.NONE;
    }

    /** The shadow left by the eviction into a slot, or 0. */
    public long shadow(int slot) {
        long e = entry(slot);
        return Shadow.isShadow(e) ? e : 0;
    }

    /**
     * Finds a slot for a folio and puts the folio into the swap cache. Kernel: add_to_swap.
     *
     * @return false if no area has room or the group may not swap more
     */
    public boolean addToSwap(int folio) {
        return addToSwap(0, folio);
    }

    /** The same on a CPU, which has a cluster of its own. */
    public boolean addToSwap(int cpu, int folio) {
        Memcg memcg = memcgs.of(FolioFlags.memcg(folios.flags(folio)));
        int slot = -1;
        for (SwapArea a : areas) {
            slot = a.take(cpu);
            if (slot >= 0) {
                break;
            }
        }
        if (slot < 0) {
            return false;
        }
        if (!charge.tryChargeSwap(memcg, 1)) {
            areaOf(slot).give(slot);
            return false;
        }
        amounts.add(FREE, -1);
        Guard guard = clusters[cluster(slot)];
        guard.lock();
        setCounts(slot, 0, memcg.id());
        insertLocked(folio, slot);
        guard.unlock();
        return true;
    }

    /** Puts a folio read from a slot into the swap cache. */
    public void insert(int folio, int slot) {
        Guard guard = clusters[cluster(slot)];
        guard.lock();
        insertLocked(folio, slot);
        guard.unlock();
    }

    private static int cluster(int slot) {
        return slot >>> CLUSTER_SHIFT & CLUSTERS - 1;
    }

    private void insertLocked(int folio, int slot) {
        setEntry(slot, Shadow.folio(folio));
        folios.setSlot(folio, slot);
        folios.set(folio, FolioFlags.SWAPCACHE);
        folios.get(folio);
        amounts.add(CACHED, 1);
        memcgs.of(FolioFlags.memcg(folios.flags(folio))).add(Memcg.State.SWAPCACHED, 1);
    }

    /**
     * Takes a folio out of the swap cache, leaving a shadow; the slot is freed if nothing refers to it.
     *
     * @return true if nothing holds the folio any more
     */
    public boolean remove(int folio, long shadow) {
        Guard guard = clusters[cluster(folios.slot(folio))];
        guard.lock();
        boolean last = removeLocked(folio, shadow);
        guard.unlock();
        return last;
    }

    /**
     * Takes a folio that stays in memory, and is locked, out of the swap cache and frees its slot; it is dirty then. Kernel:
     * folio_free_swap.
     *
     * @return false if an entry refers to the slot, or the content is still on its way to it
     */
    public boolean freeSwap(int folio) {
        if (references(folios.slot(folio)) > 0 || folios.has(folio, FolioFlags.WRITEBACK)) {
            return false;
        }
        remove(folio, 0);
        folios.set(folio, FolioFlags.DIRTY);
        return true;
    }

    /** As {@link #remove}, unless somebody but the cache and the caller refers to the folio; false if so. */
    public boolean removeUnlessReferred(int folio, long shadow, int mostReferences) {
        Guard guard = clusters[cluster(folios.slot(folio))];
        guard.lock();
        boolean alone = folios.refCount(folio) <= mostReferences;
        if (alone) {
            removeLocked(folio, shadow);
        }
        guard.unlock();
        return alone;
    }

    /** The folio in the swap cache for a slot with a reference for the caller, or {@link FolioTable#NONE}. */
    public int getCached(int slot) {
        Guard guard = clusters[cluster(slot)];
        guard.lock();
        int folio = cached(slot);
        if (folio != FolioTable.NONE) {
            folios.get(folio);
        }
        guard.unlock();
        return folio;
    }

    /**
     * Before a slot is read from its device: keeps others from reading it too, and the slot from being given away.
     *
     * @param alone only if one entry alone refers to it
     * @return {@link #MAY_READ}, or the folio of somebody who was faster with a reference for the caller, or {@link #LOOK_AGAIN}
     */
    public int startRead(int slot, boolean alone) {
        Guard guard = clusters[cluster(slot)];
        guard.lock();
        int word = Words.getInt(counts + 4L * slot);
        int result = cached(slot);
        if (result != FolioTable.NONE) {
            folios.get(result);
        } else if (count(slot) == 0 || (alone && count(slot) > 1) || (locks.real() && (word & READING) != 0)) {
            result = LOOK_AGAIN;
        } else if (locks.real()) {
            Words.setInt(counts + 4L * slot, word | READING);
        }
        guard.unlock();
        return result;
    }

    /** The slot's page is in the cache or mapped, or was not wanted after all. */
    public void endRead(int slot) {
        if (locks.real()) {
            Guard guard = clusters[cluster(slot)];
            guard.lock();
            Words.setInt(counts + 4L * slot, Words.getInt(counts + 4L * slot) & ~READING);
            if (count(slot) == 0 && cached(slot) == FolioTable.NONE) {
                freeSlot(slot);
            }
            guard.unlock();
        }
    }

    private boolean removeLocked(int folio, long shadow) {
        int slot = folios.slot(folio);
        setEntry(slot, shadow);
        folios.setSlot(folio, FolioTable.NONE);
        folios.clear(folio, FolioFlags.SWAPCACHE);
        amounts.add(CACHED, -1);
        memcgs.of(FolioFlags.memcg(folios.flags(folio))).add(Memcg.State.SWAPCACHED, -1);
        if (count(slot) == 0 && !reading(slot)) {
            freeSlot(slot);
        }
        return folios.put(folio);
    }

    /** A folio in the swap cache has moved to another frame; the cache's reference moves with it. */
    public void moved(int from, int to) {
        for (int i = 0; i < folios.pages(from); i++) {
            setEntry(folios.slot(from) + i, Shadow.folio(to + i));
        }
        folios.setSlot(to, folios.slot(from));
        folios.setSlot(from, FolioTable.NONE);
        folios.set(to, FolioFlags.SWAPCACHE);
        folios.clear(from, FolioFlags.SWAPCACHE);
        folios.get(to);
        folios.put(from);
    }

    /**
     * The same under the slot's lock, unless the folio has more references or other mappings than those; what else belongs to the move is
     * done first.
     *
     * @return false if it has not moved
     */
    public boolean moveUnlessReferred(int from, int to, int mostReferences, int mappings, Runnable move) {
        Guard guard = clusters[cluster(folios.slot(from))];
        guard.lock();
        boolean alone = folios.refCount(from) <= mostReferences && folios.mapCount(from) == mappings;
        if (alone) {
            move.run();
            moved(from, to);
        }
        guard.unlock();
        return alone;
    }

    /** One more entry refers to a slot (an unmapped page, or a copy by fork). */
    public void duplicate(int slot) {
        Guard guard = clusters[cluster(slot)];
        guard.lock();
        Words.setInt(counts + 4L * slot, Words.getInt(counts + 4L * slot) + 1);
        guard.unlock();
    }

    /**
     * One entry less refers to a slot; the last one frees it unless the swap cache still uses it.
     *
     * @return the entries left
     */
    public int release(int slot) {
        Guard guard = clusters[cluster(slot)];
        guard.lock();
        int left = count(slot) - 1;
        if (left >= 0) {
            Words.setInt(counts + 4L * slot, Words.getInt(counts + 4L * slot) - 1);
            if (left == 0 && cached(slot) == FolioTable.NONE && !reading(slot)) {
                freeSlot(slot);
            }
        }
        guard.unlock();
        if (left < 0) {
            warnings.warn("SwapSpace.release of an unused slot", "slot " + slot);
        }
        return Math.max(left, 0);
    }

    private boolean reading(int slot) {
        return (Words.getInt(counts + 4L * slot) & READING) != 0;
    }

    private void freeSlot(int slot) {
        charge.unchargeSwap(owner(slot), 1);
        setEntry(slot, 0);
        setCounts(slot, 0, 0);
        areaOf(slot).give(slot);
        amounts.add(FREE, 1);
    }

    @Override
    public void close() {
        OffHeap.release(entries);
        OffHeap.release(counts);
    }
}
