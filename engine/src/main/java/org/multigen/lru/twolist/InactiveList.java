package org.multigen.lru.twolist;

import org.multigen.base.Actor;
import org.multigen.base.VmEvent;
import org.multigen.lru.FolioBatches;
import org.multigen.lru.FolioShrinker;
import org.multigen.lru.Lruvec;
import org.multigen.lru.ReclaimRequest;
import org.multigen.lru.ReclaimTrace;
import org.multigen.lru.ShrinkResult;
import org.multigen.lru.TracePoint;
import org.multigen.memory.FolioTable;

/** Hands pages from the old end of an inactive list to reclaim and puts the survivors back. Kernel: shrink_inactive_list. */
final class InactiveList {
    private static final long THROTTLE_NS = 20_000_000;
    private static final int SWAP_CLUSTER = 32;

    private final FolioTable folios;
    private final FolioBatches batches;
    private final FolioShrinker shrinker;
    private final Isolation isolation;
    private final LruCost costs;
    private final Surroundings surroundings;
    private final TracePoint trace;

    InactiveList(
            FolioTable folios,
            FolioBatches batches,
            FolioShrinker shrinker,
            Isolation isolation,
            LruCost costs,
            Surroundings surroundings,
            TracePoint trace) {
        this.folios = folios;
        this.batches = batches;
        this.shrinker = shrinker;
        this.isolation = isolation;
        this.costs = costs;
        this.surroundings = surroundings;
        this.trace = trace;
    }

    /**
     * Looks at up to {@code limit} pages of a type.
     *
     * @param node the lists of the whole node
     * @return pages freed
     */
    long shrink(Round r, TwoLists node, int type, int limit) {
        Actor actor = r.actor;
        Lruvec lruvec = r.lists.lruvec;
        ReclaimRequest request = r.request;
        if (tooManyIsolated(node, type, request)) {
            actor.sleep(THROTTLE_NS);
            if (actor.killed) {
                return SWAP_CLUSTER;
            }
            if (tooManyIsolated(node, type, request)) {
                return 0;
            }
        }
        int list = folios.newListHead();
        batches.drain(actor);
        lruvec.lock.lock(actor);
        isolation.take(r, TwoLists.listOf(type, false), limit, list);
        lruvec.lock.unlock(actor);
        countScan(r, type);
        ReclaimTrace listener = trace.listener();
        if (listener != null) {
            listener.isolate(type == TwoLists.FILE, (int) r.looked, (int) r.taken);
        }
        long freed = r.taken == 0 ? 0 : reclaim(r, type, list);
        folios.freeListHead(list);
        return freed;
    }

    private long reclaim(Round r, int type, int list) {
        Actor actor = r.actor;
        Lruvec lruvec = r.lists.lruvec;
        ShrinkResult result = r.result;
        result.clear();
        shrinker.shrink(actor, list, lruvec.node, r.request, result, false);

        lruvec.lock.lock(actor);
        isolation.putBack(r, list);
        r.lists.addIsolated(type, -r.taken);
        lruvec.lock.unlock(actor);
        countSteal(r, type);
        costs.note(actor, r.lists, type, result.pageout, r.looked - result.reclaimed);
        if (result.unqueuedDirty == r.taken) {
            surroundings.wakeFlushers(actor);
        }
        addStatistics(r, type);
        ReclaimTrace listener = trace.listener();
        if (listener != null) {
            long activated = result.activatedAnon + result.activatedFile;
            listener.shrink(result.reclaimed, (int) r.looked, activated, result.referencedKept, r.request.priority);
        }
        return result.reclaimed;
    }

    /** Reclaimers hold more than they leave to others. kswapd never waits for them. Kernel: too_many_isolated. */
    private static boolean tooManyIsolated(TwoLists node, int type, ReclaimRequest request) {
        return !request.kswapd && node.isolated(type) > node.sizeNow(TwoLists.listOf(type, false)) >> 3;
    }

    private static void countScan(Round r, int type) {
        VmEvent by = r.request.scanEvent();
        if (!r.request.memcgReclaim()) {
            r.actor.count(by, r.looked);
        }
        r.lists.lruvec.memcg.count(by, r.looked);
        r.actor.count(type == TwoLists.ANON ? VmEvent.PGSCAN_ANON : VmEvent.PGSCAN_FILE, r.looked);
    }

    private static void countSteal(Round r, int type) {
        VmEvent by = r.request.stealEvent();
        long freed = r.result.reclaimed;
        if (!r.request.memcgReclaim()) {
            r.actor.count(by, freed);
        }
        r.lists.lruvec.memcg.count(by, freed);
        r.actor.count(type == TwoLists.ANON ? VmEvent.PGSTEAL_ANON : VmEvent.PGSTEAL_FILE, freed);
    }

    private static void addStatistics(Round r, int type) {
        ReclaimRequest request = r.request;
        request.dirtyPages += r.result.dirty;
        request.unqueuedDirty += r.result.unqueuedDirty;
        request.congested += r.result.congested;
        request.writeback += r.result.writeback;
        request.immediate += r.result.immediate;
        request.taken += r.taken;
        if (type == TwoLists.FILE) {
            request.fileTaken += r.taken;
        }
    }
}
