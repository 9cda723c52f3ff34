package org.multigen.lru.multigen;

import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.lru.Lruvec;
import org.multigen.lru.LruvecTable;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.PageLog;
import org.multigen.rules.KernelRules;
import org.multigen.walk.MmWalk;
import org.multigen.walk.YoungFrames;

/**
 * What a walk's findings do to generations: promotions are written to the pages at once and booked in batches. A walk belongs to
 * its actor; booking takes the lru lock. Kernel: update_batch_size, reset_batch_size, set_mm_walk.
 */
final class WalkBatches implements YoungFrames {
    private final FolioTable folios;
    private final KernelRules rules;
    private final Promotion promotion;
    private final LruvecTable<Generations> generations;
    private final WalkStates states = new WalkStates();

    WalkBatches(FolioTable folios, KernelRules rules, Promotion promotion, LruvecTable<Generations> generations) {
        this.folios = folios;
        this.rules = rules;
        this.promotion = promotion;
        this.generations = generations;
    }

    /** Attaches a walk to an actor, unless it has one; null if there is no memory for it. Kernel: set_mm_walk. */
    @Nullable
    MmWalk attach(Actor actor, Generations g) {
        if (actor.walkState instanceof MmWalk w) {
            return w;
        }
        MmWalk walk = states.take(actor, g);
        actor.walkState = walk;
        return walk;
    }

    /** Kernel: clear_mm_walk. */
    void detach(Actor actor) {
        if (actor.walkState instanceof MmWalk w) {
            states.giveBack(actor, w);
        }
        actor.walkState = null;
    }

    @Override
    public int candidate(MmWalk walk, int frame, Vma vma) {
        int folio = folios.folioOf(frame);
        long flags = folios.flags(folio);
        if (FolioFlags.node(flags) != walk.node || FolioFlags.memcg(flags) != walk.memcg) {
            return REJECT;
        }
        if (rules.walkSkipsOffList() && FolioFlags.gen(flags) < 0) {
            return REJECT;
        }
        boolean anonInFile = rules.walkSkipsAnonInFile()
                && !walk.anonWanted()
                && vma.file != null
                && FolioFlags.type(flags) == Generations.ANON;
        return anonInFile ? REJECT : folio;
    }

    @Override
    public int pages(int folio) {
        return folios.pages(folio);
    }

    @Override
    public void young(MmWalk walk, int folio, boolean dirty) {
        if (dirty) {
            carryDirty(folio);
        }
        Generations g = generations.get(walk.lruvec);
        promote(walk, g, folio, PageLog.BY_WALK);
    }

    /** Promotes into the youngest generation, batched. */
    void promote(MmWalk walk, Generations g, int folio, int by) {
        int gen = Generations.genOf(rules.walkRechecksGeneration() ? g.maxSeq() : Math.max(walk.seq, g.maxSeq()));
        long old = promotion.seenByWalk(folio, gen);
        folios.log().used(folio, by, FolioFlags.gen(folios.flags(folio)) == gen);
        if (old != 0) {
            int type = FolioFlags.type(old);
            int zone = FolioFlags.zone(old);
            int pages = FolioFlags.pages(old);
            walk.batched += pages;
            walk.deltas[g.slot(FolioFlags.gen(old), type, zone)] -= pages;
            walk.deltas[g.slot(gen, type, zone)] += pages;
        }
    }

    /**
     * The entry's dirty bit belongs to the page, except for anonymous ones that were never written out; pages of ordinary files are
     * dirty since the fault that allowed the store.
     */
    void carryDirty(int folio) {
        long flags = folios.flags(folio);
        if (folios.mapping(folio) > 0 && (flags & FolioFlags.SWAPBACKED) == 0) {
            return;
        }
        boolean freshAnon =
                folios.isAnon(folio) && (flags & FolioFlags.SWAPBACKED) != 0 && (flags & FolioFlags.SWAPCACHE) == 0;
        if (!freshAnon && (flags & FolioFlags.DIRTY) == 0) {
            folios.set(folio, FolioFlags.DIRTY);
        }
    }

    @Override
    public void flush(Actor actor, MmWalk walk) {
        Generations g = generations.get(walk.lruvec);
        Lruvec lruvec = g.lruvec;
        lruvec.lock.lock(actor);
        book(g, walk);
        lruvec.lock.unlock(actor);
    }

    /** Books a batch; under the lru lock. */
    void book(Generations g, @Nullable MmWalk walk) {
        if (walk == null || walk.batched == 0) {
            return;
        }
        walk.batched = 0;
        for (int gen = 0; gen < Generations.MAX; gen++) {
            for (int type = 0; type < Generations.TYPES; type++) {
                for (int zone = 0; zone < g.zones; zone++) {
                    int slot = g.slot(gen, type, zone);
                    long delta = walk.deltas[slot];
                    if (delta != 0) {
                        walk.deltas[slot] = 0;
                        g.addPages(slot, delta);
                        g.lruvec.addSize(type * 2 + (g.active(gen) ? 1 : 0), zone, delta);
                    }
                }
            }
        }
    }

    @Override
    public boolean current(MmWalk walk) {
        return generations.get(walk.lruvec).maxSeq() == walk.seq;
    }
}
