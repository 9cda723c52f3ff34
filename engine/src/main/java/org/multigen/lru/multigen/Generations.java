package org.multigen.lru.multigen;

import java.util.concurrent.atomic.AtomicLongArray;
import org.multigen.base.Arrival;
import org.multigen.base.Locks;
import org.multigen.base.Tally;
import org.multigen.lru.Lruvec;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.walk.MmIteration;

/**
 * The generations of one lruvec: sequence numbers, lists and sizes per generation, type and zone, and the counters of the tier
 * controller. Kernel: struct lru_gen_folio.
 *
 * <p>Guarded by the lruvec's lock, except: {@code maxSeq} and {@code minSeq} are published by a release store and read anywhere;
 * evicted and refaulted counts are atomic. Sizes may be negative for a moment while a walk's batch is not booked; readers clamp them.
 */
final class Generations {
    static final int MIN = 2;
    static final int MAX = 4;
    static final int TIERS = 4;
    static final int ANON = 0;
    static final int FILE = 1;
    static final int TYPES = 2;

    final Lruvec lruvec;
    final int zones;
    /** The address spaces of its memcg, as ageing iterates them. */
    final MmIteration iteration;
    /** Where losers of the ageing sleep until the next generation is there. */
    final Arrival arrival;

    private final FolioTable folios;
    private final int historySlots;
    private volatile long maxSeq = MIN + 1;
    private final AtomicLongArray minSeq = new AtomicLongArray(TYPES);
    private final long[] birthNs = new long[MAX];
    private final int[] lists;
    private final long[] pages;

    final long[] averageRefaulted = new long[TYPES * TIERS];
    final long[] averageTotal = new long[TYPES * TIERS];
    final long[] protectedPages;
    final Tally evicted;
    final Tally refaulted;

    boolean enabled;

    /** Place in the memcg LRU. */
    int memcgGen;

    int memcgBin = -1;
    MemcgLru.Segment segment = MemcgLru.Segment.DEFAULT;

    Generations(
            Lruvec lruvec,
            FolioTable folios,
            MmIteration iteration,
            int historySlots,
            boolean enabled,
            long nowNs,
            Locks locks) {
        this.lruvec = lruvec;
        this.folios = folios;
        this.iteration = iteration;
        this.arrival = new Arrival(locks);
        this.historySlots = historySlots;
        this.enabled = enabled;
        this.zones = lruvec.node.zones().size();
        this.lists = new int[MAX * TYPES * zones];
        this.pages = new long[MAX * TYPES * zones];
        this.protectedPages = new long[historySlots * TYPES * TIERS];
        this.evicted = new Tally(historySlots * TYPES * TIERS, locks);
        this.refaulted = new Tally(historySlots * TYPES * TIERS, locks);
        java.util.Arrays.setAll(lists, i -> folios.newListHead());
        java.util.Arrays.fill(birthNs, nowNs);
    }

    /** All generations that exist at the start are born now. */
    void bornAt(long nowNs) {
        java.util.Arrays.fill(birthNs, nowNs);
    }

    // ---- sequence numbers

    static int genOf(long seq) {
        return (int) (seq & (MAX - 1));
    }

    long maxSeq() {
        return maxSeq;
    }

    long minSeq(int type) {
        return minSeq.getAcquire(type);
    }

    void setMinSeq(int type, long seq) {
        minSeq.setRelease(type, seq);
    }

    /** Makes the next generation the youngest. */
    void publishNext(long nowNs) {
        birthNs[genOf(maxSeq + 1)] = nowNs;
        maxSeq = maxSeq + 1;
    }

    /** Number of generations of a type. */
    int count(int type) {
        return (int) (maxSeq - minSeq(type) + 1);
    }

    long birthNs(long seq) {
        return birthNs[genOf(seq)];
    }

    /** The older of the oldest generations of the evictable types. */
    long evictableMinSeq(int swappiness) {
        if (!anonEvictable(swappiness)) {
            return minSeq(FILE);
        }
        if (!fileEvictable(swappiness)) {
            return minSeq(ANON);
        }
        return Math.min(minSeq(ANON), minSeq(FILE));
    }

    static boolean anonEvictable(int swappiness) {
        return swappiness > 0;
    }

    static boolean fileEvictable(int swappiness) {
        return swappiness <= 200;
    }

    static boolean evictable(int type, int swappiness) {
        return type == ANON ? anonEvictable(swappiness) : fileEvictable(swappiness);
    }

    /** The two youngest generations are "active". Kernel: lru_gen_is_active. */
    boolean active(int gen) {
        return gen == genOf(maxSeq) || gen == genOf(maxSeq - 1);
    }

    // ---- lists and sizes

    int slot(int gen, int type, int zone) {
        return (gen * TYPES + type) * zones + zone;
    }

    int slots() {
        return lists.length;
    }

    int list(int gen, int type, int zone) {
        return lists[slot(gen, type, zone)];
    }

    /** Pages of a generation and type in all zones, at least 0. */
    long pages(long seq, int type) {
        long sum = 0;
        for (int z = 0; z < zones; z++) {
            sum += Math.max(pages[slot(genOf(seq), type, z)], 0);
        }
        return sum;
    }

    long rawPages(int gen, int type, int zone) {
        return pages[slot(gen, type, zone)];
    }

    void addPages(int slot, long delta) {
        pages[slot] += delta;
    }

    boolean listsEmpty(int gen, int type) {
        for (int z = 0; z < zones; z++) {
            if (!folios.listEmpty(list(gen, type, z))) {
                return false;
            }
        }
        return true;
    }

    /** Moves the books of a page between generations; -1 stands for none. Kernel: lru_gen_update_size. */
    void updateSize(long flags, int oldGen, int newGen) {
        int type = FolioFlags.type(flags);
        int zone = FolioFlags.zone(flags);
        long n = FolioFlags.pages(flags);
        if (oldGen >= 0) {
            pages[slot(oldGen, type, zone)] -= n;
        }
        if (newGen >= 0) {
            pages[slot(newGen, type, zone)] += n;
        }
        updateActive(oldGen, newGen, type, zone, n);
    }

    /** Moves pages between the sizes that memory.stat shows. */
    void updateActive(int oldGen, int newGen, int type, int zone, long n) {
        int inactive = type * 2;
        boolean wasActive = oldGen >= 0 && active(oldGen);
        boolean isActive = newGen >= 0 && active(newGen);
        if (oldGen >= 0 && (newGen < 0 || wasActive != isActive)) {
            lruvec.addSize(inactive + (wasActive ? 1 : 0), zone, -n);
        }
        if (newGen >= 0 && (oldGen < 0 || wasActive != isActive)) {
            lruvec.addSize(inactive + (isActive ? 1 : 0), zone, n);
        }
    }

    // ---- history

    /** Slot of the per-generation counters. */
    int history(long seq) {
        return (int) (seq % historySlots);
    }

    int historySlots() {
        return historySlots;
    }

    int counter(int history, int type, int tier) {
        return (history * TYPES + type) * TIERS + tier;
    }
}
