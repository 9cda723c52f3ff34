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
 * <p>The cache of a file holds one reference per folio, large or not. In virtual time a page returned by a method is kept by that
 * reference alone, so the caller takes its own before it does anything that may reclaim. Under real threads faults enter the
 * file's {@link BackingFile#invalidateLock} and so do the calls here that bring pages in. Shmem files are passed on to {@link Shmem}.
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
     * @return the frame (of a large folio the page within), or {@link FolioTable#NONE} if there is no memory; under real threads
     *     with a reference, unless a retry is asked for
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
        int page = cache.find(file, index);
        boolean waits;
        if (page != FolioTable.NONE) {
            waits = !again && mappedHit(actor, memcg, file, page, index, vmaFlags);
            out.countsAsMajor |= waits && rules.retriedFaultIsMajor();
        } else {
            out.major = true;
            waits = readahead.mappedMiss(actor, memcg, file, file.mapped(), index, vmaFlags, vmaFirst, vmaEnd);
            page = cache.find(file, index);
            if (page == FolioTable.NONE) {
                page = readOne(actor, memcg, file, index);
                waits = true;
            }
        }
        out.retry = waits && !again && page != FolioTable.NONE;
        if (out.retry) {
            cache.letGo(actor, page);
        }
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

    /** Reads a single page, or finds that somebody else has; see {@link CacheFolios#find}. */
    private int readOne(Actor actor, Memcg memcg, BackingFile file, long index) {
        int folio;
        do {
            folio = cache.add(actor, memcg, file, index, 0, CacheFolios.Effort.DEMAND);
            if (folio == CacheFolios.THERE) {
                int page = cache.find(file, index);
                if (page != FolioTable.NONE) {
                    return page;
                }
            }
        } while (folio == CacheFolios.THERE);
        if (folio == FolioTable.NONE) {
            return FolioTable.NONE;
        }
        folios.get(folio); // it is locked: what the read itself allocates does not push it out
        cache.readIn(actor, memcg, file, index, 1);
        if (folios.shared()) {
            return folio;
        }
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
        file.cache().lock();
        collect(file, vma, vpn, again, out);
        file.cache().unlock();
    }

    /** Under the lock of the cache, so that each page found is what the cache says. */
    private void collect(BackingFile file, Vma vma, long vpn, boolean again, MapAround out) {
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
            noteAccess(actor, fileOf(inode), inode);
        }
    }

    /** Under real threads with a reference, which it gives back. */
    private void noteAccess(Actor actor, BackingFile device, int inode) {
        if (cache.lock(actor, device, inode)) {
            dirtied(actor, device, inode);
            cache.unlock(actor, inode);
        }
    }

    /**
     * Reads pages in one system call.
     *
     * @return pages read; fewer than asked for at the end of the file or without memory
     */
    public int read(Actor actor, Memcg memcg, OpenFile open, long index, int pages) {
        open.file().invalidateLock().read();
        try {
            return readInside(actor, memcg, open, index, pages);
        } finally {
            open.file().invalidateLock().readDone();
        }
    }

    private int readInside(Actor actor, Memcg memcg, OpenFile open, long index, int pages) {
        BackingFile file = open.file();
        long end = Math.min(index + pages, file.pages());
        if (file.shmem()) {
            return shmem.read(actor, memcg, open, index, end);
        }
        long i = index;
        while (i < end) {
            int page = cachedFor(actor, memcg, open, i, (int) (end - i));
            if (page == FolioTable.NONE) {
                break;
            }
            int folio = folios.folioOf(page);
            folios.awaitUnlocked(folio);
            long next = Math.min(end, i - (page - folio) + folios.pages(folio));
            markOnce(actor, open, folio, i, i > index);
            actor.charge(Cost.READ_PAGE, next - i);
            open.readahead.previous = next;
            cache.letGo(actor, page);
            i = next;
        }
        return (int) Math.max(0, i - index);
    }

    /** The page to be read, see {@link CacheFolios#find}; what its readahead mark asks for has been read then. */
    private int cachedFor(Actor actor, Memcg memcg, OpenFile open, long index, int wanted) {
        BackingFile file = open.file();
        int page = cache.find(file, index);
        if (page == FolioTable.NONE) {
            readahead.sync(actor, memcg, file, open.readahead, open.random(), index, wanted);
            page = cache.find(file, index);
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
            long first = index - (page - folio);
            int rest = (int) (index + wanted - first);
            readahead.async(actor, memcg, file, open.readahead, folio, first, rest);
            cache.put(actor, folio);
        }
        return page;
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
        open.file().inodeLock().lock();
        try {
            return writeInside(actor, memcg, open, index, pages);
        } finally {
            open.file().inodeLock().unlock();
        }
    }

    private int writeInside(Actor actor, Memcg memcg, OpenFile open, long index, int pages) {
        BackingFile file = open.file();
        long end = index + pages;
        file.grow(end);
        long i = index;
        while (i < end) {
            int page = forWriting(actor, memcg, file, i, end);
            if (page == FolioTable.NONE) {
                break;
            }
            int folio = folios.folioOf(page);
            long next = Math.min(end, i - (page - folio) + folios.pages(folio));
            dirtied(actor, file, folio);
            for (long at = i; at < next; at++) {
                folios.contents().stored(file.id(), at, page + (int) (at - i));
            }
            actor.charge(Cost.WRITE_PAGE, next - i);
            cache.unlock(actor, folio);
            if (!file.shmem()) {
                writeback.balance(actor, memcg, (int) (next - i));
            }
            i = next;
        }
        return (int) (i - index);
    }

    /** The page to be overwritten; its folio is ended with by {@link CacheFolios#unlock}. */
    private int forWriting(Actor actor, Memcg memcg, BackingFile file, long index, long end) {
        while (true) {
            int page =
                    file.shmem() ? shmem.page(actor, memcg, file, index, new FaultOutcome()) : cache.find(file, index);
            if (page == FolioTable.NONE) {
                page = file.shmem() ? page : newForWriting(actor, memcg, file, index, end);
                if (page != CacheFolios.THERE) {
                    return page;
                }
            } else if (cache.lock(actor, file, page)) {
                return page;
            }
        }
    }

    /** Allocates as large a folio as the rest of the write and the alignment allow; see {@link CacheFolios#add}. */
    private int newForWriting(Actor actor, Memcg memcg, BackingFile file, long index, long end) {
        int order = Math.min(rules.largestCacheOrder(), 63 - Long.numberOfLeadingZeros(end - index));
        if (index != 0) {
            order = Math.min(order, Long.numberOfTrailingZeros(index));
        }
        for (; order > 0; order--) {
            if (CacheFolios.firstPresent(file, index, 1 << order) == FolioTable.NONE) {
                int folio = cache.add(actor, memcg, file, index, order, CacheFolios.Effort.OVERWRITE);
                if (folio >= 0) {
                    return folio;
                }
            }
        }
        return cache.add(actor, memcg, file, index, 0, CacheFolios.Effort.OVERWRITE);
    }

    /** A page was stored to: through a descriptor, at a write fault, or as reclaim learns from a page table. */
    public void dirtied(Actor actor, BackingFile file, int folio) {
        if (folios.has(folio, FolioFlags.DIRTY)) {
            return; // if it is being cleaned, its content is taken after that
        }
        if (file.shmem()) {
            folios.set(folio, FolioFlags.DIRTY);
        } else {
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
            file.invalidateLock().read();
            try {
                readahead.force(actor, memcg, file, file.mapped(), index, pages);
            } finally {
                file.invalidateLock().readDone();
            }
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
    public boolean moveUnlessReferred(int from, int to, int mostReferences, int mappings, Runnable move) {
        BackingFile file = fileOf(from);
        file.cache().lock();
        boolean alone = folios.refCount(from) <= mostReferences && folios.mapCount(from) == mappings;
        if (alone) {
            move.run();
            cache.move(file, from, to);
        }
        file.cache().unlock();
        return alone;
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
        if (file.shmem()) {
            return;
        }
        for (long i = file.cache().nextUsed(from);
                i >= 0 && i < end;
                i = file.cache().nextUsed(i + 1)) {
            int page = cache.find(file, i);
            if (page == FolioTable.NONE) {
                continue;
            }
            int folio = folios.folioOf(page);
            if (folios.has(folio, FolioFlags.LOCKED) || !folios.tryLockShared(folio)) {
                cache.letGo(actor, page);
                continue;
            }
            long first = i - (page - folio);
            boolean inside = first >= from && first + folios.pages(folio) <= end;
            boolean idle = !folios.mapped(folio) && !folios.has(folio, FolioFlags.DIRTY | FolioFlags.WRITEBACK);
            if (inside && idle && folios.mapping(folio) == file.id()) {
                release(actor, file, folio);
            }
            cache.unlock(actor, folio);
        }
    }

    /**
     * Shortens a file: drops its pages, its swap slots and its shadows from an index on; nothing may map them any more. Pages on
     * their way to the device are waited for. Under real threads the caller has the file's inode and invalidate locks. Kernel:
     * truncate_inode_pages_range.
     */
    public void truncate(Actor actor, BackingFile file, long from) {
        long end = from;
        for (long i = file.cache().nextUsed(from); i >= 0; i = file.cache().nextUsed(i)) {
            int page = cache.find(file, i);
            if (page == FolioTable.NONE) {
                shmem.forget(file, i);
            } else if (cache.lock(actor, file, page)) { // else reclaim was faster: what it left is looked at next
                int folio = folios.folioOf(page);
                long first = i - (page - folio);
                if (first < from) {
                    end = first + folios.pages(folio);
                    i = end;
                    zeroTail(page, folio);
                } else {
                    truncateFolio(actor, file, folio);
                }
                cache.unlock(actor, folio);
            }
        }
        if (file.known != null) {
            file.known.truncate(from);
        }
        folios.contents().truncated(file.id(), from);
        cache.dropTree(file, end);
    }

    /** A large folio that begins before the new end stays whole. */
    private void zeroTail(int page, int folio) {
        int end = folio + folios.pages(folio);
        for (int p = page; p < end; p++) {
            folios.contents().zeroed(p);
        }
    }

    private void truncateFolio(Actor actor, BackingFile file, int folio) {
        folios.awaitUnmapped(folio); // somebody may have taken out the entry but not yet counted it
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
