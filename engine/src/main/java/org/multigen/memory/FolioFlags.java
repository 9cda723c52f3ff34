package org.multigen.memory;

/**
 * The flags word of a folio: functions over a {@code long}.
 *
 * <pre>
 *  63      48 47    44 43  39 38    31 30 29 28 27 26  24 23        0
 * +----------+--------+------+--------+-----+-----+------+-----------+
 * | memcg id | unused | order|  node  | zone| refs| gen+1|   flags   |
 * +----------+--------+------+--------+-----+-----+------+-----------+
 * </pre>
 *
 * Kernel: include/linux/page-flags.h, mm_inline.h.
 */
public final class FolioFlags {
    public static final long LOCKED = 1L;
    public static final long REFERENCED = 1L << 1;
    public static final long DIRTY = 1L << 2;
    public static final long LRU = 1L << 3;
    public static final long ACTIVE = 1L << 4;
    public static final long WORKINGSET = 1L << 5;
    public static final long WRITEBACK = 1L << 6;
    public static final long RECLAIM = 1L << 7;
    public static final long SWAPBACKED = 1L << 8;
    public static final long SWAPCACHE = 1L << 9;
    public static final long UNEVICTABLE = 1L << 10;
    public static final long MLOCKED = 1L << 11;
    public static final long READAHEAD = 1L << 12;
    public static final long EXCLUSIVE = 1L << 13;
    public static final long HEAD = 1L << 14;
    public static final long TAIL = 1L << 15;
    public static final long FREE = 1L << 16;
    public static final long PARTIALLY_MAPPED = 1L << 17;
    /** The page holds only zeros (content is not simulated; set by whoever knows). */
    public static final long ZERO_FILLED = 1L << 18;

    static final int GEN_SHIFT = 24;
    public static final long GEN_MASK = 7L << GEN_SHIFT;
    static final int REFS_SHIFT = 27;
    public static final long REFS_MASK = 3L << REFS_SHIFT;
    static final int ZONE_SHIFT = 29;
    static final long ZONE_MASK = 3L << ZONE_SHIFT;
    static final int NODE_SHIFT = 31;
    static final long NODE_MASK = 255L << NODE_SHIFT;
    static final int ORDER_SHIFT = 39;
    static final long ORDER_MASK = 31L << ORDER_SHIFT;
    static final int MEMCG_SHIFT = 48;
    static final long MEMCG_MASK = 0xffffL << MEMCG_SHIFT;
    /** What stays when a frame changes hands. */
    static final long PLACE_MASK = ZONE_MASK | NODE_MASK;

    /** No generation: on no list of the multi-gen LRU. */
    public static final int NO_GEN = -1;

    private FolioFlags() {}

    public static int gen(long flags) {
        return (int) ((flags & GEN_MASK) >>> GEN_SHIFT) - 1;
    }

    public static long withGen(long flags, int gen) {
        return (flags & ~GEN_MASK) | ((long) (gen + 1) << GEN_SHIFT);
    }

    public static int refs(long flags) {
        return (int) ((flags & REFS_MASK) >>> REFS_SHIFT);
    }

    public static long withRefs(long flags, int refs) {
        return (flags & ~REFS_MASK) | ((long) refs << REFS_SHIFT);
    }

    public static int zone(long flags) {
        return (int) ((flags & ZONE_MASK) >>> ZONE_SHIFT);
    }

    public static int node(long flags) {
        return (int) ((flags & NODE_MASK) >>> NODE_SHIFT);
    }

    public static int order(long flags) {
        return (int) ((flags & ORDER_MASK) >>> ORDER_SHIFT);
    }

    public static int pages(long flags) {
        return 1 << order(flags);
    }

    public static int memcg(long flags) {
        return (int) (flags >>> MEMCG_SHIFT);
    }

    public static long withMemcg(long flags, int id) {
        return (flags & ~MEMCG_MASK) | ((long) id << MEMCG_SHIFT);
    }

    /** 0 for anonymous (and shmem), 1 for file: the type of its lists. Kernel: folio_is_file_lru. */
    public static int type(long flags) {
        return (flags & SWAPBACKED) != 0 ? 0 : 1;
    }
}
