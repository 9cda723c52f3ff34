package org.multigen.lru.multigen;

import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.rules.KernelRules;

/**
 * Moves a page to another generation by changing its flags only; which list it is on is put right when eviction meets it.
 * Atomic, because walks do it without the lru lock. Kernel: folio_update_gen, folio_inc_gen, lru_gen_set_refs.
 */
final class Promotion {
    private static final long REFERENCES = FolioFlags.REFS_MASK | FolioFlags.REFERENCED;

    private final FolioTable folios;
    private final KernelRules rules;

    Promotion(FolioTable folios, KernelRules rules) {
        this.folios = folios;
        this.rules = rules;
    }

    /**
     * A walk saw the page young.
     *
     * @return the flags before if the page moved to {@code gen}, or 0 if it did not (marked only, on no list, or there already)
     */
    long seenByWalk(int folio, int gen) {
        return switch (rules.promotion()) {
            case ONE_SIGHTING -> oneSighting(folio, gen);
            case TWO_SIGHTINGS -> twoSightings(folio, gen);
        };
    }

    private long oneSighting(int folio, int gen) {
        while (true) {
            long old = folios.flags(folio);
            if (FolioFlags.gen(old) < 0) {
                if (folios.casFlags(folio, old, old | FolioFlags.REFERENCED)) {
                    return 0;
                }
                continue;
            }
            long now = FolioFlags.withGen(old & ~(REFERENCES | FolioFlags.WORKINGSET), gen);
            if (folios.casFlags(folio, old, now)) {
                return FolioFlags.gen(old) == gen ? 0 : old;
            }
        }
    }

    private long twoSightings(int folio, int gen) {
        while (true) {
            long old = folios.flags(folio);
            if (firstSighting(old)) {
                if (folios.casFlags(folio, old, (old & ~FolioFlags.REFS_MASK) | FolioFlags.REFERENCED)) {
                    return 0;
                }
                continue;
            }
            if (FolioFlags.gen(old) < 0) {
                return 0;
            }
            long now = FolioFlags.withGen((old & ~REFERENCES) | FolioFlags.WORKINGSET, gen);
            if (folios.casFlags(folio, old, now)) {
                return FolioFlags.gen(old) == gen ? 0 : old;
            }
        }
    }

    private static boolean firstSighting(long flags) {
        return (flags & (FolioFlags.REFERENCED | FolioFlags.WORKINGSET)) == 0;
    }

    /**
     * The reverse map saw the page young, under the rule of two sightings.
     *
     * @return true if it is to be activated
     */
    boolean countSighting(int folio) {
        boolean marks = rules.mappedReference() == KernelRules.MappedReference.KEEP_THEN_MARK_ACCESSED;
        while (true) {
            long old = folios.flags(folio);
            long now;
            if (firstSighting(old)) {
                now = (old & ~FolioFlags.REFS_MASK) | FolioFlags.REFERENCED;
            } else if (!marks) {
                now = (old & ~REFERENCES) | FolioFlags.WORKINGSET;
            } else {
                now = usedSeveralTimes(old) ? old | FolioFlags.WORKINGSET : accessed(old);
            }
            if (folios.casFlags(folio, old, now)) {
                return !firstSighting(old);
            }
        }
    }

    private boolean usedSeveralTimes(long flags) {
        boolean referenced = (flags & FolioFlags.REFERENCED) != 0;
        boolean workingset = (flags & FolioFlags.WORKINGSET) != 0;
        return rules.uses(FolioFlags.refs(flags), referenced, workingset) > 1;
    }

    /** A use through a file descriptor. Kernel: mm/swap.c lru_gen_inc_refs. */
    void markAccessed(int folio) {
        while (true) {
            long old = folios.flags(folio);
            if ((old & FolioFlags.UNEVICTABLE) != 0) {
                return;
            }
            long now = accessed(old);
            if (now == old || folios.casFlags(folio, old, now)) {
                return;
            }
        }
    }

    private long accessed(long flags) {
        return rules.markAccessed() == KernelRules.MarkAccessed.WORKINGSET_SECOND
                ? workingsetSecond(flags)
                : workingsetLast(flags);
    }

    private static long workingsetSecond(long flags) {
        if ((flags & FolioFlags.REFERENCED) == 0) {
            return flags | FolioFlags.REFERENCED;
        }
        if ((flags & FolioFlags.WORKINGSET) == 0) {
            return flags | FolioFlags.WORKINGSET;
        }
        return oneMore(flags);
    }

    private static long workingsetLast(long flags) {
        if ((flags & FolioFlags.REFERENCED) == 0) {
            return (flags & ~FolioFlags.REFS_MASK) | FolioFlags.REFERENCED;
        }
        return FolioFlags.refs(flags) == 3 ? flags | FolioFlags.WORKINGSET : oneMore(flags);
    }

    private static long oneMore(long flags) {
        int refs = FolioFlags.refs(flags);
        return refs == 3 ? flags : FolioFlags.withRefs(flags, refs + 1);
    }

    /** Forgets counted uses before an activation. Kernel: folio_clear_lru_refs. */
    void clearUses(int folio) {
        folios.clear(folio, REFERENCES | FolioFlags.WORKINGSET);
    }

    /**
     * Moves a page of the oldest generation on to the next, unless a walk has promoted it meanwhile. Under the lru lock, which
     * also books the change.
     *
     * @param waiting it waits for its writeback
     * @return the generation that it is in now
     */
    int toNext(Generations g, int folio, int type, boolean waiting) {
        int oldest = Generations.genOf(g.minSeq(type));
        int next = (oldest + 1) % Generations.MAX;
        long clear = REFERENCES | (rules.nextGenerationClearsWorkingset() ? FolioFlags.WORKINGSET : 0);
        while (true) {
            long old = folios.flags(folio);
            int gen = FolioFlags.gen(old);
            if (gen >= 0 && gen != oldest) {
                return gen;
            }
            long now = FolioFlags.withGen(old & ~clear, next) | (waiting ? FolioFlags.RECLAIM : 0);
            if (folios.casFlags(folio, old, now)) {
                g.updateSize(old, gen, next);
                return next;
            }
        }
    }
}
