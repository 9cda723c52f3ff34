package org.multigen.lru.multigen;

import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.rules.KernelRules;

/** Which generation a page enters, and putting it there. Kernel: lru_gen_add_folio, lru_gen_del_folio. */
final class Placement {
    private static final long REFERENCES = FolioFlags.REFS_MASK | FolioFlags.REFERENCED;
    private static final long WAITING = FolioFlags.DIRTY | FolioFlags.WRITEBACK;

    private final FolioTable folios;
    private final KernelRules rules;

    Placement(FolioTable folios, KernelRules rules) {
        this.folios = folios;
        this.rules = rules;
    }

    /** Adds a page at the young end of its generation's list, or at the old end if it is to be reclaimed next. */
    boolean add(Generations g, int folio, boolean toTail) {
        long flags = folios.flags(folio);
        if (!g.enabled || (flags & FolioFlags.UNEVICTABLE) != 0) {
            return false;
        }
        int gen = Generations.genOf(seqFor(g, flags, toTail));
        boolean active = (flags & FolioFlags.ACTIVE) != 0;
        long clear = FolioFlags.GEN_MASK | FolioFlags.ACTIVE;
        if (active && rules.activeAddClearsReferences()) {
            clear |= REFERENCES;
        }
        folios.update(folio, clear, FolioFlags.withGen(0, gen));
        g.updateSize(flags, FolioFlags.NO_GEN, gen);
        int list = g.list(gen, FolioFlags.type(flags), FolioFlags.zone(flags));
        if (toTail) {
            folios.listAddTail(list, folio);
        } else {
            folios.listAdd(list, folio);
        }
        return true;
    }

    /** The generation that a page with these flags would enter. Kernel: lru_gen_folio_seq. */
    long seqFor(Generations g, long flags, boolean toTail) {
        return switch (rules.placement()) {
            case FROM_OLDEST, FROM_OLDEST_UNPROTECTED -> fromOldest(g, flags, toTail);
            case FROM_YOUNGEST -> fromYoungest(g, flags, toTail);
        };
    }

    private static boolean anonOutsideSwapCache(long flags) {
        return FolioFlags.type(flags) == Generations.ANON && (flags & FolioFlags.SWAPCACHE) == 0;
    }

    private static boolean awaitsWriteback(long flags) {
        return (flags & FolioFlags.RECLAIM) != 0 && (flags & WAITING) != 0;
    }

    private long fromOldest(Generations g, long flags, boolean toTail) {
        long min = g.minSeq(FolioFlags.type(flags));
        boolean early = rules.placement() == KernelRules.Placement.FROM_OLDEST_UNPROTECTED;
        if ((flags & FolioFlags.ACTIVE) != 0) {
            return g.maxSeq();
        }
        if (anonOutsideSwapCache(flags) || awaitsWriteback(flags)) {
            return early ? min + 1 : g.maxSeq() - 1;
        }
        return early || toTail || min + Generations.MIN >= g.maxSeq() ? min : min + 1;
    }

    private long fromYoungest(Generations g, long flags, boolean toTail) {
        return Math.max(g.maxSeq() - distance(flags, toTail), g.minSeq(FolioFlags.type(flags)));
    }

    private int distance(long flags, boolean toTail) {
        boolean workingset = (flags & FolioFlags.WORKINGSET) != 0;
        if ((flags & FolioFlags.ACTIVE) != 0) {
            return workingset ? 0 : 1;
        }
        if (toTail) {
            return 3;
        }
        if (anonOutsideSwapCache(flags) || awaitsWriteback(flags)) {
            return 1;
        }
        boolean referenced = rules.placementCountsReferenced() && (flags & FolioFlags.REFERENCED) != 0;
        return workingset || referenced ? 2 : 3;
    }

    /** Takes a page off its list; one that was in use is marked so unless reclaim takes it. */
    boolean remove(Generations g, int folio, boolean forReclaim) {
        long flags = folios.flags(folio);
        int gen = FolioFlags.gen(flags);
        if (gen < 0) {
            return false;
        }
        boolean keepActive = !forReclaim && g.active(gen);
        long old = folios.update(folio, FolioFlags.GEN_MASK, keepActive ? FolioFlags.ACTIVE : 0);
        g.updateSize(old, FolioFlags.gen(old), FolioFlags.NO_GEN);
        folios.listDel(folio);
        return true;
    }
}
