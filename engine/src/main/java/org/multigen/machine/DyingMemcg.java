package org.multigen.machine;

import org.multigen.base.Actor;
import org.multigen.lru.Lruvec;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.Node;

/** Takes a group offline: its pages stay with it until they are reclaimed, or become its parent's. Kernel: mem_cgroup_css_offline. */
final class DyingMemcg {
    private final Kernel kernel;
    private final FolioTable folios;

    DyingMemcg(Kernel kernel) {
        this.kernel = kernel;
        this.folios = kernel.memory.folios();
    }

    void remove(Actor actor, Memcg memcg) {
        kernel.batches.drainAll(actor);
        kernel.charge.drainStocks(memcg);
        kernel.multigen.offline(memcg);
        Memcg parent = memcg.parent();
        // while others look for the lists of a page, it stays with its group, as in the kernels before
        if (kernel.rules.reparents() && parent != null && !kernel.locks.real()) {
            reparent(actor, memcg, parent);
        }
        kernel.memcgs.remove(memcg);
    }

    /** Kernel: memcg_reparent_objcgs, lruvec_reparent_lru. */
    private void reparent(Actor actor, Memcg memcg, Memcg parent) {
        long pages = 0;
        for (Node n : kernel.memory.nodes()) {
            Lruvec from = kernel.lruvecs.of(memcg, n.id());
            Lruvec to = kernel.lruvecs.of(parent, n.id());
            pages += from.reclaimable() + from.size(Lruvec.UNEVICTABLE);
            kernel.multigen.reparent(actor, from, to, kernel.config.swappiness);
            to.lock.lock(actor);
            from.lock.lock(actor);
            kernel.twolist.reparent(from, to);
            moveUnevictable(from, to);
            from.lock.unlock(actor);
            to.lock.unlock(actor);
        }
        memcg.giveStatesToParent();
        kernel.charge.giveToParent(memcg, pages);
    }

    private void moveUnevictable(Lruvec from, Lruvec to) {
        int head = from.unevictable;
        for (int folio = folios.next(head); folio != head; folio = folios.next(folio)) {
            folios.setMemcg(folio, to.memcg.id());
            long flags = folios.flags(folio);
            from.addSize(Lruvec.UNEVICTABLE, FolioFlags.zone(flags), -FolioFlags.pages(flags));
            to.addSize(Lruvec.UNEVICTABLE, FolioFlags.zone(flags), FolioFlags.pages(flags));
        }
        folios.listSpliceTail(head, to.unevictable);
    }
}
