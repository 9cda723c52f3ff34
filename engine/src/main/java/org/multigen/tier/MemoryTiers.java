package org.multigen.tier;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.multigen.base.Rng;
import org.multigen.lru.ReclaimRequest;
import org.multigen.memcg.Memcg;
import org.multigen.memory.Medium;
import org.multigen.memory.Node;
import org.multigen.memory.PhysicalMemory;
import org.multigen.rules.KernelRules;

/**
 * Which nodes are fast and which slow, where pages go from each when they are demoted, and whether they may. Kernel:
 * mm/memory-tiers.c.
 *
 * <p>The order of nodes never changes; the two switches are written by system calls and read anywhere.
 */
public final class MemoryTiers {
    /** Of numa_balancing: pages of lower tiers are made to fault, so that hot ones can be promoted. */
    public static final int MODE_TIERING = 2;

    private final KernelRules rules;
    private final List<Node> nodes;
    private final int slowestTop;
    private final List<List<Node>> nearest = new ArrayList<>();
    private final List<List<Node>> below = new ArrayList<>();
    private final Rng rng;
    private volatile boolean demotion;
    private volatile int balancing;
    private volatile boolean daemons;

    /**
     * @param seed decides between targets that are equally near
     */
    public MemoryTiers(PhysicalMemory memory, KernelRules rules, long seed) {
        this.rules = rules;
        this.nodes = memory.nodes();
        this.rng = new Rng(seed);
        this.slowestTop = nodes.stream()
                .filter(Node::cpus)
                .mapToInt(n -> n.medium().tier())
                .max()
                .orElse(Medium.DRAM.tier());
        for (Node from : nodes) {
            List<Node> slower = nodes.stream()
                    .filter(n -> n.medium().tier() > from.medium().tier())
                    .sorted(Comparator.comparingInt((Node n) -> n.medium().tier())
                            .thenComparingInt(n -> n.medium().distance())
                            .thenComparingInt(Node::id))
                    .toList();
            below.add(slower);
            nearest.add(slower.stream()
                    .filter(n -> n.medium().tier() == slower.get(0).medium().tier()
                            && n.medium().distance() == slower.get(0).medium().distance())
                    .toList());
        }
    }

    /** A tier that is not slower than the slowest one with CPUs. Kernel: node_is_toptier. */
    public boolean top(int node) {
        return nodes.get(node).medium().tier() <= slowestTop;
    }

    /** Nodes that are not top-tier, in order of their numbers. */
    public List<Node> lower() {
        return nodes.stream().filter(n -> !top(n.id())).toList();
    }

    /** The nearest nodes of the next slower tier; empty for the slowest. */
    public List<Node> nearestBelow(int node) {
        return nearest.get(node);
    }

    /** Pages may be demoted instead of reclaimed. Kernel: numa_demotion_enabled. */
    public boolean demotion() {
        return demotion;
    }

    public void setDemotion(boolean on) {
        demotion = on;
    }

    /** Bits of kernel.numa_balancing. */
    public int balancing() {
        return balancing;
    }

    public void setBalancing(int mode) {
        balancing = mode;
    }

    /** NUMA balancing promotes from lower tiers. */
    public boolean tieringMode() {
        return (balancing & MODE_TIERING) != 0;
    }

    /** Somebody promotes from lower tiers: kswapd of the top tier keeps room for it. */
    public boolean promotes() {
        return daemons || tieringMode();
    }

    /** Daemons that promote have been started. */
    void setDaemons() {
        daemons = true;
    }

    /** Kernel: can_demote. */
    public boolean canDemote(int node, ReclaimRequest request, Memcg memcg) {
        return demotion
                && !request.noDemotion
                && (rules.demotionAsksCpuset() ? allowed(below.get(node), memcg) : below.get(node)).size() > 0;
    }

    private static List<Node> allowed(List<Node> from, Memcg memcg) {
        long mask = memcg.allowedNodes();
        return mask == Memcg.ALL_NODES
                ? from
                : from.stream().filter(n -> (mask >>> n.id() & 1) != 0).toList();
    }

    /**
     * Where a batch of a node's pages goes: first the target alone, then the others that may take what it cannot.
     *
     * @param target one node, or none if there is no allowed one
     */
    record Targets(List<Node> target, List<Node> others) {}

    /** Kernel: demote_folio_list, next_demotion_node. */
    Targets targets(int node, Memcg memcg) {
        List<Node> mayGo = rules.demotionAsksCpuset() ? allowed(below.get(node), memcg) : below.get(node);
        if (mayGo.isEmpty()) {
            return new Targets(List.of(), List.of());
        }
        List<Node> best = rules.demotionPrefersAllowed() ? allowed(nearest.get(node), memcg) : nearest.get(node);
        Node target;
        if (best.isEmpty()) {
            target = mayGo.get(0);
        } else {
            target = oneOf(best);
            if (!mayGo.contains(target)) {
                target = oneOf(mayGo);
            }
        }
        Node first = target;
        return new Targets(
                List.of(first), mayGo.stream().filter(n -> n != first).toList());
    }

    private synchronized Node oneOf(List<Node> among) {
        return among.get(among.size() == 1 ? 0 : (int) rng.below(among.size()));
    }
}
