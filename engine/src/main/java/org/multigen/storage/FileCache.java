package org.multigen.storage;

import org.multigen.addrspace.MappableTable;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.pagetable.PageTable;
import org.multigen.rules.KernelRules;

/**
 * The page cache as programs, faults and reclaim see it: reads, writes, mapped accesses, advice, dropping. Kernel: mm/filemap.c.
 *
 * <p>The cache of a file holds one reference per folio, large or not; a page returned by a method is kept by that reference
 * alone, so the caller takes its own before it does anything that may reclaim. Shmem files are passed on to {@link Shmem}.
 */
public final class FileCache implements FilePages {
    /** Pages that a fault maps around its own, aligned in the address space. Kernel: fault_around_bytes. */
    private static final int AROUND = 16;

    private final CacheFolios cache;
    private final FolioTable folios;
    private final MappableTable mappables;
    private final KernelRules rules;
    private final Readahead readahead;
    private final Shmem shmem;
    private final Writeback writeback;
    private final SwapReadahead swapReadahead;

    FileCache(
            CacheFolios cache,
            MappableTable mappables,
            KernelRules rules,
            Shmem shmem,
            Writeback writeback,
            SwapReadahead swapReadahead) {
        this.cache = cache;
        this.folios = cache.folios();
        this.mappables = mappables;
        this.rules = rules;
        this.readahead = new Readahead(cache, rules);
        this.shmem = shmem;
        this.writeback = writeback;
        this.swapReadahead = swapReadahead;
    }

    public Writeback writeback() {
        return writeback;
    }

    public SwapReadahead swapReadahead() {
        return swapReadahead;
    }

    // ---- faults

    /**
     * The page for a mapped access, read if it is missing; which neighbours are read with it depends on the mapping's advice.
     *
     * @param vma the mapping
     * @param index page of the file
     * @param out what happened; if it asks for a retry, the fault looks again for what it may map and calls once more
     * @return the frame (of a large folio the page within), or {@link FolioTable#NONE} if there is no memory
     */
    public int faultPage(Actor actor, Memcg memcg, BackingFile file, long index, Vma vma, FaultOutcome out) {
        return fault(actor, memcg, file, index, vma.flags, vma.pgoff, vma.offsetOf(vma.end), out);
    }

    /** The same for a mapping of the whole file with the flags of {@link Vma}. */
    public int faultPage(Actor actor, Memcg memcg, BackingFile file, long index, int vmaFlags, FaultOutcome out) {
        return fault(actor, memcg, file, index, vmaFlags, 0, file.pages(), out);
    }

    private int fault(
            Actor actor,
            Memcg memcg,
            BackingFile file,
            long index,
            int vmaFlags,
            long vmaFirst,
            long vmaEnd,
            FaultOutcome out) {
        boolean again = out.retry;
        out.retry = false;
        if (file.shmem()) {
            return shmem.page(actor, memcg, file, index, out);
        }
        int page = file.cache().page(index);
        boolean waits;
        if (page != FolioTable.NONE) {
            waits = !again && mappedHit(actor, memcg, file, page, index, vmaFlags);
            out.countsAsMajor |= waits && rules.retriedFaultIsMajor();
        } else {
            out.major = true;
            waits = readahead.mappedMiss(actor, memcg, file, file.mapped(), index, vmaFlags, vmaFirst, vmaEnd);
            page = file.cache().page(index);
            if (page == FolioTable.NONE) {
                page = readOne(actor, memcg, file, index);
                waits = true;
            }
        }
        out.retry = waits && !again && page != FolioTable.NONE;
        return page;
    }

    /** A cached page is faulted on: true if the next window was read. Kernel: do_async_mmap_readahead. */
    private boolean mappedHit(Actor actor, Memcg memcg, BackingFile file, int page, long index, int vmaFlags) {
        ReadaheadState ra = file.mapped();
        if (ra.pages == 0 || (vmaFlags & Vma.RAND_READ) != 0) {
            return false;
        }
        ra.mmapMiss = Math.max(0, ra.mmapMiss - 1);
        int folio = folios.folioOf(page);
        if (!folios.has(folio, FolioFlags.READAHEAD)) {
            return false;
        }
        readahead.async(actor, memcg, file, ra, folio, index, ra.pages);
        return true;
    }

    private int readOne(Actor actor, Memcg memcg, BackingFile file, long index) {
        int folio = cache.add(actor, memcg, file, index, 0, CacheFolios.Effort.DEMAND);
        if (folio == FolioTable.NONE) {
            return FolioTable.NONE;
        }
        folios.get(folio);
        folios.set(folio, FolioFlags.LOCKED); // what the read itself allocates must not push it out
        cache.readIn(actor, memcg, file, index, 1);
        folios.clear(folio, FolioFlags.LOCKED);
        cache.put(actor, folio);
        return file.cache().page(index);
    }

    /**
     * Takes a reference to a page that was found in the cache, unless it has gone since.
     *
     * @return false if the page is not there any more
     */
    public boolean hold(BackingFile file, long index, int frame) {
        return file.cache().hold(folios, index, frame);
    }

    /**
     * Finds the cached pages that a read fault may map: those within 16 aligned pages around it that are not locked and do not
     * carry the readahead mark; where the kernel maps large folios whole, the rest of such a folio too. Pages already mapped are
     * among them. Kernel: do_fault_around, filemap_map_pages.
     *
     * @param again the fault is a retry
     * @param out receives the pages
     */
    public void around(BackingFile file, Vma vma, long vpn, boolean again, MapAround out) {
        out.clear();
        long table = vpn & -(long) PageTable.PMD_PAGES;
        long first = Math.max(Math.max(vpn & -(long) AROUND, vma.start), table);
        long end = Math.min(Math.min(first + AROUND, vma.end), table + PageTable.PMD_PAGES);
        int found = 0;
        boolean own = false;
        for (long at = first; at < end; at++) {
            int page = mappable(file, vma.offsetOf(at));
            if (page == FolioTable.NONE) {
                continue;
            }
            int folio = folios.folioOf(page);
            found += countsAsHit(folio) ? 1 : 0;
            own |= at == vpn;
            long folioStart = vma.vpnOf(cache.indexOf(folio));
            long folioEnd = folioStart + folios.pages(folio);
            if (folioEnd > folioStart + 1 && whole(file, vma, folio, table, folioStart, folioEnd)) {
                for (long v = folioStart; v < folioEnd; v++) {
                    out.add(v, folio + (int) (v - folioStart));
                }
                own |= vpn >= folioStart && vpn < folioEnd;
                at = folioEnd - 1;
            } else {
                out.add(at, page);
            }
        }
        countHits(file.mapped(), found, own && !again);
    }

    /** The pages of a large folio that the kernel maps when it maps one of them, if it does that. Kernel: finish_fault. */
    public void wholeFolio(BackingFile file, Vma vma, long vpn, int folio, MapAround out) {
        out.clear();
        long start = vma.vpnOf(cache.indexOf(folio));
        long end = start + folios.pages(folio);
        if (whole(file, vma, folio, vpn & -(long) PageTable.PMD_PAGES, start, end)) {
            for (long v = start; v < end; v++) {
                out.add(v, folio + (int) (v - start));
            }
        }
    }

    private boolean countsAsHit(int folio) {
        return rules.mappedHits() == KernelRules.MappedHits.FOUND || !folios.has(folio, FolioFlags.WORKINGSET);
    }

    private void countHits(ReadaheadState ra, int found, boolean own) {
        int hits = rules.mappedHits() == KernelRules.MappedHits.FAULTED ? (own ? 1 : 0) : found;
        ra.mmapMiss = Math.max(0, ra.mmapMiss - hits);
    }

    private boolean whole(BackingFile file, Vma vma, int folio, long table, long start, long end) {
        return rules.mapsWholeFolios()
                && start >= Math.max(vma.start, table)
                && end <= Math.min(vma.end, table + PageTable.PMD_PAGES)
                && cache.indexOf(folio) + folios.pages(folio) < file.pages();
    }

    private int mappable(BackingFile file, long index) {
        int page = index < file.pages() ? file.cache().page(index) : FolioTable.NONE;
        if (page != FolioTable.NONE && folios.has(folios.folioOf(page), FolioFlags.READAHEAD | FolioFlags.LOCKED)) {
            return FolioTable.NONE;
        }
        return page;
    }

    // ---- descriptors

    /** A file is opened, to be read or mapped: reads what the file system has to know about it. */
    public void opened(Actor actor, Memcg memcg, BackingFile file) {
        int inode = cache.metadata().opened(actor, memcg, file);
        if (inode != FolioTable.NONE) {
            dirtied(actor, fileOf(inode), inode); // the time of access
        }
    }

    /**
     * Reads pages in one system call.
     *
     * @return pages read; fewer than asked for at the end of the file or without memory
     */
    public int read(Actor actor, Memcg memcg, OpenFile open, long index, int pages) {
        BackingFile file = open.file();
        long end = Math.min(index + pages, file.pages());
        if (file.shmem()) {
            return shmem.read(actor, memcg, open, index, end);
        }
        long i = index;
        while (i < end) {
            int folio = cachedFor(actor, memcg, open, i, (int) (end - i));
            if (folio == FolioTable.NONE) {
                break;
            }
            long first = cache.indexOf(folio);
            long next = Math.min(end, first + folios.pages(folio));
            markOnce(actor, open, folio, i, i > index);
            actor.charge(Cost.READ_PAGE, next - i);
            open.readahead.previous = next;
            i = next;
        }
        return (int) Math.max(0, i - index);
    }

    private int cachedFor(Actor actor, Memcg memcg, OpenFile open, long index, int wanted) {
        BackingFile file = open.file();
        int page = file.cache().page(index);
        if (page == FolioTable.NONE) {
            readahead.sync(actor, memcg, file, open.readahead, open.random(), index, wanted);
            page = file.cache().page(index);
        }
        if (page == FolioTable.NONE) {
            page = readOne(actor, memcg, file, index);
        }
        if (page == FolioTable.NONE) {
            return FolioTable.NONE;
        }
        int folio = folios.folioOf(page);
        if (folios.has(folio, FolioFlags.READAHEAD)) {
            folios.get(folio);
            long first = cache.indexOf(folio);
            int rest = (int) (index + wanted - first);
            readahead.async(actor, memcg, file, open.readahead, folio, first, rest);
            cache.put(actor, folio);
        }
        return folio;
    }

    /** Reads that go on inside the folio of the last one do not mark it again. */
    private void markOnce(Actor actor, OpenFile open, int folio, long index, boolean further) {
        int order = FolioFlags.order(folios.flags(folio));
        long before = open.readahead.previous - 1;
        if (further || open.readahead.previous < 0 || before >> order != index >> order) {
            cache.gate().markAccessed(actor, folio);
        }
    }

    /**
     * Writes whole pages in one system call; the file grows as needed. Writing does not mark pages as accessed.
     *
     * @return pages written; fewer than asked for without memory
     */
    public int write(Actor actor, Memcg memcg, OpenFile open, long index, int pages) {
        BackingFile file = open.file();
        long end = index + pages;
        file.grow(end);
        long i = index;
        while (i < end) {
            int folio = file.shmem()
                    ? folioOf(shmem.page(actor, memcg, file, i, new FaultOutcome()))
                    : forWriting(actor, memcg, file, i, end);
            if (folio == FolioTable.NONE) {
                break;
            }
            long next = Math.min(end, cache.indexOf(folio) + folios.pages(folio));
            dirtied(actor, file, folio);
            for (long at = i; at < next; at++) {
                folios.contents().stored(file.id(), at, folio + (int) (at - cache.indexOf(folio)));
            }
            actor.charge(Cost.WRITE_PAGE, next - i);
            if (!file.shmem()) {
                writeback.balance(actor, memcg, (int) (next - i));
            }
            i = next;
        }
        return (int) (i - index);
    }

    private int folioOf(int page) {
        return page == FolioTable.NONE ? FolioTable.NONE : folios.folioOf(page);
    }

    /** The folio to be overwritten, allocated as large as the rest of the write and the alignment allow. */
    private int forWriting(Actor actor, Memcg memcg, BackingFile file, long index, long end) {
        int page = file.cache().page(index);
        if (page != FolioTable.NONE) {
            return folios.folioOf(page);
        }
        int order = Math.min(rules.largestCacheOrder(), 63 - Long.numberOfLeadingZeros(end - index));
        if (index != 0) {
            order = Math.min(order, Long.numberOfTrailingZeros(index));
        }
        for (; order > 0; order--) {
            if (CacheFolios.firstPresent(file, index, 1 << order) == FolioTable.NONE) {
                int folio = cache.add(actor, memcg, file, index, order, CacheFolios.Effort.OVERWRITE);
                if (folio != FolioTable.NONE) {
                    return folio;
                }
            }
        }
        return cache.add(actor, memcg, file, index, 0, CacheFolios.Effort.OVERWRITE);
    }

    /** A page was stored to: through a descriptor, at a write fault, or as reclaim learns from a page table. */
    public void dirtied(Actor actor, BackingFile file, int folio) {
        boolean was = (folios.set(folio, FolioFlags.DIRTY) & FolioFlags.DIRTY) != 0;
        if (!was && !file.shmem()) {
            writeback.dirtied(actor, file, folio);
        }
    }

    // ---- advice

    /** Takes advice on a range of an open file; {@code pages} 0 means to its end. Kernel: generic_fadvise. */
    public void advise(Actor actor, Memcg memcg, OpenFile open, FileAdvice advice, long index, long pages) {
        open.take(advice);
        BackingFile file = open.file();
        long end = pages == 0 ? file.pages() : Math.min(file.pages(), index + pages);
        switch (advice) {
            case WILLNEED -> willNeed(actor, memcg, file, index, end - index);
            case DONTNEED -> {
                writeback.sync(actor, file, index, end);
                drop(actor, file, index, end);
            }
            case NORMAL, RANDOM, SEQUENTIAL, NOREUSE -> {}
        }
    }

    /** No CPU holds buffers of file system metadata any more: their pages can be freed. */
    public void releaseBuffers() {
        cache.metadata().release();
    }

    /** Reads a range ahead, as far as one request goes. */
    public void willNeed(Actor actor, Memcg memcg, BackingFile file, long index, long pages) {
        if (!file.shmem()) {
            readahead.force(actor, memcg, file, file.mapped(), index, pages);
        }
    }

    // ---- out of the cache

    @Override
    public int cacheReferences(int folio) {
        return folios.mapping(folio) > 0 ? 1 : 0;
    }

    @Override
    public boolean removeForReclaim(int folio, long shadow, int mostReferences) {
        BackingFile file = fileOf(folio);
        // what is dropped of a memory file without having been swapped out is all zeros: nothing to remember
        return cache.removeUnlessReferred(file, folio, file.shmem() ? 0 : shadow, mostReferences);
    }

    @Override
    public void moved(int from, int to) {
        cache.move(fileOf(from), from, to);
    }

    @Override
    public boolean busy(int folio) {
        return mappables.byId(folios.mapping(folio)) instanceof BackingFile file
                && cache.metadata().holds(file, folio);
    }

    @Override
    public boolean shmemToSwap(Actor actor, int folio) {
        return shmem.toSwap(fileOf(folio), folio);
    }

    @Override
    public void swapWriteStarted(Actor actor, int folio) {
        writeback.writes().startedBySwap(actor, folio);
    }

    @Override
    public void endWrites(Actor actor) {
        writeback.writes().complete(actor);
    }

    private BackingFile fileOf(int folio) {
        if (mappables.byId(folios.mapping(folio)) instanceof BackingFile file) {
            return file;
        }
        throw new IllegalStateException("folio " + folio + " belongs to no file");
    }

    /** Drops folios of [from, end) that are clean, unlocked and mapped nowhere. Kernel: invalidate_mapping_pages. */
    public void drop(Actor actor, BackingFile file, long from, long end) {
        for (long i = file.cache().nextUsed(from);
                i >= 0 && i < end;
                i = file.cache().nextUsed(i + 1)) {
            int page = file.cache().page(i);
            if (page == FolioTable.NONE || file.shmem()) {
                continue;
            }
            int folio = folios.folioOf(page);
            long busy = FolioFlags.LOCKED | FolioFlags.DIRTY | FolioFlags.WRITEBACK;
            boolean inside = cache.indexOf(folio) >= from && cache.indexOf(folio) + folios.pages(folio) <= end;
            if (inside && !folios.mapped(folio) && !folios.has(folio, busy)) {
                release(actor, file, folio);
            }
        }
    }

    /**
     * Shortens a file: drops its pages, its swap slots and its shadows from an index on; nothing may map them any more. Pages on
     * their way to the device are waited for. Kernel: truncate_inode_pages_range.
     */
    public void truncate(Actor actor, BackingFile file, long from) {
        long end = from;
        for (long i = file.cache().nextUsed(from); i >= 0; i = file.cache().nextUsed(i)) {
            long entry = file.cache().get(i);
            if (Shadow.isSlot(entry)) {
                shmem.releaseSlot(file, i);
            } else if (!Shadow.isFolio(entry)) {
                file.cache().set(i, 0);
            } else if (cache.indexOf(folios.folioOf(Shadow.pfn(entry))) < from) {
                end = zeroTail(Shadow.pfn(entry));
                i = end;
            } else {
                truncateFolio(actor, file, folios.folioOf(Shadow.pfn(entry)));
            }
        }
        if (file.known != null) {
            file.known.truncate(from);
        }
        cache.dropTree(file, end);
    }

    /** A large folio that begins before the new end stays whole; returns the index behind it. */
    private long zeroTail(int page) {
        int folio = folios.folioOf(page);
        int end = folio + folios.pages(folio);
        for (int p = page; p < end; p++) {
            folios.contents().zeroed(p);
        }
        return cache.indexOf(folio) + folios.pages(folio);
    }

    private void truncateFolio(Actor actor, BackingFile file, int folio) {
        if (folios.mapped(folio)) {
            throw new IllegalStateException("page " + cache.indexOf(folio) + " of " + file.path() + " is still mapped");
        }
        writeback.cancelled(file, folio);
        folios.get(folio);
        writeback.await(actor, folio);
        release(actor, file, folio);
        cache.put(actor, folio);
    }

    private void release(Actor actor, BackingFile file, int folio) {
        folios.get(folio);
        folios.log().dropped(folio);
        cache.remove(file, folio, 0);
        cache.put(actor, folio);
    }
}
