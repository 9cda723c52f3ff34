package org.multigen.lru.multigen;

import org.multigen.base.Actor;
import org.multigen.lru.Lruvec;
import org.multigen.lru.LruvecTable;
import org.multigen.rules.KernelRules;
import org.multigen.walk.AccessedFrames;
import org.multigen.walk.GroupScan;
import org.multigen.walk.MmWalk;
import org.multigen.walk.ScanStats;
import org.multigen.walk.ScanVariant;
import org.multigen.walk.WalkSettings;

/**
 * Scans lruvecs for accesses without making generations. What is found young is promoted in its own lruvec, so that ageing does
 * not miss it. One lruvec at a time; owned by its scanner. Kernel: lru_gen_scan as proposed.
 */
public final class LruScan {
    private static final int BOTH_TYPES = 200;

    private final ScanVariant variant;
    private final KernelRules rules;
    private final WalkSettings settings;
    private final WalkBatches batches;
    private final LruvecTable<Generations> generations;
    private final Switches switches;
    private final int sweepPasses;
    private final ScanStats stats = new ScanStats();
    private final java.util.Map<Integer, GroupScan> scans = new java.util.HashMap<>();
    private MmWalk walk = new MmWalk(0);
    private @org.jspecify.annotations.Nullable GroupScan current;

    LruScan(
            ScanVariant variant,
            KernelRules rules,
            WalkSettings settings,
            WalkBatches batches,
            LruvecTable<Generations> generations,
            Switches switches,
            int sweepPasses) {
        this.variant = variant;
        this.rules = rules;
        this.settings = settings;
        this.batches = batches;
        this.generations = generations;
        this.switches = switches;
        this.sweepPasses = sweepPasses;
    }

    /** The switches let page tables be walked for the multi-gen LRU. */
    public boolean possible() {
        return switches.core() && switches.walks();
    }

    public ScanStats stats() {
        return stats;
    }

    /** A pass over a node's lruvecs begins: the proposals keep the walk's state from one to the next. */
    public void startNode() {
        walk = new MmWalk(0);
    }

    /**
     * Starts to scan a lruvec.
     *
     * @param seq its youngest generation, or an older one, to which the proposals hold
     */
    public void start(Actor actor, Lruvec lruvec, long seq) {
        Generations g = generations.get(lruvec);
        boolean keeps = variant == ScanVariant.RFC_V1 || variant == ScanVariant.RFC_V2;
        MmWalk state = new MmWalk(g.slots());
        state.forceScan = keeps && walk.forceScan;
        walk = state;
        state.lruvec = lruvec.id;
        state.node = lruvec.node.id();
        state.memcg = lruvec.memcg.id();
        state.seq = seq;
        state.swappiness = BOTH_TYPES;
        GroupScan scan = scans.computeIfAbsent(
                lruvec.id, id -> new GroupScan(variant, rules, settings, batches, g.iteration, stats, sweepPasses));
        scan.start(actor, state, switches.nonLeaf());
        current = scan;
    }

    /** One chunk; false if the lruvec is done. */
    public boolean chunk(Actor actor, AccessedFrames out) {
        GroupScan scan = current;
        if (scan == null) {
            return false;
        }
        boolean more = scan.chunk(actor, out, generations.get(walk.lruvec).maxSeq());
        if (!more) {
            current = null;
        }
        return more;
    }
}
