package org.multigen.lru.multigen;

import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.lru.Lruvec;
import org.multigen.memory.FolioTable;

/**
 * A removed group's generations become its parent's, index by index, behind what the parent has there. The parent has four
 * generations by then, so that each has its like. Both lru locks, the parent's first. Kernel: lru_gen_reparent_memcg.
 */
final class Reparenting {
    private final FolioTable folios;
    private final Aging aging;

    Reparenting(FolioTable folios, Aging aging) {
        this.folios = folios;
        this.aging = aging;
    }

    void move(Actor actor, Generations from, Generations to, int swappiness) {
        while (to.count(Generations.ANON) < Generations.MAX || to.count(Generations.FILE) < Generations.MAX) {
            aging.makeEmpty(actor, to, swappiness);
        }
        to.lruvec.lock.lock(actor);
        from.lruvec.lock.lock(actor);
        try {
            for (int gen = 0; gen < Generations.MAX; gen++) {
                for (int type = 0; type < Generations.TYPES; type++) {
                    for (int zone = 0; zone < from.zones; zone++) {
                        moveList(actor, from, to, gen, type, zone);
                    }
                }
            }
        } finally {
            from.lruvec.lock.unlock(actor);
            to.lruvec.lock.unlock(actor);
        }
    }

    private void moveList(Actor actor, Generations from, Generations to, int gen, int type, int zone) {
        int source = from.list(gen, type, zone);
        int target = to.list(gen, type, zone);
        Lruvec parent = to.lruvec;
        for (int folio = folios.next(source); folio != source; folio = folios.next(folio)) {
            folios.setMemcg(folio, parent.memcg.id());
        }
        folios.listSpliceTail(source, target);
        int slot = from.slot(gen, type, zone);
        long pages = from.rawPages(gen, type, zone);
        from.addPages(slot, -pages);
        to.addPages(slot, pages);
        from.lruvec.addSize(type * 2 + (from.active(gen) ? 1 : 0), zone, -pages);
        parent.addSize(type * 2 + (to.active(gen) ? 1 : 0), zone, pages);
        actor.charge(Cost.LRU_SWITCH, pages);
    }
}
