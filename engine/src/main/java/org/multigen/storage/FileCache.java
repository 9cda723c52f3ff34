package org.multigen.storage;

import org.multigen.addrspace.MappableTable;
import org.multigen.base.Actor;
import org.multigen.memcg.Charge;
import org.multigen.memcg.Memcg;
import org.multigen.memcg.MemcgTree;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.FrameSource;

/** Pages of files: look-up, reading page by page, removal. Kernel: mm/filemap.c. */
public final class FileCache implements FilePages {
    private final FolioTable folios;
    private final MappableTable mappables;
    private final MemcgTree memcgs;
    private final Charge charge;
    private final FrameSource frames;
    private final SwapSpace swap;
    private final LruGate lru;

    public FileCache(
            FolioTable folios,
            MappableTable mappables,
            MemcgTree memcgs,
            Charge charge,
            FrameSource frames,
            SwapSpace swap,
            LruGate lru) {
        this.folios = folios;
        this.mappables = mappables;
        this.memcgs = memcgs;
        this.charge = charge;
        this.frames = frames;
        this.swap = swap;
        this.lru = lru;
    }

    /** The page of a file for a mapped access, read if need be; {@link FolioTable#NONE} if there is no memory. */
    public int faultPage(Actor actor, Memcg memcg, BackingFile file, long index, int vmaFlags, FaultOutcome out) {
        out.major = false;
        int page = file.cache().page(index);
        if (page != FolioTable.NONE) {
            return page;
        }
        out.major = !file.shmem();
        return add(actor, memcg, file, index);
    }

    private int add(Actor actor, Memcg memcg, BackingFile file, long index) {
        int folio = frames.allocate(actor, 0, 0, true);
        if (folio == FolioTable.NONE) {
            return FolioTable.NONE;
        }
        if (!charge.tryCharge(actor, memcg, 1)) {
            if (folios.put(folio)) {
                frames.free(actor, folio);
            }
            return FolioTable.NONE;
        }
        folios.setMemcg(folio, memcg.id());
        folios.setMapping(folio, file.id(), (int) index);
        if (file.shmem()) {
            folios.set(folio, FolioFlags.SWAPBACKED);
        }
        long before = file.cache().set(index, Shadow.folio(folio));
        memcg.add(Memcg.State.FILE, 1);
        lru.refault(actor, folio, before);
        lru.add(actor, folio);
        if (!file.shmem()) {
            file.device().read(actor, 1);
        }
        return folio; // the first reference is now the cache's
    }

    /** A page was stored to. */
    public void dirtied(Actor actor, BackingFile file, int folio) {
        folios.set(folio, FolioFlags.DIRTY);
    }

    @Override
    public int cacheReferences(int folio) {
        return 1;
    }

    @Override
    public void removeForReclaim(int folio, long shadow) {
        BackingFile file = (BackingFile) mappables.byId(folios.mapping(folio));
        if (file != null) {
            file.cache().set(folios.index(folio), shadow);
            memcgs.of(FolioFlags.memcg(folios.flags(folio))).add(Memcg.State.FILE, -1);
            folios.setMapping(folio, 0, 0);
            folios.put(folio);
        }
    }

    @Override
    public boolean shmemToSwap(Actor actor, int folio) {
        return false;
    }

    @Override
    public void swapWriteStarted(Actor actor, int folio) {
        folios.clear(folio, FolioFlags.WRITEBACK | FolioFlags.RECLAIM);
    }
}
