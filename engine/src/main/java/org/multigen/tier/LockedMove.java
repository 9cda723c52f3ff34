package org.multigen.tier;

import org.multigen.addrspace.SecondaryMmu;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.base.Words;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;

/**
 * Moves a folio while other threads may touch, unmap, fork or look up its pages: with the one table locked that maps it and the lock
 * of the cache that holds it, after a look that nobody else refers to it. A folio that several tables map stays where it is: the
 * kernel replaces its entries by markers on which faults wait, which are not modelled. One instance serves one actor, which holds
 * FOLIO of the old place and isolated it. Kernel: mm/migrate.c folio_migrate_mapping.
 */
final class LockedMove implements org.multigen.addrspace.Rmap.Visitor {
    private final Migration migration;
    private final Migration.Parts p;
    private final FolioTable folios;

    private Actor actor;
    private int from;
    private int to;
    private boolean moved;

    @SuppressWarnings("NullAway.Init")
    LockedMove(Migration migration, Migration.Parts parts) {
        this.migration = migration;
        this.p = parts;
        this.folios = parts.folios();
    }

    /**
     * Moves what a folio holds to a new one of the same size, which nobody knows yet.
     *
     * @return false if others use it in a way that this does not handle; nothing has changed then
     */
    boolean move(Actor by, int old, int fresh) {
        actor = by;
        from = old;
        to = fresh;
        moved = false;
        if (folios.mapped(old)) {
            p.rmap().walk(old, this);
        } else {
            moved = inCache(0, () -> {});
        }
        return moved;
    }

    @Override
    public boolean wants(Vma vma) {
        return true;
    }

    /** The first table that maps it: it has to be the only one. */
    @Override
    public boolean mapping(Vma vma, long vpn, long entryAt, boolean huge) {
        long end = vpn + folios.pages(from);
        vma.mm.invalidate(actor, vpn, end, SecondaryMmu.Why.CHANGE);
        PageTable table = vma.mm.pageTable;
        if (huge) {
            table.lockUpper(entryAt);
            long entry = Words.getLongOpaque(entryAt);
            moved = Pte.huge(entry) && Pte.frame(entry) == from && inCache(1, () -> migration.remap(entryAt, from, to));
            table.unlockUpper(entryAt);
        } else {
            long first = entryAt & -(8L * PageTable.ENTRIES);
            moved = inCache(entriesOf(first, false), () -> entriesOf(first, true));
        }
        vma.mm.invalidated(actor, vpn, end);
        return false;
    }

    /** Entries of a locked table that map the folio; lets them map the new one if so wanted. */
    private int entriesOf(long first, boolean change) {
        int n = 0;
        for (int i = 0; i < PageTable.ENTRIES; i++) {
            long at = first + 8L * i;
            long entry = Words.getLongOpaque(at);
            if (Pte.mapsPage(entry) && folios.folioOf(Pte.frame(entry)) == from) {
                n++;
                if (change) {
                    migration.remap(at, from, to);
                }
            }
        }
        return n;
    }

    /**
     * Under the lock of the folio's cache, if it is in one: moves it unless there are references but the cache's and the mover's, or
     * other mappings.
     */
    private boolean inCache(int mappings, Runnable remap) {
        long flags = folios.flags(from);
        Runnable change = () -> {
            migration.describe(from, to);
            folios.log().moved(from, to, FolioFlags.pages(flags));
            remap.run();
        };
        if ((flags & FolioFlags.WRITEBACK) != 0) {
            return false;
        }
        if ((flags & FolioFlags.SWAPCACHE) != 0) {
            return p.swap().moveUnlessReferred(from, to, 2, mappings, change);
        }
        if (!folios.isAnon(from)) {
            return folios.mapping(from) != 0
                    && p.files().moveUnlessReferred(from, to, 1 + p.files().cacheReferences(from), mappings, change);
        }
        boolean alone = folios.refCount(from) == 1 && mappings > 0 && folios.mapCount(from) == mappings;
        if (alone) {
            change.run();
        }
        return alone;
    }
}
