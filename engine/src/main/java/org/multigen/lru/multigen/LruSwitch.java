package org.multigen.lru.multigen;

import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.lru.LruLists;
import org.multigen.lru.LruvecTable;
import org.multigen.memory.FolioTable;

/**
 * Moves all pages between the two LRUs when the core bit changes, lruvec by lruvec, in chunks, each under the lru lock; between
 * chunks the machine runs. A lruvec takes pages its new way from the moment its turn comes. One switch at a time, by its writer.
 * Kernel: lru_gen_change_state, fill_evictable, drain_evictable.
 */
final class LruSwitch {
    private final FolioTable folios;
    private final LruvecTable<Generations> generations;
    private final LruLists lists;
    private final int chunk;
    private boolean on;
    /** Lruvec at hand; behind the last one, nothing is under way. */
    private int at = Integer.MAX_VALUE;

    LruSwitch(FolioTable folios, LruvecTable<Generations> generations, LruLists lists, int chunk) {
        this.folios = folios;
        this.generations = generations;
        this.lists = lists;
        this.chunk = chunk;
    }

    void begin(boolean turnOn) {
        on = turnOn;
        at = 0;
    }

    boolean underWay() {
        return at < generations.all().size();
    }

    boolean step(Actor actor) {
        if (!underWay()) {
            return false;
        }
        Generations g = generations.all().get(at);
        g.lruvec.lock.lock(actor);
        try {
            g.enabled = on;
            boolean more = on ? fill(actor, g) : drain(actor, g);
            at = more ? at : at + 1;
        } finally {
            g.lruvec.lock.unlock(actor);
        }
        return underWay();
    }

    private boolean fill(Actor actor, Generations g) {
        int moved = lists.refillFromClassic(g.lruvec, chunk);
        actor.charge(Cost.LRU_SWITCH, moved);
        return moved == chunk;
    }

    private boolean drain(Actor actor, Generations g) {
        int left = chunk;
        for (int gen = 0; gen < Generations.MAX; gen++) {
            for (int type = 0; type < Generations.TYPES; type++) {
                for (int zone = 0; zone < g.zones; zone++) {
                    int list = g.list(gen, type, zone);
                    while (!folios.listEmpty(list)) {
                        int folio = folios.listLast(list);
                        lists.relink(g.lruvec, folio);
                        actor.charge(Cost.LRU_SWITCH);
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
