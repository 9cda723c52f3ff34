package org.multigen.walk;

import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.AddressSpace;
import org.multigen.base.Actor;
import org.multigen.rules.KernelRules;

/**
 * Scans the address spaces of one memcg for accesses to pages of one node, pass by pass, chunk by chunk. It makes no generation
 * and leaves ageing's cursor, usage hints, filters and upper accessed bits alone. Owned by its scanner. Kernel: lru_gen_scan as
 * proposed.
 */
public final class GroupScan {
    /** Passes in which every table is looked at once, learned or not. */
    public static final int SWEEP_PASSES = 4;

    private static final int MOST_TRIES = 8;
    private static final long RETRY_NS = 1_000_000;

    private final ScanVariant variant;
    private final ScanStats stats;
    private final MmIteration iteration;
    private final ScanCursor cursor;
    private final ScanWalk walker;
    private final RfcWalk proposed;
    private final int sweepPasses;
    private final boolean learns;
    private final MmIteration.Step step = new MmIteration.Step();
    private MmWalk walk;
    private boolean nonLeaf;
    /** Every address space of the first pass that misses none is looked at whole; later those that are new. */
    private boolean first = true;

    private boolean missedOne;
    /** Number of the newest address space that a pass has seen. */
    private int newest;

    private int newestSeen;
    private long passes;
    private long startSeq;
    private int tries;
    private @Nullable AddressSpace mm;
    private boolean running;

    /**
     * @param iteration ageing's, which the proposals use
     * @param sweepPasses passes in which every table is looked at once, learned or not
     */
    public GroupScan(
            ScanVariant variant,
            KernelRules rules,
            WalkSettings settings,
            YoungFrames sink,
            MmIteration iteration,
            ScanStats stats,
            int sweepPasses) {
        this.variant = variant;
        this.stats = stats;
        this.iteration = iteration;
        this.sweepPasses = sweepPasses;
        this.cursor = new ScanCursor(iteration.list(), iteration.node());
        learns = variant == ScanVariant.MULTIGEN && settings.filter().on();
        BloomFilter own = learns ? new BloomFilter(settings.filter()) : null;
        this.walker = new ScanWalk(rules, settings, sink, own, stats);
        this.proposed = new RfcWalk(variant == ScanVariant.RFC_V1, rules, settings, sink, stats);
        this.walk = new MmWalk(0);
    }

    private boolean proposal() {
        return variant == ScanVariant.RFC_V1 || variant == ScanVariant.RFC_V2;
    }

    /** A pass is under way. */
    public boolean running() {
        return running;
    }

    /**
     * Starts a pass.
     *
     * @param state what is looked for, with the youngest generation; kept until the pass is over
     * @param nonLeafBits accessed bits of upper levels may be used
     */
    public void start(Actor actor, MmWalk state, boolean nonLeafBits) {
        walk = state;
        nonLeaf = nonLeafBits;
        running = true;
        mm = null;
        startSeq = state.seq;
        state.repeats = proposal();
        if (!proposal()) {
            cursor.rewind(actor);
            walker.startPass(passes, sweepPasses);
            missedOne = false;
        }
    }

    /**
     * Walks on until the buffer is full, a chunk is over or the pass is; then flushes.
     *
     * @param youngest the youngest generation now
     * @return false if the pass is over
     */
    public boolean chunk(Actor actor, AccessedFrames out, long youngest) {
        if (proposal()) {
            chunkAsProposed(actor, out);
        } else {
            chunkOfOwn(actor, out);
        }
        out.flush(actor);
        actor.yieldPoint();
        if (!running) {
            stats.passes++;
            stats.aged += youngest != startSeq ? 1 : 0;
            passes++;
        }
        return running;
    }

    private void chunkOfOwn(Actor actor, AccessedFrames out) {
        AddressSpace space = mm;
        if (space == null || cursor.gone()) {
            space = cursor.next(actor, first || !learns);
            mm = space;
            if (space == null) {
                running = false;
                first &= missedOne;
                newest = Math.max(newest, newestSeen);
                return;
            }
            stats.spaces++;
            newestSeen = Math.max(newestSeen, space.id);
            walker.startSpace(first || space.id > newest);
            tries = 0;
        }
        switch (walker.chunk(actor, space, walk, out)) {
            case DONE -> mm = null;
            case FULL, MORE -> tries = 0;
            case CONTENDED -> {
                actor.sleep(RETRY_NS);
                if (++tries == MOST_TRIES) {
                    stats.contended++;
                    cursor.missed(space);
                    missedOne = true;
                    mm = null;
                }
            }
        }
    }

    private void chunkAsProposed(Actor actor, AccessedFrames out) {
        AddressSpace space = mm;
        if (space == null) {
            iteration.next(actor, walk, null, step);
            space = step.mm;
        }
        if (space == null) {
            running = false;
            return;
        }
        if (mm == null) {
            stats.spaces++;
            proposed.startSpace(walk);
            mm = space;
        }
        RfcWalk.End end = proposed.chunk(actor, space, walk, iteration.filter(), nonLeaf, out);
        if (end != RfcWalk.End.AGAIN) {
            iteration.next(actor, walk, space, step);
            mm = step.mm;
            if (mm == null) {
                running = false;
            } else {
                stats.spaces++;
                proposed.startSpace(walk);
            }
        }
    }
}
