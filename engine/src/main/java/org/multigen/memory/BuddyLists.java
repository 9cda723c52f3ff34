package org.multigen.memory;

import java.util.Arrays;

/**
 * Free blocks of one zone by mobility and order. Who finds none of its own kind takes from another one's, the largest block
 * first, and with it the whole page block if most of that is then of its kind. Guarded by its zone's lock. Kernel: struct
 * free_area, mm/page_alloc.c __rmqueue_smallest, find_suitable_fallback, try_to_claim_block.
 *
 * <p>Frames never used before are on no list; they count as the largest movable blocks and are the last choice.
 */
final class BuddyLists {
    /** Largest block: 2^10 pages. Kernel: MAX_PAGE_ORDER. */
    static final int MAX_ORDER = 10;
    /** Pages of one kind together: 2^9. Kernel: pageblock_order. */
    static final int BLOCK_ORDER = 9;

    private static final int BLOCK_PAGES = 1 << BLOCK_ORDER;
    private static final int ORDERS = MAX_ORDER + 1;
    private static final int MOVABLE = Mobility.MOVABLE.ordinal();
    /** Whom to take from, by own mobility, the nearest in kind first. */
    private static final int[][] FALLBACKS = {{2, 1}, {2, 0}, {0, 1}};

    private final FolioTable folios;
    private final long place;
    private final int startPfn;
    private final int managed;
    private final int[] heads = new int[Mobility.values().length * ORDERS];
    private final byte[] blockKind;
    private int untouched;
    private boolean mixed;

    BuddyLists(FolioTable folios, long place, int startPfn, int managed) {
        this.folios = folios;
        this.place = place;
        this.startPfn = startPfn;
        this.managed = managed;
        this.blockKind = new byte[(managed >>> BLOCK_ORDER) + 1];
        Arrays.fill(blockKind, (byte) MOVABLE);
        for (int i = 0; i < heads.length; i++) {
            heads[i] = folios.newListHead();
        }
    }

    /** Takes a block of 2^order frames, or {@link FolioTable#NONE}. */
    int take(int order, Mobility mobility) {
        int kind = mobility.ordinal();
        int pfn = takeSmallest(order, kind);
        if (pfn == FolioTable.NONE && kind == MOVABLE) {
            pfn = takeUntouched(order);
        }
        return pfn == FolioTable.NONE ? takeOther(order, kind) : pfn;
    }

    /** True once after a block that is smaller than a page block was taken from another kind. */
    boolean takeMixed() {
        boolean was = mixed;
        mixed = false;
        return was;
    }

    /** Returns a block, merging it with free buddies. */
    void give(int pfn, int order) {
        int relative = pfn - startPfn;
        int o = order;
        while (o < MAX_ORDER) {
            int buddy = relative ^ (1 << o);
            if (buddy + (1 << o) > untouched || !isFreeBlock(startPfn + buddy, o)) {
                break;
            }
            if (o >= BLOCK_ORDER) { // what comes off the merged block later shall be of one kind
                setKind(buddy, o, blockKind[relative >>> BLOCK_ORDER]);
            }
            folios.listDel(startPfn + buddy);
            folios.clear(startPfn + buddy, FolioFlags.FREE);
            relative &= ~(1 << o);
            o++;
        }
        insert(relative, o);
    }

    void forEachFree(Zone.FreeBlocks visitor) {
        for (int kind = 0; kind < FALLBACKS.length; kind++) {
            for (int order = 0; order <= MAX_ORDER; order++) {
                int head = heads[kind * ORDERS + order];
                for (int pfn = folios.next(head); pfn != head; pfn = folios.next(pfn)) {
                    visitor.block(pfn, order);
                }
            }
        }
        for (int i = untouched; i < managed; i++) {
            visitor.block(startPfn + i, 0);
        }
    }

    private int takeSmallest(int order, int kind) {
        for (int o = order; o <= MAX_ORDER; o++) {
            int head = heads[kind * ORDERS + o];
            if (!folios.listEmpty(head)) {
                int pfn = folios.next(head);
                folios.listDel(pfn);
                giveBackRest(pfn - startPfn, o, order);
                return pfn;
            }
        }
        return FolioTable.NONE;
    }

    private int takeUntouched(int order) {
        int size = 1 << order;
        int aligned = (untouched + size - 1) & -size;
        if (aligned + size > managed) {
            return FolioTable.NONE;
        }
        retire(aligned);
        untouched = aligned + size;
        return startPfn + aligned;
    }

    /** Frames never used before, up to one, become free blocks. */
    private void retire(int end) {
        while (untouched < end) {
            int o = Math.min(MAX_ORDER, untouched == 0 ? MAX_ORDER : Integer.numberOfTrailingZeros(untouched));
            while (untouched + (1 << o) > end) {
                o--;
            }
            int at = untouched;
            untouched += 1 << o;
            insert(at, o);
        }
    }

    // ---- from another kind

    private int takeOther(int order, int kind) {
        if (kind != MOVABLE) {
            int block = (untouched + (1 << MAX_ORDER) - 1) & -(1 << MAX_ORDER);
            retire(Math.min(managed, block + (1 << MAX_ORDER)));
        }
        for (int o = MAX_ORDER; o >= order; o--) {
            for (int from : FALLBACKS[kind]) {
                if (!folios.listEmpty(heads[from * ORDERS + o])) {
                    return claims(o, kind) || o == order ? takeFrom(o, order, from, kind) : takeLeast(order, kind);
                }
            }
        }
        return FolioTable.NONE;
    }

    /** Movable pages mix least in the smallest block: they can go away again. */
    private int takeLeast(int order, int kind) {
        for (int o = order; o <= MAX_ORDER; o++) {
            for (int from : FALLBACKS[kind]) {
                if (!folios.listEmpty(heads[from * ORDERS + o])) {
                    return takeFrom(o, order, from, kind);
                }
            }
        }
        return FolioTable.NONE;
    }

    private static boolean claims(int order, int kind) {
        return order >= BLOCK_ORDER / 2 || kind != MOVABLE;
    }

    private int takeFrom(int o, int order, int from, int kind) {
        int pfn = folios.next(heads[from * ORDERS + o]);
        int relative = pfn - startPfn;
        if (o >= BLOCK_ORDER) {
            setKind(relative, o, kind);
        } else {
            mixed = true;
            if (claims(o, kind) && mostlyLike(relative & -BLOCK_PAGES, from, kind)) {
                setKind(relative, o, kind);
                moveFree(relative & -BLOCK_PAGES, kind);
                return takeSmallest(order, kind);
            }
        }
        folios.listDel(pfn);
        giveBackRest(relative, o, order);
        return pfn;
    }

    /** At least half of a page block is free or used by pages like those of the kind. */
    private boolean mostlyLike(int block, int from, int kind) {
        int free = 0;
        int onLists = 0;
        int end = Math.min(managed, block + BLOCK_PAGES);
        for (int i = block; i < end; ) {
            long flags = folios.flags(startPfn + i);
            if (i >= untouched) {
                free += end - i;
                break;
            }
            if ((flags & FolioFlags.FREE) != 0) {
                free += FolioFlags.pages(flags);
                i += FolioFlags.pages(flags);
                continue;
            }
            if ((flags & FolioFlags.LRU) != 0) {
                onLists++;
            }
            i++;
        }
        int alike = kind == MOVABLE ? onLists : from == MOVABLE ? BLOCK_PAGES - free - onLists : 0;
        return free + alike >= BLOCK_PAGES / 2;
    }

    private void moveFree(int block, int kind) {
        int end = Math.min(untouched, block + BLOCK_PAGES);
        for (int i = block; i < end; ) {
            long flags = folios.flags(startPfn + i);
            if ((flags & FolioFlags.FREE) == 0) {
                i++;
                continue;
            }
            int order = FolioFlags.order(flags);
            folios.listDel(startPfn + i);
            folios.listAdd(heads[kind * ORDERS + order], startPfn + i);
            i += 1 << order;
        }
    }

    private void setKind(int relative, int order, int kind) {
        int blocks = 1 << Math.max(0, order - BLOCK_ORDER);
        Arrays.fill(blockKind, relative >>> BLOCK_ORDER, (relative >>> BLOCK_ORDER) + blocks, (byte) kind);
    }

    // ---- lists

    private void giveBackRest(int relative, int from, int to) {
        for (int o = from - 1; o >= to; o--) {
            insert(relative + (1 << o), o);
        }
    }

    private boolean isFreeBlock(int pfn, int order) {
        long flags = folios.flags(pfn);
        return (flags & FolioFlags.FREE) != 0 && FolioFlags.order(flags) == order;
    }

    private void insert(int relative, int order) {
        int pfn = startPfn + relative;
        folios.setFlagsPlain(pfn, place | FolioFlags.FREE | (long) order << FolioFlags.ORDER_SHIFT);
        folios.listAdd(heads[blockKind[relative >>> BLOCK_ORDER] * ORDERS + order], pfn);
    }
}
