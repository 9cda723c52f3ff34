package org.multigen.tier;

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
public final class Promoter implements Tiering.Daemon {
    /** Which daemon. */
    public enum Kind {
        /** One per lower-tier node. Kernel: kmigrated of pghot. */
        KMIGRATED,
        /** One per top-tier node. Kernel: kpromoted as proposed. */
        KPROMOTED
    }

    private static final long SLEEP_NS = 100_000_000L;
    private static final long RETRY_NS = 1_000_000L;
    private static final int MIGRATE_BATCH = 512;
    private static final int PROMOTE_BATCH = 1024;

    private final Actor actor;
    private final Kind kind;
    private final List<Node> from;
    private final FolioTable folios;
    private final HotPageTracker tracker;
    private final TopTier topTier;
    private final List<PromotionLimit> limits;
    private final long hysteresisNs;
    private final int[] batch;
    private final int[] targets;
    private int count;
    /** Pages of the batch. */
    private int waiting;

    private boolean stop;
    /** The target was full: its page-out daemon makes room now. */
    private boolean gaveWay;

    private long nextNs;

    /**
     * @param from the nodes whose pages it promotes
     * @param limits by target
     * @param hysteresisNs pages demoted less than so long ago stay
     */
    Promoter(
            Actor actor,
            Kind kind,
            List<Node> from,
            FolioTable folios,
            HotPageTracker tracker,
            TopTier topTier,
            List<PromotionLimit> limits,
            long hysteresisNs) {
        this.actor = actor;
        this.kind = kind;
        this.from = from;
        this.folios = folios;
        this.tracker = tracker;
        this.topTier = topTier;
        this.limits = limits;
        this.hysteresisNs = hysteresisNs;
        this.batch = new int[kind == Kind.KMIGRATED ? MIGRATE_BATCH : PROMOTE_BATCH];
        this.targets = new int[batch.length];
    }

    @Override
    public Actor actor() {
        return actor;
    }

    @Override
    public long nextNs() {
        return nextNs;
    }

    /** Promotes what is ready, then sleeps. */
    @Override
    public void step() {
        actor.advanceTo(nextNs);
        stop = false;
        gaveWay = false;
        if (kind == Kind.KMIGRATED) {
            take(0);
        } else {
            for (int f = tracker.settings().most(); f >= tracker.settings().threshold() && !stop; f--) {
                take(f);
            }
        }
        nextNs = actor.clockNs() + (gaveWay ? RETRY_NS : SLEEP_NS);
    }

    /** Takes the hot pages of one frequency, or of any if it is 0. */
    private void take(int wanted) {
        for (Node n : from) {
            if (!stop && tracker.anyReady(n)) {
                tracker.takeReady(
                        actor,
                        n,
                        (frame, frequency, lastNs, target) -> wanted != 0 && frequency != wanted
                                ? HotPageTracker.Answer.SKIP
                                : offered(frame, lastNs, target));
                flush();
            }
        }
    }

    private HotPageTracker.Answer offered(int frame, long lastNs, int target) {
        long now = actor.clockNs();
        long flags = folios.flags(frame);
        if ((flags & (FolioFlags.FREE | FolioFlags.TAIL)) != 0 || !topTier.movable(frame, null)) {
            return HotPageTracker.Answer.TAKE; // somebody else's by now, or not to be moved
        }
        PromotionLimit limit = limits.get(target);
        boolean ample = topTier.ampleRoom(target);
        if (ample) {
            limit.relax();
        } else if (now - lastNs > limit.thresholdNs(now)) {
            return HotPageTracker.Answer.TAKE; // hot once, but not any more
        }
        if (topTier.demotedWithin(frame, now, hysteresisNs)) {
            actor.count(VmEvent.PGPROMOTE_HELD, 1);
            return HotPageTracker.Answer.TAKE;
        }
        if (count == batch.length || (count > 0 && !alike(frame, target))) {
            flush();
        }
        int pages = FolioFlags.pages(flags);
        if (topTier.full(actor, target, waiting + pages)) {
            gaveWay = true;
            stop = true;
            return HotPageTracker.Answer.STOP;
        }
        if (!ample && limit.exceeded(actor, pages)) {
            actor.count(VmEvent.PGPROMOTE_LIMITED, 1);
            stop = true;
            return HotPageTracker.Answer.STOP;
        }
        waiting += pages;
        batch[count] = frame;
        targets[count++] = target;
        return HotPageTracker.Answer.TAKE;
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
        for (int i = 0; i < count; i++) {
            topTier.promote(actor, batch[i], targets[i], Cost.MIGRATE);
        }
        actor.charge(Cost.TLB_FLUSH);
        count = 0;
        waiting = 0;
        actor.yieldPoint();
    }
}
