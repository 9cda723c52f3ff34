package org.multigen.storage;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.Rmap;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Tally;
import org.multigen.base.VmEvent;
import org.multigen.base.Words;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.pagetable.Pte;

/**
 * Dirty file pages: who is over a limit, and writing them back file by file in the order in which files became dirty. Kernel:
 * mm/page-writeback.c, fs/fs-writeback.c.
 *
 * <p>The machine runs {@link #run} as an actor of its own, the flusher; it also ends the writes of swap pages to disks. Which file
 * it is at and where is its own; files that became dirty wait for it in a queue without a lock, amounts are atomic under real threads.
 * A folio is written while it is locked: it is made read-only in all page tables first, then it is clean, then its content is taken,
 * so that a later store faults, waits for the lock and makes it dirty again.
 */
public final class Writeback {
    /**
     * Settings with the kernel's names.
     *
     * @param dirtyBackgroundRatio percent of dirtyable memory above which the flusher starts
     * @param dirtyRatio percent above which writers wait
     * @param dirtyExpireNs age at which a dirty file is written
     * @param dirtyWritebackNs between two looks for old files
     * @param diskLatencyNs from handing a page to a disk until it is written
     */
    public record Settings(
            int dirtyBackgroundRatio, int dirtyRatio, long dirtyExpireNs, long dirtyWritebackNs, long diskLatencyNs) {
        /** The kernel's defaults, and a disk of 100 us. */
        public static Settings defaults() {
            return new Settings(10, 20, 30_000_000_000L, 5_000_000_000L, 100_000);
        }
    }

    /** Pages of one file that are written before others have their turn. Kernel: MAX_WRITEBACK_PAGES. */
    private static final int TURN = 1024;
    /** Pages that a writer dirties between two looks at the limits. */
    private static final int LOOK_EVERY = 32;

    private static final long MAX_PAUSE_NS = 200_000_000L;

    // amounts: dirty pages; pages since the limits were looked at by a writer, and since they were computed
    private static final int DIRTY = 0;
    private static final int SINCE_LOOK = 1;
    private static final int SINCE_LIMIT = 2;

    private static final long SHORT_NS = 20_000;

    private enum Reason {
        NONE,
        EXPIRED,
        BACKGROUND,
        RECLAIM
    }

    private final CacheFolios cache;
    private final FolioTable folios;
    private final Rmap rmap;
    private final LongSupplier dirtyable;
    private final Settings settings;
    private final PageWrites writes;
    private final Tally amounts;
    private final ConcurrentLinkedDeque<BackingFile> dirtyFiles = new ConcurrentLinkedDeque<>();
    /** The file that the flusher is at; who makes it dirty meanwhile need not queue it. */
    private volatile @Nullable BackingFile current;

    private long cursor;
    private long nextLookNs;
    private volatile boolean reclaimAsks;
    /** Computed anew whenever as many pages became dirty as a writer may dirty without looking. */
    private volatile long backgroundLimit = LOOK_EVERY;

    /**
     * @param dirtyable pages that could become dirty: free ones and those of files, less reserves
     */
    Writeback(CacheFolios cache, Rmap rmap, LongSupplier dirtyable, Settings settings) {
        this.cache = cache;
        this.folios = cache.folios();
        this.amounts = new Tally(3, folios.locks());
        this.rmap = rmap;
        this.dirtyable = dirtyable;
        this.settings = settings;
        this.writes = new PageWrites(cache, settings.diskLatencyNs);
        this.nextLookNs = settings.dirtyWritebackNs;
    }

    public PageWrites writes() {
        return writes;
    }

    /** Dirty pages of all files. */
    public long dirtyPages() {
        return amounts.get(DIRTY);
    }

    // ---- becoming dirty and clean

    /** A folio of an ordinary file, which cannot leave it now, becomes dirty unless it is. Kernel: folio_account_dirtied. */
    void dirtied(Actor actor, BackingFile file, int folio) {
        int pages = folios.pages(folio);
        DirtyPages.Before before = file.dirty.dirty(folios, folio, cache.indexOf(folio), pages, actor.clockNs());
        if (before == DirtyPages.Before.DIRTY) {
            return;
        }
        if (before == DirtyPages.Before.ALL_CLEAN && file != current) {
            dirtyFiles.add(file);
        }
        amounts.add(DIRTY, pages);
        if (amounts.add(SINCE_LIMIT, pages) >= LOOK_EVERY) {
            refreshLimit();
        }
        cache.memcgOf(folio).add(Memcg.State.FILE_DIRTY, pages);
        actor.count(VmEvent.NR_DIRTIED, pages);
    }

    /** A folio leaves its file unwritten. Kernel: folio_cancel_dirty. */
    void cancelled(BackingFile file, int folio) {
        if (file.shmem()) {
            folios.clear(folio, FolioFlags.DIRTY);
        } else {
            clean(file, folio);
        }
    }

    private void clean(BackingFile file, int folio) {
        int pages = folios.pages(folio);
        if (file.dirty.clean(folios, folio, cache.indexOf(folio), pages)) {
            amounts.add(DIRTY, -pages);
            cache.memcgOf(folio).add(Memcg.State.FILE_DIRTY, -pages);
        }
    }

    // ---- limits

    private boolean overBackground() {
        return dirtyPages() > backgroundLimit;
    }

    private void refreshLimit() {
        amounts.exchange(SINCE_LIMIT, 0);
        backgroundLimit = dirtyable.getAsLong() * settings.dirtyBackgroundRatio / 100;
    }

    /** A writer has dirtied pages: over half way to the limit it is slowed down. Kernel: balance_dirty_pages. */
    void balance(Actor writer, Memcg memcg, int pages) {
        if (amounts.add(SINCE_LOOK, pages) < LOOK_EVERY) {
            return;
        }
        amounts.exchange(SINCE_LOOK, 0);
        long pause = pause(dirtyPages() + writes.filePages(), dirtyable.getAsLong());
        if (memcg.max() != Memcg.UNLIMITED) {
            long room = Math.max(0, memcg.max() - memcg.usage());
            long own = memcg.state(Memcg.State.FILE) - memcg.state(Memcg.State.SHMEM);
            long mine = memcg.state(Memcg.State.FILE_DIRTY) + memcg.state(Memcg.State.FILE_WRITEBACK);
            long memcgPause = pause(mine, own + room);
            if (memcgPause > 0) {
                reclaimAsks = true;
            }
            pause = Math.max(pause, memcgPause);
        }
        if (pause > 0) {
            writer.sleep(pause);
        }
    }

    private long pause(long used, long of) {
        long limit = of * settings.dirtyRatio / 100;
        long free = (of * settings.dirtyBackgroundRatio / 100 + limit) / 2;
        if (used <= free) {
            return 0;
        }
        return used >= limit ? MAX_PAUSE_NS : (long) ((double) MAX_PAUSE_NS * (used - free) / (limit - free));
    }

    // ---- the flusher

    /** Reclaim met nothing but dirty pages. Kernel: wakeup_flusher_threads. */
    public void wake() {
        reclaimAsks = true;
    }

    /** When {@link #run} has something to do, in the flusher's time; the past if it has now. */
    public long nextNs() {
        if (reclaimAsks || overBackground() || current != null) {
            return 0;
        }
        return Math.min(nextLookNs, writes.nextNs());
    }

    /**
     * One step of the flusher at its time: ends what is written, then writes one turn's pages of one file if there is a reason.
     *
     * @return whether there is more to do at once
     */
    public boolean run(Actor flusher) {
        writes.complete(flusher);
        refreshLimit();
        Reason reason = reason(flusher.clockNs());
        if (reason == Reason.NONE) {
            stopHalfway();
            return false;
        }
        boolean asked = reason == Reason.RECLAIM;
        if (asked) {
            reclaimAsks = false; // before the files are looked at, so that whoever asks from here on is heard
        }
        BackingFile file = take();
        current = file;
        if (file == null) {
            return false;
        }
        if (asked) {
            reclaimAsks = true; // until no file is left
        }
        long at = writeTurn(flusher, file, cursor, Long.MAX_VALUE, TURN, false);
        if (at < 0) {
            current = null; // before the count is looked at: whoever makes it dirty from here on queues it
            cursor = 0;
            if (file.dirty.count() > 0) {
                dirtyFiles.add(file);
            }
        } else {
            cursor = at;
        }
        return true;
    }

    /** Enough was written; what is left of the file is first when there is a reason again. Kernel: requeue_io. */
    private void stopHalfway() {
        BackingFile file = current;
        current = null;
        if (file != null && file.dirty.count() > 0) {
            dirtyFiles.addFirst(file);
        }
    }

    private Reason reason(long nowNs) {
        if (nowNs >= nextLookNs) {
            nextLookNs = nowNs + settings.dirtyWritebackNs;
        }
        if (reclaimAsks) {
            return Reason.RECLAIM;
        }
        if (overBackground()) {
            return Reason.BACKGROUND;
        }
        BackingFile at = current;
        BackingFile oldest = at != null ? at : dirtyFiles.peek();
        boolean expired =
                oldest != null && oldest.dirty.count() > 0 && nowNs - oldest.dirty.sinceNs() >= settings.dirtyExpireNs;
        return expired ? Reason.EXPIRED : Reason.NONE;
    }

    private @Nullable BackingFile take() {
        BackingFile file = current;
        while (file == null) {
            file = dirtyFiles.poll();
            if (file == null) {
                return null;
            }
            cursor = 0;
            if (file.dirty.count() == 0) {
                file = null;
            }
        }
        return file;
    }

    /**
     * Writes dirty pages of [from, end), up to a number.
     *
     * @param wait under real threads, for pages that are being written with older content; else they are passed over
     * @return where to go on, or -1 when the range is done
     */
    private long writeTurn(Actor actor, BackingFile file, long from, long end, int most, boolean wait) {
        int written = 0;
        long at = file.dirty.next(from);
        while (at >= 0 && at < end) {
            if (written >= most) {
                return at;
            }
            int page = cache.find(file, at);
            if (page == FolioTable.NONE && !folios.shared()) {
                throw new IllegalStateException("dirty page " + at + " of " + file.path() + " is not cached");
            }
            long next = at + 1;
            if (page != FolioTable.NONE && cache.lock(actor, file, page)) { // else the file is being cut off
                int folio = folios.folioOf(page);
                next = at - (page - folio) + folios.pages(folio);
                if (wait && folios.shared()) {
                    await(actor, folio);
                }
                if (mayBeWritten(folio)) {
                    written += folios.pages(folio);
                    writeFolio(actor, file, folio);
                }
                cache.unlock(actor, folio);
            }
            at = file.dirty.next(next);
        }
        return -1;
    }

    private boolean mayBeWritten(int folio) {
        return folios.shared()
                ? folios.has(folio, FolioFlags.DIRTY) && !folios.has(folio, FolioFlags.WRITEBACK)
                : !folios.has(folio, FolioFlags.WRITEBACK | FolioFlags.LOCKED);
    }

    private void writeFolio(Actor actor, BackingFile file, int folio) {
        writeProtect(actor, folio);
        clean(file, folio);
        writes.start(actor, file, folio);
        cache.metadata().written(actor, file, folio);
    }

    /** Later stores must fault again to be noticed. Kernel: folio_mkclean. */
    private void writeProtect(Actor actor, int folio) {
        if (!folios.mapped(folio)) {
            return;
        }
        rmap.walk(folio, new Rmap.Visitor() {
            @Override
            public boolean wants(Vma vma) {
                actor.charge(Cost.RMAP_NEXT);
                return vma.has(Vma.SHARED);
            }

            @Override
            public boolean mapping(Vma vma, long vpn, long entryAt, boolean huge) {
                Words.andLong(entryAt, ~(Pte.DIRTY | Pte.WRITABLE));
                return true;
            }
        });
    }

    /** Writes the dirty pages of a range and waits until they are on the device. Kernel: filemap_write_and_wait_range. */
    public void sync(Actor actor, BackingFile file, long from, long end) {
        writeTurn(actor, file, from, end, Integer.MAX_VALUE, true);
        if (folios.shared()) {
            awaitRange(actor, file, from, end);
            return;
        }
        while (writes.filePages() > 0 && writes.nextNs() != Long.MAX_VALUE) {
            actor.sleep(Math.max(0, writes.nextNs() - actor.clockNs()));
            writes.complete(actor);
        }
    }

    /** Under real threads others may go on writing to the file; only what is on its way now is waited for. */
    private void awaitRange(Actor actor, BackingFile file, long from, long end) {
        if (file.device().synchronous()) {
            return;
        }
        for (long i = file.cache().nextUsed(from);
                i >= 0 && i < end;
                i = file.cache().nextUsed(i + 1)) {
            int page = cache.find(file, i);
            if (page != FolioTable.NONE) {
                await(actor, folios.folioOf(page));
                cache.letGo(actor, page);
            }
        }
    }

    /** Waits until a folio that the caller holds is on its device. Kernel: folio_wait_writeback. */
    void await(Actor actor, int folio) {
        while (folios.has(folio, FolioFlags.WRITEBACK)) {
            long next = writes.nextNs();
            if (next == Long.MAX_VALUE && !folios.shared()) {
                return;
            }
            // under real threads the one that is waited for may be being ended by somebody else
            actor.sleep(next == Long.MAX_VALUE ? SHORT_NS : Math.max(0, next - actor.clockNs()));
            writes.complete(actor);
        }
    }
}
