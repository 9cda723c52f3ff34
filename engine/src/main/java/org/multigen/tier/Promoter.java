package org.multigen.tier;

import java.util.Arrays;
import java.util.List;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.VmEvent;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.Node;

/**
 * The daemon that moves hot pages to the top tier. Of a lower node it goes through the hot sections in the order of frames
 * (kmigrated); of a top-tier node it takes the hottest of all lower nodes first (kpromoted). It stops when the limit of its
 * target is used up or the target is full, leaving the rest ready for later. Owned by its actor.
 */
public final class Promoter {
    /** Which daemon. */
    public enum Kind {
        /** One per lower-tier node. Kernel: kmigrated of pghot. */
        KMIGRATED,
        /** One per top-tier node. Kernel: kpromoted as proposed. */
        KPROMOTED
    }

    private static final long SLEEP_NS = 100_000_000L;
    private static final int MIGRATE_BATCH = 512;
    private static final int PROMOTE_BATCH = 1024;

    private final Actor actor;
    private final Kind kind;
    private final List<Node> from;
    private final FolioTable folios;
    private final HotPageTracker tracker;
    private final TopTier topTier;
    private final PromotionLimit limit;
    private final long hysteresisNs;
    private final int[] batch;
    private final int[] targets;
    private final long[] order;
    private int count;
    private boolean stop;
    private long nextNs;

    /**
     * @param from the nodes whose pages it promotes
     * @param hysteresisNs pages demoted less than so long ago stay
     */
    Promoter(
            Actor actor,
            Kind kind,
            List<Node> from,
            FolioTable folios,
            HotPageTracker tracker,
            TopTier topTier,
            PromotionLimit limit,
            long hysteresisNs) {
        this.actor = actor;
        this.kind = kind;
        this.from = from;
        this.folios = folios;
        this.tracker = tracker;
        this.topTier = topTier;
        this.limit = limit;
        this.hysteresisNs = hysteresisNs;
        this.batch = new int[kind == Kind.KMIGRATED ? MIGRATE_BATCH : PROMOTE_BATCH * 16];
        this.targets = new int[batch.length];
        this.order = new long[batch.length];
    }

    public Actor actor() {
        return actor;
    }

    long nextNs() {
        return nextNs;
    }

    /** Promotes what is ready, then sleeps. */
    void step() {
        actor.advanceTo(nextNs);
        stop = false;
        for (Node n : from) {
            if (!stop && tracker.anyReady(n)) {
                count = 0;
                tracker.takeReady(actor, n, this::offered);
                flush();
            }
        }
        nextNs = actor.clockNs() + SLEEP_NS;
    }

    private boolean offered(int frame, int frequency, long lastNs, int target) {
        if (stop) {
            return false;
        }
        long now = actor.clockNs();
        if (!topTier.ampleRoom(target) && now - lastNs > limit.thresholdNs(now)) {
            return true; // hot once, but not any more
        }
        if (topTier.demotedWithin(frame, now, hysteresisNs)) {
            actor.count(VmEvent.PGPROMOTE_HELD, 1);
            return true;
        }
        if (kind == Kind.KMIGRATED && count > 0 && !alike(frame, target)) {
            flush();
        }
        if (stop) {
            return false;
        }
        order[count] = (long) (7 - frequency) << 32 | count;
        batch[count] = frame;
        targets[count] = target;
        if (++count == batch.length) {
            flush();
        }
        return true;
    }

    /** Same target and same group as the batch: they are moved together. */
    private boolean alike(int frame, int target) {
        int last = batch[count - 1];
        return targets[count - 1] == target
                && FolioFlags.memcg(folios.flags(frame)) == FolioFlags.memcg(folios.flags(last));
    }

    private void flush() {
        if (count == 0) {
            return;
        }
        if (kind == Kind.KPROMOTED) {
            Arrays.sort(order, 0, count);
        }
        for (int i = 0; i < count; i++) {
            int k = (int) order[i];
            promote(batch[k], targets[k]);
        }
        actor.charge(Cost.TLB_FLUSH);
        count = 0;
        actor.yieldPoint();
    }

    private void promote(int frame, int target) {
        long flags = folios.flags(frame);
        if ((flags & (FolioFlags.FREE | FolioFlags.TAIL)) != 0 || !topTier.movable(frame, null)) {
            return;
        }
        boolean ample = topTier.ampleRoom(target);
        if (ample) {
            limit.relax();
        }
        if (stop || (!ample && limit.exceeded(actor, FolioFlags.pages(flags)))) {
            stop = true;
            actor.count(VmEvent.PGPROMOTE_LIMITED, 1);
            return;
        }
        if (topTier.full(actor, target, FolioFlags.pages(flags))) {
            stop = true;
            return;
        }
        topTier.promote(actor, frame, target, Cost.MIGRATE);
    }
}
