package org.multigen.reclaim;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Actor;
import org.multigen.base.VmEvent;
import org.multigen.lru.Lruvec;
import org.multigen.lru.Lruvecs;
import org.multigen.lru.ReclaimRequest;
import org.multigen.lru.ReclaimTrace;
import org.multigen.lru.TracePoint;
import org.multigen.lru.multigen.MultiGenLru;
import org.multigen.lru.twolist.TwoListLru;
import org.multigen.memcg.Memcg;
import org.multigen.memcg.MemcgTree;
import org.multigen.memcg.Protection;
import org.multigen.memory.Node;
import org.multigen.memory.PhysicalMemory;
import org.multigen.rules.KernelRules;

/**
 * Reclaim from nodes and groups at rising pressure. Kernel: mm/vmscan.c do_try_to_free_pages, shrink_node, shrink_node_memcgs.
 *
 * <p>A request belongs to its actor; the saved positions in the tree are shared by all that reclaim below the same group.
 */
public final class Reclaimer {
    private static final int SWAP_CLUSTER = 32;

    private final PhysicalMemory memory;
    private final MemcgTree memcgs;
    private final Lruvecs lruvecs;
    private final KernelRules rules;
    private final MultiGenLru multigen;
    private final TwoListLru twolist;
    private final TracePoint trace;
    /** Where a partial walk below a group left off, per node. Kernel: mem_cgroup_reclaim_iter. */
    private final Map<String, Memcg> positions = new ConcurrentHashMap<>();

    public Reclaimer(
            PhysicalMemory memory,
            MemcgTree memcgs,
            Lruvecs lruvecs,
            KernelRules rules,
            MultiGenLru multigen,
            TwoListLru twolist,
            TracePoint trace) {
        this.memory = memory;
        this.memcgs = memcgs;
        this.lruvecs = lruvecs;
        this.rules = rules;
        this.multigen = multigen;
        this.twolist = twolist;
        this.trace = trace;
    }

    /**
     * Reclaims from a group and everything below. Kernel: try_to_free_mem_cgroup_pages.
     *
     * @return pages reclaimed; may exceed the goal
     */
    public long reclaimMemcg(Actor actor, Memcg target, long pages, boolean proactive, int swappiness) {
        ReclaimRequest request = new ReclaimRequest(target, Math.max(pages, SWAP_CLUSTER));
        request.proactive = proactive;
        request.swappiness = swappiness;
        return tryToFree(actor, request, memory.nodes());
    }

    /** Direct reclaim for an allocation; nodes in the order of the zone list. Kernel: try_to_free_pages. */
    public long reclaimDirect(Actor actor, List<Node> nodes, int order) {
        ReclaimRequest request = new ReclaimRequest(null, SWAP_CLUSTER);
        request.order = order;
        actor.count(VmEvent.ALLOCSTALL, 1);
        return tryToFree(actor, request, nodes);
    }

    private long tryToFree(Actor actor, ReclaimRequest request, List<Node> nodes) {
        boolean outer = !actor.memalloc;
        actor.memalloc = true;
        boolean inFault = actor.inLruFault;
        actor.enterReclaim();
        actor.tick();
        long before = actor.clockNs();
        ReclaimTrace listener = trace.listener();
        if (listener != null) {
            listener.begin(request.target);
        }
        try {
            return tryToFreeLoop(actor, request, nodes);
        } finally {
            if (listener != null) {
                listener.end(request.reclaimed);
            }
            actor.leaveReclaim();
            actor.tick();
            actor.addStall(actor.clockNs() - before);
            actor.inLruFault = inFault;
            if (outer) {
                actor.memalloc = false;
            }
        }
    }

    /** Kernel: do_try_to_free_pages. */
    private long tryToFreeLoop(Actor actor, ReclaimRequest request, List<Node> nodes) {
        while (true) {
            for (request.priority = ReclaimRequest.DEFAULT_PRIORITY; request.priority >= 0; request.priority--) {
                request.scanned = 0;
                for (Node n : nodes) {
                    shrinkNode(actor, n, request);
                }
                if (request.reclaimed >= request.goal) {
                    break;
                }
            }
            for (Node n : nodes) {
                twolist.snapshotRefaults(request.target, n);
            }
            if (request.reclaimed > 0) {
                return request.reclaimed;
            }
            if (rules.partialTreeWalk() && !request.memcgFullWalk) {
                request.memcgFullWalk = true;
            } else if (request.skippedDeactivate) {
                request.forceDeactivate = true;
                request.skippedDeactivate = false;
            } else if (request.memcgLowSkipped) {
                request.forceDeactivate = false;
                request.memcgLowReclaim = true;
                request.memcgLowSkipped = false;
            } else {
                return 0;
            }
        }
    }

    /** One pass over a node. Kernel: shrink_node. */
    void shrinkNode(Actor actor, Node node, ReclaimRequest request) {
        request.clearNodeCounts();
        if (multigen.enabled() && request.rootReclaim() && !takesFromBoth()) {
            shrinkNodeGenerations(actor, node, request);
            return;
        }
        twolist.prepare(actor, node, request);
        shrinkTree(actor, node, request);
    }

    /** Kernel: lru_gen_shrink_node, set_initial_priority. */
    private void shrinkNodeGenerations(Actor actor, Node node, ReclaimRequest request) {
        if (rules.initialPriority() && request.priority == ReclaimRequest.DEFAULT_PRIORITY && request.goal >= 64) {
            request.priority = initialPriority(node, request);
        }
        multigen.shrinkNode(actor, node.id(), request, (a, memcg, n, r) -> {});
    }

    /** Pages are moving between the two LRUs, and this kernel does not wait for it. */
    private boolean takesFromBoth() {
        return rules.bothWhileSwitching() && multigen.switching();
    }

    private int initialPriority(Node node, ReclaimRequest request) {
        long pages = 0;
        for (Lruvec l : lruvecs.onNode(node.id())) {
            pages += l.size(Lruvec.INACTIVE_FILE);
            if (request.maySwap) {
                pages += l.size(Lruvec.INACTIVE_ANON);
            }
        }
        int log = 64 - Long.numberOfLeadingZeros(pages) - 1 - (64 - Long.numberOfLeadingZeros(request.goal - 1));
        return Math.clamp(log, ReclaimRequest.DEFAULT_PRIORITY / 2, ReclaimRequest.DEFAULT_PRIORITY);
    }

    /** Kernel: shrink_node_memcgs. */
    private void shrinkTree(Actor actor, Node node, ReclaimRequest request) {
        Memcg top = request.target == null ? memcgs.root() : request.target;
        boolean partial = rules.partialTreeWalk() && !request.kswapd && !request.memcgFullWalk;
        List<Memcg> groups = memcgs.subtree(top);
        int first = partial ? startOf(groups, top, node) : 0;
        for (int i = first; i < groups.size(); i++) {
            Memcg memcg = groups.get(i);
            Protection.calculate(request.target, memcg, false);
            if (spared(memcg, request)) {
                continue;
            }
            Lruvec lruvec = lruvecs.of(memcg, node.id());
            if (multigen.enabled() || takesFromBoth()) {
                multigen.shrink(actor, lruvec, request);
            }
            if (!multigen.enabled() || takesFromBoth()) {
                twolist.shrink(actor, lruvec, request);
            }
            if (partial && request.reclaimed >= request.goal) {
                positions.put(top.path() + '@' + node.id(), memcg);
                return;
            }
        }
        if (partial) {
            positions.remove(top.path() + '@' + node.id());
        }
    }

    /** Behind the group that satisfied the last request; the walk ends with the tree all the same. */
    private int startOf(List<Memcg> groups, Memcg top, Node node) {
        @Nullable Memcg last = positions.get(top.path() + '@' + node.id());
        int i = last == null ? -1 : groups.indexOf(last);
        return (i + 1) % groups.size();
    }

    private static boolean spared(Memcg memcg, ReclaimRequest request) {
        if (Protection.belowMin(request.target, memcg)) {
            return true;
        }
        if (Protection.belowLow(request.target, memcg)) {
            if (!request.memcgLowReclaim) {
                request.memcgLowSkipped = true;
                return true;
            }
            memcg.event(Memcg.Event.LOW);
        }
        return false;
    }
}
