package org.multigen.storage;

import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.rules.KernelRules;

/**
 * Decides how much of a file is read when a page is missing, and when a marked page is reached. Kernel: mm/readahead.c,
 * mm/filemap.c do_sync_mmap_readahead.
 *
 * <p>A window is [start, start + size). Its last {@code asyncSize} pages are read ahead of need; the folio that they begin with
 * carries a mark, and whoever uses it has the next window read. A stream is recognised by the page it read before, or by what
 * it has left behind in the cache. Where the next window lies is decided under the lock of the state; the reading is done without.
 */
final class Readahead {
    /** Misses of mapped reads, less the hits, after which pages are read one by one. Kernel: MMAP_LOTSAMISS. */
    static final int LOTS_OF_MISSES = 100;

    private static final int MISS_CEILING = 10 * LOTS_OF_MISSES;
    /** Largest request of a device, in pages: it bounds reads that ask for more than the readahead. Kernel: io_pages. */
    static final int REQUEST_PAGES = 320;

    private static final int ORDER_STEP = 2;

    /** What to read, as decided: pages from {@code start} on, the last {@code asyncSize} ahead of need, in folios of an order. */
    private record Window(long start, int size, int asyncSize, int order) {
        long end() {
            return start + size;
        }
    }

    private final CacheFolios cache;
    private final FolioTable folios;
    private final KernelRules rules;

    Readahead(CacheFolios cache, KernelRules rules) {
        this.cache = cache;
        this.folios = cache.folios();
        this.rules = rules;
    }

    // ---- reads through descriptors, and sequential mappings

    /**
     * A page is missing. Kernel: page_cache_sync_ra.
     *
     * @param wanted pages asked for from {@code index} on
     */
    void sync(Actor actor, Memcg memcg, BackingFile file, ReadaheadState ra, boolean random, long index, int wanted) {
        if (ra.pages == 0 || random) {
            force(actor, memcg, file, ra, index, ra.pages == 0 ? 1 : wanted);
            return;
        }
        int max = largest(ra, wanted);
        ra.guard.lock();
        Window next = windowAtMiss(file, ra, index, wanted, max);
        ra.guard.unlock();
        if (next == null) {
            single(actor, memcg, file, index, wanted, 0);
        } else {
            read(actor, memcg, file, next);
        }
    }

    /** The window that begins with a missing page, or null if it belongs to no stream. */
    private @Nullable Window windowAtMiss(BackingFile file, ReadaheadState ra, long index, int wanted, int max) {
        boolean continued = rules.missContinuesWindow() && index == ra.start + ra.size && index != 0;
        if (continued) {
            ra.start = index;
            ra.size = next(ra.size, max);
            ra.asyncSize = ra.size;
        } else if (index == 0 || wanted > max || followsLastRead(ra, index)) {
            ra.start = index;
            ra.size = initial(wanted, max);
            ra.asyncSize = ra.size > wanted ? ra.size - wanted : ra.size / 2;
        } else if (!startFromHistory(file, ra, index, wanted, max)) {
            return null;
        }
        ra.order = 0;
        return current(ra);
    }

    /** The state's window, in folios no larger than it is or the kernel has them. */
    private Window current(ReadaheadState ra) {
        int ceiling = 31 - Integer.numberOfLeadingZeros(Math.max(ra.size, 1));
        ra.order = Math.min(Math.min(ra.order, rules.largestCacheOrder()), ceiling);
        return new Window(ra.start, ra.size, ra.asyncSize, ra.order);
    }

    private static boolean followsLastRead(ReadaheadState ra, long index) {
        return ra.previous >= 0 && (index == ra.previous || index == ra.previous + 1);
    }

    /** A run of cached pages in front of the missing one, longer than what is asked for, is the track of a stream. */
    private static boolean startFromHistory(BackingFile file, ReadaheadState ra, long index, int wanted, int max) {
        long run = 0;
        while (run < max && index - run > 0 && file.cache().page(index - run - 1) != FolioTable.NONE) {
            run++;
        }
        if (run <= wanted) {
            return false;
        }
        if (run == index) {
            run *= 2; // the file was read from its beginning
        }
        ra.start = index;
        ra.size = (int) Math.min(run + wanted, max);
        ra.asyncSize = 1;
        return true;
    }

    /**
     * A folio with the mark is used. Kernel: page_cache_async_ra.
     *
     * @param index page that was used: the folio's first for reads, the faulting one for mappings
     */
    void async(Actor actor, Memcg memcg, BackingFile file, ReadaheadState ra, int folio, long index, int wanted) {
        if (ra.pages == 0 || folios.has(folio, FolioFlags.WRITEBACK)) {
            return;
        }
        if ((folios.clear(folio, FolioFlags.READAHEAD) & FolioFlags.READAHEAD) == 0) {
            return; // somebody else does it
        }
        ra.guard.lock();
        Window next = windowAtMark(file, ra, folio, index, wanted);
        ra.guard.unlock();
        if (next != null) {
            read(actor, memcg, file, next);
        }
    }

    /** The window that follows, or null if all is there. */
    private @Nullable Window windowAtMark(BackingFile file, ReadaheadState ra, int folio, long index, int wanted) {
        int max = largest(ra, wanted);
        long end = ra.start + ra.size;
        long expected = end - ra.asyncSize & -(long) folios.pages(folio);
        if (index == expected || (rules.missContinuesWindow() && index == end)) {
            ra.start = end;
            ra.size = Math.max(ra.size, next(ra.size, max));
        } else {
            long hole = hole(file, index + 1, max);
            if (hole < 0) {
                return null;
            }
            ra.start = hole;
            ra.size = next((int) (hole - index) + wanted, max);
        }
        ra.order += ORDER_STEP;
        if (rules.windowEndsAligned()) {
            int order = Math.min(ra.order, Integer.numberOfTrailingZeros(max));
            long aligned = ra.start + ra.size & -(1L << order);
            if (aligned > ra.start) {
                ra.size = (int) (aligned - ra.start);
            }
        }
        ra.asyncSize = ra.size;
        return current(ra);
    }

    /** The first page not cached among {@code max}, or -1. */
    private static long hole(BackingFile file, long from, int max) {
        for (long i = from; i < from + max; i++) {
            if (file.cache().page(i) == FolioTable.NONE) {
                return i;
            }
        }
        return -1;
    }

    /** Reads exactly a range, as advised, up to what one request or window may hold. Kernel: force_page_cache_ra. */
    void force(Actor actor, Memcg memcg, BackingFile file, ReadaheadState ra, long index, long pages) {
        long n = Math.min(pages, Math.max(REQUEST_PAGES, ra.pages));
        single(actor, memcg, file, index, (int) n, 0);
    }

    // ---- mappings

    /**
     * A page is missing at a fault.
     *
     * @param vmaFirst first page of the file that the mapping shows
     * @param vmaEnd page behind its last
     * @return whether anything but the page itself was considered: the fault waits without its lock and starts over
     */
    boolean mappedMiss(
            Actor actor,
            Memcg memcg,
            BackingFile file,
            ReadaheadState ra,
            long index,
            int vmaFlags,
            long vmaFirst,
            long vmaEnd) {
        boolean exec = rules.execReadsOwnWindow() && (vmaFlags & Vma.EXEC) != 0;
        if (ra.pages == 0 || ((vmaFlags & Vma.RAND_READ) != 0 && !exec)) {
            return false;
        }
        if ((vmaFlags & Vma.SEQ_READ) != 0) {
            sync(actor, memcg, file, ra, false, index, ra.pages);
            return true;
        }
        if (!exec || rules.execCountsMisses()) {
            ra.mmapMiss = Math.min(ra.mmapMiss + 1, MISS_CEILING);
            if (ra.mmapMiss > LOTS_OF_MISSES) {
                return false;
            }
        }
        ra.guard.lock();
        Window around = windowAround(ra, index, exec, vmaFirst, vmaEnd);
        ra.guard.unlock();
        read(actor, memcg, file, around);
        return true;
    }

    private Window windowAround(ReadaheadState ra, long index, boolean exec, long vmaFirst, long vmaEnd) {
        ra.order = 0;
        if (exec) {
            ra.start = Math.max(index, vmaFirst);
            ra.size = (int) (Math.min(ra.start + ra.pages, vmaEnd) - ra.start);
            ra.asyncSize = 0;
        } else {
            ra.start = Math.max(0, index - ra.pages / 2);
            ra.size = ra.pages;
            ra.asyncSize = ra.pages / 4;
        }
        return current(ra);
    }

    // ---- sizes

    private static int largest(ReadaheadState ra, int wanted) {
        return wanted > ra.pages && REQUEST_PAGES > ra.pages ? Math.min(wanted, REQUEST_PAGES) : ra.pages;
    }

    /** Size of a stream's first window. Kernel: get_init_ra_size. */
    static int initial(int wanted, int max) {
        int size = wanted <= 1 ? 1 : Integer.highestOneBit(wanted - 1) << 1;
        if (size <= max / 32) {
            return size * 4;
        }
        return size <= max / 4 ? size * 2 : max;
    }

    /** Size of the window after one. Kernel: get_next_ra_size. */
    static int next(int size, int max) {
        if (size < max / 16) {
            return size * 4;
        }
        return size <= max / 2 ? size * 2 : max;
    }

    // ---- reading

    /** Reads a window, in folios as large as allowed until the first page that is there. */
    private void read(Actor actor, Memcg memcg, BackingFile file, Window window) {
        long index = window.start;
        if (rules.largestCacheOrder() > 0) {
            index = large(actor, memcg, file, window);
        }
        long rest = window.end() - index;
        if (rest > 0) {
            single(actor, memcg, file, index, (int) rest, window.asyncSize);
        }
    }

    /** Kernel: page_cache_ra_order. Returns the first index not dealt with. */
    private long large(Actor actor, Memcg memcg, BackingFile file, Window window) {
        long limit = Math.min(window.end(), file.pages());
        long mark = window.end() - window.asyncSize;
        long index = window.start;
        boolean more = true;
        while (more && index < limit) {
            int order = window.order;
            if (index != 0) {
                order = Math.min(order, Long.numberOfTrailingZeros(index));
            }
            while (order > 0 && index + (1L << order) > limit) {
                order--;
            }
            int pages = 1 << order;
            more = CacheFolios.firstPresent(file, index, pages) == FolioTable.NONE;
            if (more) {
                int folio = cache.add(actor, memcg, file, index, order, CacheFolios.Effort.READAHEAD);
                more = folio >= 0;
                if (more) {
                    if (mark >= index && mark < index + pages) {
                        folios.set(folio, FolioFlags.READAHEAD);
                    }
                    index += pages;
                }
            }
        }
        cache.readIn(actor, memcg, file, window.start, (int) (index - window.start));
        return more ? window.end() : index;
    }

    /** Reads what is missing of a range page by page. Kernel: page_cache_ra_unbounded. */
    private void single(Actor actor, Memcg memcg, BackingFile file, long from, int wanted, int lookahead) {
        int n = (int) Math.min(wanted, file.pages() - from);
        int mark = lookahead == 0 || lookahead > n ? -1 : n - lookahead;
        int run = 0;
        int i = 0;
        for (; i < n; i++) {
            int folio = file.cache().page(from + i) != FolioTable.NONE
                    ? CacheFolios.THERE
                    : cache.add(actor, memcg, file, from + i, 0, CacheFolios.Effort.READAHEAD);
            if (folio == CacheFolios.THERE) {
                cache.readIn(actor, memcg, file, from + i - run, run);
                run = 0;
                continue;
            }
            if (folio == FolioTable.NONE) {
                break;
            }
            if (i == mark) {
                folios.set(folio, FolioFlags.READAHEAD);
            }
            run++;
        }
        cache.readIn(actor, memcg, file, from + i - run, run);
    }
}
