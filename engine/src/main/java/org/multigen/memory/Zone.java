package org.multigen.memory;

import org.multigen.base.Lock;

/**
 * A zone of a node: a contiguous range of frames with its watermarks and a buddy allocator.
 *
 * <p>All fields are guarded by {@link #lock}; {@link #free} may be read without it. Kernel: struct zone.
 */
public final class Zone {
    /** Largest block: 2^10 pages. Kernel: MAX_PAGE_ORDER. */
    static final int MAX_ORDER = 10;

    public final int node;
    public final int index;
    public final String name;
    public final int startPfn;
    public final int managed;
    public final long min;
    public final long low;
    public final long high;
    /** Mark that kswapd balances to in NUMA tiering mode. */
    public final long promo;

    final Lock lock;
    private final FolioTable folios;
    private final int[] freeLists = new int[MAX_ORDER + 1];
    private int untouched;
    private long free;

    Zone(FolioTable folios, Lock lock, int node, int index, String name, int startPfn, int managed, long[] marks) {
        this.folios = folios;
        this.lock = lock;
        this.node = node;
        this.index = index;
        this.name = name;
        this.startPfn = startPfn;
        this.managed = managed;
        this.min = marks[0];
        this.low = marks[1];
        this.high = marks[2];
        this.promo = high + (high - low);
        this.free = managed;
        for (int i = 0; i <= MAX_ORDER; i++) {
            freeLists[i] = folios.newListHead();
        }
    }

    /** Free pages. */
    public long free() {
        return free;
    }

    /** Told of each free block. */
    public interface FreeBlocks {
        void block(int pfn, int order);
    }

    /** Visits the free blocks; frames never used before come last, one by one. For checks and dumps. */
    public void forEachFree(FreeBlocks visitor) {
        for (int order = 0; order <= MAX_ORDER; order++) {
            int head = freeLists[order];
            for (int pfn = folios.next(head); pfn != head; pfn = folios.next(pfn)) {
                visitor.block(pfn, order);
            }
        }
        for (int i = untouched; i < managed; i++) {
            visitor.block(startPfn + i, 0);
        }
    }

    boolean contains(int pfn) {
        return pfn >= startPfn && pfn < startPfn + managed;
    }

    /** Takes a block of 2^order frames, or {@link FolioTable#NONE}. Frames never used before are the last choice. */
    int take(int order) {
        for (int o = order; o <= MAX_ORDER; o++) {
            if (!folios.listEmpty(freeLists[o])) {
                int pfn = folios.next(freeLists[o]);
                folios.listDel(pfn);
                giveBackRest(pfn, o, order);
                free -= 1 << order;
                return pfn;
            }
        }
        return takeUntouched(order);
    }

    private int takeUntouched(int order) {
        int size = 1 << order;
        int aligned = (untouched + size - 1) & -size;
        if (aligned + size > managed) {
            return FolioTable.NONE;
        }
        int gap = untouched;
        untouched = aligned + size;
        while (gap < aligned) {
            int o = Integer.numberOfTrailingZeros(gap);
            insert(startPfn + gap, Math.min(o, MAX_ORDER));
            gap += 1 << Math.min(o, MAX_ORDER);
        }
        free -= size;
        return startPfn + aligned;
    }

    private void giveBackRest(int pfn, int from, int to) {
        for (int o = from - 1; o >= to; o--) {
            insert(pfn + (1 << o), o);
        }
    }

    /** Returns a block, merging it with free buddies. */
    void give(int pfn, int order) {
        free += 1 << order;
        int relative = pfn - startPfn;
        int o = order;
        while (o < MAX_ORDER) {
            int buddy = relative ^ (1 << o);
            if (buddy + (1 << o) > untouched || !isFreeBlock(startPfn + buddy, o)) {
                break;
            }
            folios.listDel(startPfn + buddy);
            folios.clear(startPfn + buddy, FolioFlags.FREE);
            relative &= ~(1 << o);
            o++;
        }
        insert(startPfn + relative, o);
    }

    private boolean isFreeBlock(int pfn, int order) {
        long flags = folios.flags(pfn);
        return (flags & FolioFlags.FREE) != 0 && FolioFlags.order(flags) == order;
    }

    private void insert(int pfn, int order) {
        folios.setFlagsPlain(
                pfn, FrameAllocator.place(node, index) | FolioFlags.FREE | (long) order << FolioFlags.ORDER_SHIFT);
        folios.listAdd(freeLists[order], pfn);
    }
}
