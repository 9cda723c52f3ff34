package org.multigen.memory;

/**
 * Told of each decision that brings a page into memory, keeps it there or takes it away, for whoever wants to say afterwards why
 * it was absent. Called on the deciding actor's thread, with numbers only; costs nothing while nobody listens.
 *
 * <p>A frame is known by what it holds: a page of an address space ({@link #holdsAnon}), a page of a file ({@link #holdsFile}), or
 * what a swap slot held ({@link #swappedIn}). Calls for a large folio name its first frame.
 */
public interface PageLog {
    /** Nobody listens. */
    PageLog NONE = new PageLog() {};

    // ---- how a page came in

    /** Made at its first use, of zeros or as a copy. */
    int NEW = 0;
    /** Read because somebody wanted it: from swap, from its file. */
    int WANTED = 1;
    /** Read because a neighbour was wanted. */
    int AHEAD = 2;
    /** Made to be overwritten by a system call. */
    int WRITTEN = 3;

    // ---- who saw that a page was used

    /** A walk of page tables. */
    int BY_WALK = 0;
    /** A look around another page that reclaim found in use. */
    int BY_LOOK_AROUND = 1;
    /** Reclaim, which asked the page's mappings. */
    int BY_RMAP = 2;
    /** A system call used it by file descriptor. */
    int BY_DESCRIPTOR = 3;

    // ---- who evicts

    /** A group over its limit. */
    int MEMCG = 0;

    int KSWAPD = 1;
    /** A task that found no free memory on the machine. */
    int DIRECT = 2;
    /** memory.reclaim or a command of lru_gen. */
    int PROACTIVE = 3;
    /** MADV_PAGEOUT. */
    int ADVICE = 4;

    // ---- why a page that reclaim looked at stayed

    /** In use: accessed bit, or referenced twice. */
    int IN_USE = 0;

    int DIRTY = 1;
    int IN_WRITEBACK = 2;
    /** Its tier is protected. */
    int TIER = 3;
    /** No room in swap. */
    int NO_SWAP = 4;
    /** Locked, held by somebody, or not evictable. */
    int HELD = 5;

    // ---- what a fault found

    /** Nothing: the page is made now. */
    int NOTHING = 0;
    /** A swap entry. */
    int SWAP_ENTRY = 1;
    /** No entry, in a mapping of a file. */
    int FILE = 2;
    /** A page that must not be stored to: the zero page, a shared or a clean one. */
    int WRITE_PROTECTED = 3;
    /** A page that another thread or a larger page had brought. */
    int PRESENT = 4;

    /** A frame belongs to a page of an address space. */
    default void holdsAnon(int folio, int space, long vpn) {}

    /** A folio's frames belong to consecutive pages of a file. */
    default void holdsFile(int folio, int pages, int file, long index) {}

    /** A page is put among those that reclaim may take; how it came says a constant above. */
    default void cameIn(int folio, int how) {}

    /** A page was written to a swap slot; PSWPOUT counts it. */
    default void swappedOut(int folio, int pages, int slot) {}

    /** A page was read from a swap slot; PSWPIN counts it. */
    default void swappedIn(int slot, int folio) {}

    /** Somebody saw that a page was used; {@code moved}: it was promoted, not only marked. */
    default void used(int folio, int by, boolean moved) {}

    /**
     * Reclaim took a page off its list to look at it; PGSCAN counts it.
     *
     * @param generations under the multi-gen LRU how many generations are younger than the page's, under the classic one -1
     * @param tier of the page, 0 without tiers
     */
    default void scanned(int folio, int generations, int tier) {}

    /** The classic LRU moved a page from the active to the inactive list and forgot its use. */
    default void deactivated(int folio) {}

    /** Reclaim leaves a page in memory. */
    default void kept(int folio, int why) {}

    /** Reclaim takes a page out of a page table; {@code young}: with its accessed bit set. */
    default void unmapped(int folio, int space, long vpn, boolean young, int vmaFlags) {}

    /** A page leaves memory by reclaim; PGSTEAL counts it unless by advice. */
    default void evicted(int folio, int pages, int by) {}

    /**
     * An evicted page returns, before it is on a list.
     *
     * @param counted as a refault of the working set
     * @param activated it starts where pages in use are
     */
    default void refaulted(int folio, boolean counted, boolean activated) {}

    /** A folio's pages moved to other frames. */
    default void moved(int from, int to, int pages) {}

    /** Reclaim moved a folio, which is at {@code to} now, to a slower node; PGSTEAL counts it. */
    default void demoted(int to, int pages) {}

    /** The program moved a mapping with its pages. */
    default void remapped(int space, long from, long to, long pages) {}

    /** The program gives a page up: munmap, MADV_DONTNEED, exit. */
    default void discarded(int space, long vpn) {}

    /** A page is dropped from its file's cache by an advice or because the file was shortened. */
    default void dropped(int folio) {}

    /** The program says that it will not use a page soon (MADV_COLD), or that its content may go ({@code free}). */
    default void advisedCold(int folio, boolean free) {}

    /**
     * A fault was served.
     *
     * @param found a constant above
     * @param major PGMAJFAULT counts it too
     * @param file the mapped file and {@code index} its page, or 0
     */
    default void faulted(int space, long vpn, int found, boolean major, int file, long index) {}
}
