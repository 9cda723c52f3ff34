package org.multigen.storage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.multigen.base.OffHeap;
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
 * <p>12 bytes per slot, off heap, touched when first used. Changes are made under the monitor; {@link #cached} may race with an
 * eviction and must be checked again under the folio lock.
 */
public final class SwapSpace implements AutoCloseable {
    private static final int MAX_SLOTS = 1 << 30;

    private final FolioTable folios;
    private final MemcgTree memcgs;
    private final Charge charge;
    private final List<SwapArea> areas = new ArrayList<>();
    private final long entries;
    private final long counts;
    private int nextSlot = 1;
    private long free;
    private long total;
    private int cachedPages;
    private Warnings warnings = new Warnings(true);

    public SwapSpace(FolioTable folios, MemcgTree memcgs, Charge charge) {
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
        SwapArea area = new SwapArea(device, priority, nextSlot, (int) pages);
        nextSlot += (int) pages;
        areas.add(area);
        areas.sort(Comparator.comparingInt((SwapArea a) -> -a.priority));
        free += pages;
        total += pages;
        return area;
    }

    public List<SwapArea> areas() {
        return areas;
    }

    /** Free slots. */
    public long free() {
        return free;
    }

    public long total() {
        return total;
    }

    /** Folios in the swap cache. */
    public int cachedPages() {
        return cachedPages;
    }

    /** Pages that a group may still swap out. */
    public long availableTo(Memcg memcg) {
        return Charge.availableSwap(memcg, free);
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
        return Words.getInt(counts + 4L * slot) & 0xffff;
    }

    private int memcgId(int slot) {
        return Words.getInt(counts + 4L * slot) >>> 16;
    }

    private void setCounts(int slot, int count, int memcg) {
        Words.setInt(counts + 4L * slot, memcg << 16 | count);
    }

    private long entry(int slot) {
        return Words.getLong(entries + 8L * slot);
    }

    private void setEntry(int slot, long value) {
        Words.setLong(entries + 8L * slot, value);
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
    public synchronized boolean addToSwap(int folio) {
        Memcg memcg = memcgs.of(FolioFlags.memcg(folios.flags(folio)));
        int slot = -1;
        for (SwapArea a : areas) {
            slot = a.take();
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
        free--;
        setCounts(slot, 0, memcg.id());
        insert(folio, slot);
        return true;
    }

    /** Puts a folio read from a slot into the swap cache. */
    public synchronized void insert(int folio, int slot) {
        setEntry(slot, Shadow.folio(folio));
        folios.setSlot(folio, slot);
        folios.set(folio, FolioFlags.SWAPCACHE);
        folios.get(folio);
        cachedPages++;
        memcgs.of(FolioFlags.memcg(folios.flags(folio))).add(Memcg.State.SWAPCACHED, 1);
    }

    /**
     * Takes a folio out of the swap cache, leaving a shadow; the slot is freed if nothing refers to it.
     *
     * @return true if nothing holds the folio any more
     */
    public synchronized boolean remove(int folio, long shadow) {
        int slot = folios.slot(folio);
        setEntry(slot, shadow);
        folios.setSlot(folio, FolioTable.NONE);
        folios.clear(folio, FolioFlags.SWAPCACHE);
        cachedPages--;
        memcgs.of(FolioFlags.memcg(folios.flags(folio))).add(Memcg.State.SWAPCACHED, -1);
        if (count(slot) == 0) {
            freeSlot(slot);
        }
        return folios.put(folio);
    }

    /** A folio in the swap cache has moved to another frame; the cache's reference moves with it. */
    public synchronized void moved(int from, int to) {
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

    /** One more entry refers to a slot (an unmapped page, or a copy by fork). */
    public synchronized void duplicate(int slot) {
        setCounts(slot, count(slot) + 1, memcgId(slot));
    }

    /**
     * One entry less refers to a slot; the last one frees it unless the swap cache still uses it.
     *
     * @return the entries left
     */
    public synchronized int release(int slot) {
        int left = count(slot) - 1;
        if (left < 0) {
            warnings.warn("SwapSpace.release of an unused slot", "slot " + slot);
            return 0;
        }
        setCounts(slot, left, memcgId(slot));
        if (left == 0 && cached(slot) == FolioTable.NONE) {
            freeSlot(slot);
        }
        return left;
    }

    private void freeSlot(int slot) {
        charge.unchargeSwap(owner(slot), 1);
        setEntry(slot, 0);
        setCounts(slot, 0, 0);
        areaOf(slot).give(slot);
        free++;
    }

    @Override
    public void close() {
        OffHeap.release(entries);
        OffHeap.release(counts);
    }
}
