package org.multigen.storage;

import java.util.function.IntUnaryOperator;
import org.multigen.base.Actor;
import org.multigen.base.VmEvent;
import org.multigen.memcg.Charge;
import org.multigen.memcg.Memcg;
import org.multigen.memcg.MemcgTree;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.FrameSource;
import org.multigen.memory.PageLog;
import org.multigen.rules.KernelRules;

/**
 * Brings folios into page caches and takes them out: frames, charges, shadows, the LRU and the amounts of memory.stat. Kernel:
 * mm/filemap.c filemap_add_folio, __filemap_remove_folio.
 *
 * <p>A page cache holds one reference per folio, whatever its size. Under real threads a folio is locked before it becomes visible
 * in a cache and until its content is there; it leaves a cache only while it is locked; and who looks a page up has a reference
 * ({@link #find}). Whoever has folios locked because he reads them waits for the lock of no other.
 */
final class CacheFolios {
    /** How much effort memory is worth. */
    enum Effort {
        /** Gives up after one round of reclaim; nobody is killed for it. */
        READAHEAD(PageLog.AHEAD),
        /** As much as it takes. */
        DEMAND(PageLog.WANTED),
        /** The same; its old content does not matter, so it is no refault. */
        OVERWRITE(PageLog.WRITTEN),
        /** As much as it takes, over the group's limit if need be: the file system cannot go on without. */
        METADATA(PageLog.WANTED);

        /** How pages come in by it. */
        final int arrival;

        Effort(int arrival) {
            this.arrival = arrival;
        }
    }

    /** Somebody else has put a page where one was to be added. */
    static final int THERE = -2;

    private final FolioTable folios;
    private final FrameSource frames;
    private final Charge charge;
    private final MemcgTree memcgs;
    private final LruGate gate;
    private final IntUnaryOperator nodeOfCpu;
    private final Ext4Metadata metadata;

    CacheFolios(
            FolioTable folios,
            FrameSource frames,
            Charge charge,
            MemcgTree memcgs,
            LruGate gate,
            KernelRules rules,
            IntUnaryOperator nodeOfCpu,
            int cpus) {
        this.folios = folios;
        this.frames = frames;
        this.charge = charge;
        this.memcgs = memcgs;
        this.gate = gate;
        this.nodeOfCpu = nodeOfCpu;
        this.metadata = new Ext4Metadata(this, rules, cpus);
    }

    Ext4Metadata metadata() {
        return metadata;
    }

    FolioTable folios() {
        return folios;
    }

    LruGate gate() {
        return gate;
    }

    Memcg memcgOf(int folio) {
        return memcgs.of(FolioFlags.memcg(folios.flags(folio)));
    }

    /** The page at an index or {@link FolioTable#NONE}; under real threads with a reference, to be given back by {@link #letGo}. */
    int find(BackingFile file, long index) {
        return folios.shared()
                ? file.cache().holdPage(folios, index)
                : file.cache().page(index);
    }

    /** Under real threads, drops the reference to a page that {@link #find} took. */
    void letGo(Actor actor, int page) {
        if (folios.shared() && page != FolioTable.NONE) {
            put(actor, folios.folioOf(page));
        }
    }

    /**
     * Under real threads, locks the folio of a page that {@link #find} has found; ended by {@link #unlock}.
     *
     * @return false if it has left the file meanwhile; then the reference is gone too
     */
    boolean lock(Actor actor, BackingFile file, int page) {
        if (!folios.shared()) {
            return true;
        }
        int folio = folios.folioOf(page);
        folios.lockShared(folio);
        if (folios.mapping(folio) == file.id()) {
            return true;
        }
        unlock(actor, folio);
        return false;
    }

    /** Under real threads, unlocks a folio and drops the reference to it. */
    void unlock(Actor actor, int folio) {
        if (folios.shared()) {
            folios.unlockShared(folio);
            put(actor, folio);
        }
    }

    /** First page of the file that a folio holds; while it is held and in its file. */
    long indexOf(int folio) {
        return folios.index(folio) & 0xffffffffL;
    }

    /** A charged folio for an index of a file, and room for it in the file's tree; see {@link #allocate(Actor, Memcg, int, Effort)}. */
    int allocate(Actor actor, Memcg memcg, BackingFile file, long index, int order, Effort effort) {
        int folio = allocate(actor, memcg, order, effort);
        if (folio != FolioTable.NONE) {
            for (long i = index; i < index + (1L << order); i += 1 << PageCache.NODE_SHIFT) {
                if (file.cache().takeNode(i, memcg.id())) {
                    charge.chargeObject(actor, memcg, PageCache.NODE_BYTES);
                }
            }
        }
        return folio;
    }

    /** Kernel memory that a file costs once it is opened. */
    void chargeOpen(Actor actor, Memcg memcg, long bytes) {
        charge.chargeObject(actor, memcg, bytes);
    }

    /** Gives back the tree of a file behind an index where nothing is left. */
    void dropTree(BackingFile file, long from) {
        for (int owner = file.cache().dropNodeBehind(from);
                owner != 0;
                owner = file.cache().dropNodeBehind(from)) {
            charge.unchargeObject(memcgs.of(owner), PageCache.NODE_BYTES);
        }
    }

    /** A charged folio with one reference for the caller, in no cache; or {@link FolioTable#NONE}. */
    int allocate(Actor actor, Memcg memcg, int order, Effort effort) {
        boolean mayReclaim = effort != Effort.READAHEAD || order == 0;
        int folio = frames.allocate(actor, order, nodeOfCpu.applyAsInt(actor.cpu), mayReclaim);
        if (folio == FolioTable.NONE) {
            return FolioTable.NONE;
        }
        int pages = 1 << order;
        if (!charged(actor, memcg, pages, effort)) {
            folios.put(folio);
            frames.free(actor, folio);
            return FolioTable.NONE;
        }
        folios.setMemcg(folio, memcg.id());
        return folio;
    }

    private boolean charged(Actor actor, Memcg memcg, int pages, Effort effort) {
        switch (effort) {
            case READAHEAD -> {
                return charge.tryChargeOnce(actor, memcg, pages);
            }
            case METADATA -> {
                charge.chargeNoFail(actor, memcg, pages);
                return true;
            }
            case DEMAND, OVERWRITE -> {
                return charge.tryCharge(actor, memcg, pages);
            }
        }
        throw new IllegalStateException("no such effort: " + effort);
    }

    /** Drops a reference of the caller. */
    void put(Actor actor, int folio) {
        if (folios.put(folio)) {
            gate.free(actor, folio);
        }
    }

    /**
     * Allocates a folio and inserts it at an index (aligned to its size) where no folio was. Unless it is to be overwritten, it
     * stays locked, and with that out of reach of reclaim, until {@link #readIn}; otherwise the caller ends with {@link #unlock}.
     *
     * @return the folio, {@link FolioTable#NONE} if there is no memory, or {@link #THERE}
     */
    int add(Actor actor, Memcg memcg, BackingFile file, long index, int order, Effort effort) {
        int folio = allocate(actor, memcg, file, index, order, effort);
        if (folio == FolioTable.NONE) {
            return FolioTable.NONE;
        }
        boolean overwrite = effort == Effort.OVERWRITE;
        if (overwrite) {
            folios.lockShared(folio);
        } else {
            folios.set(folio, FolioFlags.LOCKED);
        }
        file.cache().lock();
        boolean free = firstPresent(file, index, 1 << order) == FolioTable.NONE;
        long shadow = free ? insert(file, index, folio) : 0;
        file.cache().unlock();
        if (!free) {
            abandon(actor, folio, overwrite);
            return THERE;
        }
        folios.log().cameIn(folio, effort.arrival);
        if (!overwrite) {
            for (int i = 0; i < 1 << order; i++) {
                folios.contents().read(file.id(), index + i, folio + i);
            }
        }
        if (Shadow.isShadow(shadow) && !overwrite) {
            gate.refault(actor, folio, shadow);
        }
        gate.add(actor, folio);
        if (!overwrite || !folios.shared()) {
            folios.put(folio);
        }
        return folio;
    }

    private void abandon(Actor actor, int folio, boolean overwrite) {
        if (overwrite) {
            folios.unlockShared(folio);
        } else {
            folios.clear(folio, FolioFlags.LOCKED);
        }
        put(actor, folio);
    }

    /** The first page present in a range, or {@link FolioTable#NONE}. */
    static int firstPresent(BackingFile file, long index, int pages) {
        for (long i = index; i < index + pages; i++) {
            int page = file.cache().page(i);
            if (page != FolioTable.NONE) {
                return page;
            }
        }
        return FolioTable.NONE;
    }

    /**
     * Puts a folio into a file's slots, under the lock of its cache.
     *
     * @return the last of the entries that it replaces and that are not 0, or 0
     */
    long insert(BackingFile file, long index, int folio) {
        int pages = folios.pages(folio);
        folios.setMapping(folio, file.id(), (int) index);
        folios.get(folio);
        folios.log().holdsFile(folio, pages, file.id(), index);
        long last = 0;
        for (int i = 0; i < pages; i++) {
            long old = file.cache().set(index + i, Shadow.folio(folio + i));
            last = old != 0 ? old : last;
        }
        account(file, folio, pages);
        return last;
    }

    /** Takes a folio out of its file, leaving an entry in its slots; drops the cache's reference but frees nothing. */
    void remove(BackingFile file, int folio, long leave) {
        long index = indexOf(folio);
        int pages = folios.pages(folio);
        file.cache().lock();
        for (int i = 0; i < pages; i++) {
            file.cache().set(index + i, leave);
        }
        account(file, folio, -pages);
        folios.clear(folio, FolioFlags.READAHEAD);
        folios.setMapping(folio, 0, 0);
        folios.put(folio);
        file.cache().unlock();
    }

    /** The same pages of the file in other frames. Kernel: folio_migrate_mapping. */
    void move(BackingFile file, int from, int to) {
        long index = indexOf(from);
        folios.setMapping(to, file.id(), (int) index);
        folios.get(to);
        for (int i = 0; i < folios.pages(from); i++) {
            file.cache().set(index + i, Shadow.folio(to + i));
        }
        folios.setMapping(from, 0, 0);
        folios.put(from);
    }

    /**
     * The same unless there are more references than the cache's and the caller's, or it is mapped, or somebody has stored to it
     * while he had a reference; false if so.
     */
    boolean removeUnlessReferred(BackingFile file, int folio, long leave, int mostReferences) {
        file.cache().lock();
        boolean alone = folios.refCount(folio) <= mostReferences
                && !folios.mapped(folio)
                && !folios.has(folio, FolioFlags.DIRTY);
        if (alone) {
            remove(file, folio, leave);
        }
        file.cache().unlock();
        return alone;
    }

    private void account(BackingFile file, int folio, int pages) {
        Memcg memcg = memcgOf(folio);
        memcg.add(Memcg.State.FILE, pages);
        if (file.shmem()) {
            memcg.add(Memcg.State.SHMEM, pages);
        }
    }

    /** Reads pages of a file that were just inserted. */
    void readIn(Actor actor, Memcg memcg, BackingFile file, long from, int pages) {
        if (pages > 0) {
            metadata.locate(actor, memcg, file, from, pages);
            file.device().read(actor, pages);
            actor.count(VmEvent.PGPGIN, 4L * pages);
            long i = from;
            while (i < from + pages) {
                int page = file.cache().page(i);
                int folio = folios.folioOf(page);
                i += folios.pages(folio) - (page - folio);
                folios.clear(folio, FolioFlags.LOCKED); // and it may go at once
            }
        }
    }
}
