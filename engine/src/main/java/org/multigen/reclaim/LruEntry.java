package org.multigen.reclaim;

import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.lru.FolioBatches;
import org.multigen.lru.FolioRelease;
import org.multigen.lru.PageLru;
import org.multigen.lru.multigen.MultiGenLru;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.PageLog;
import org.multigen.storage.LruGate;
import org.multigen.storage.Shadow;

/** The door through which pages come into whichever LRU is on. Kernel: folio_add_lru, workingset_refault. */
public final class LruEntry implements LruGate {
    private final FolioTable folios;
    private final FolioBatches batches;
    private final FolioRelease release;
    private final MultiGenLru multigen;
    private final PageLru twolist;

    public LruEntry(
            FolioTable folios, FolioBatches batches, FolioRelease release, MultiGenLru multigen, PageLru twolist) {
        this.folios = folios;
        this.batches = batches;
        this.release = release;
        this.multigen = multigen;
        this.twolist = twolist;
    }

    private PageLru lru() {
        return multigen.enabled() ? multigen : twolist;
    }

    @Override
    public void refault(Actor actor, int folio, long shadow) {
        if (Shadow.isShadow(shadow)) {
            actor.charge(Cost.SHADOW);
            lru().refault(actor, folio, Shadow.value(shadow));
        }
    }

    @Override
    public void add(Actor actor, int folio) {
        multigen.markFaulted(actor, folio);
        batches.add(actor, folio);
    }

    @Override
    public void markAccessed(Actor actor, int folio) {
        lru().markAccessed(actor, folio);
        folios.log().used(folio, PageLog.BY_DESCRIPTOR, false);
    }

    @Override
    public void writtenBack(Actor actor, int folio) {
        if ((folios.clear(folio, FolioFlags.RECLAIM) & FolioFlags.RECLAIM) != 0) {
            batches.rotate(actor, folio);
        }
    }

    @Override
    public void free(Actor actor, int folio) {
        release.free(actor, folio);
    }
}
