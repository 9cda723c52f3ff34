package org.multigen.lru.multigen;

import org.multigen.base.Actor;
import org.multigen.lru.LruLists;
import org.multigen.lru.LruvecTable;
import org.multigen.memory.FolioTable;

/**
 * Moves all pages between the two LRUs when the core bit changes, in chunks, while the machine runs. Kernel: lru_gen_change_state,
 * fill_evictable, drain_evictable.
 */
final class LruSwitch {
    private static final int CHUNK = 4096;

    private final FolioTable folios;
    private final LruvecTable<Generations> generations;
    private final Switches switches;

    LruSwitch(FolioTable folios, LruvecTable<Generations> generations, Switches switches) {
        this.folios = folios;
        this.generations = generations;
        this.switches = switches;
    }

    void moveAll(Actor actor, LruLists lists) {
        boolean on = switches.core();
        for (Generations g : generations.all()) {
            g.enabled = on;
        }
        for (Generations g : generations.all()) {
            boolean more = true;
            while (more) {
                g.lruvec.lock.lock(actor);
                more = on ? lists.refillFromClassic(g.lruvec, CHUNK) : drain(g, lists);
                g.lruvec.lock.unlock(actor);
                actor.yieldPoint();
            }
        }
    }

    private boolean drain(Generations g, LruLists lists) {
        int left = CHUNK;
        for (int gen = 0; gen < Generations.MAX; gen++) {
            for (int type = 0; type < Generations.TYPES; type++) {
                for (int zone = 0; zone < g.zones; zone++) {
                    int list = g.list(gen, type, zone);
                    while (!folios.listEmpty(list)) {
                        int folio = folios.listLast(list);
                        lists.remove(g.lruvec, folio);
                        lists.add(g.lruvec, folio);
                        if (--left == 0) {
                            return true;
                        }
                    }
                }
            }
        }
        return false;
    }
}
