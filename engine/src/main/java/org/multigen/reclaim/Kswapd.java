package org.multigen.reclaim;

import java.util.Arrays;
import org.multigen.base.Actor;
import org.multigen.base.Arrival;
import org.multigen.base.Cost;
import org.multigen.base.Locks;
import org.multigen.base.VmEvent;
import org.multigen.lru.ReclaimRequest;
import org.multigen.lru.multigen.MultiGenLru;
import org.multigen.lru.twolist.TwoListLru;
import org.multigen.memory.Node;
import org.multigen.memory.Zone;
import org.multigen.rules.KernelRules;
import org.multigen.tier.MemoryTiers;

/** The page-out daemon of one node. Kernel: mm/vmscan.c kswapd, balance_pgdat. */
public final class Kswapd {
    /** What kswapd asks of the OOM killer when nothing may be reclaimed within the time to live. */
    public interface Thrash {
        void kill(Actor actor);

        long minTtlNs();
    }

    private static final int MAX_FAILURES = 16;
    private static final int SWAP_CLUSTER = 32;
    private static final int BOOST_PRIORITY = ReclaimRequest.DEFAULT_PRIORITY - 2;

    private final Node node;
    private final Actor actor;
    private final KernelRules rules;
    private final Reclaimer reclaimer;
    private final MultiGenLru multigen;
    private final TwoListLru twolist;
    private final MemoryTiers tiers;
    private final Thrash thrash;
    private volatile boolean awake;
    private volatile int failures;
    private final Arrival woken;

    public Kswapd(
            Node node,
            Actor actor,
            KernelRules rules,
            Reclaimer reclaimer,
            MultiGenLru multigen,
            TwoListLru twolist,
            MemoryTiers tiers,
            Thrash thrash,
            Locks locks) {
        this.woken = new Arrival(locks);
        this.node = node;
        this.actor = actor;
        this.rules = rules;
        this.reclaimer = reclaimer;
        this.multigen = multigen;
        this.twolist = twolist;
        this.tiers = tiers;
        this.thrash = thrash;
        actor.kswapd = true;
        actor.memalloc = true;
    }

    public Actor actor() {
        return actor;
    }

    public Node node() {
        return node;
    }

    /** True while it has work to do. */
    public boolean awake() {
        return awake;
    }

    /** Wakes it if the node is out of balance, or its marks were raised, and it is not hopeless. Kernel: wakeup_kswapd. */
    public void wake(Actor waker) {
        if (awake || failures >= MAX_FAILURES || (balanced() && boost() == 0)) {
            return;
        }
        waker.charge(Cost.KSWAPD_WAKE);
        actor.advanceTo(waker.clockNs());
        awake = true;
        woken.happened();
    }

    /** Under real threads: waits up to a time to be woken; true if it was. */
    public boolean sleepUntilWoken(long ns) {
        try {
            woken.awaitUpTo(ns, () -> awake);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            actor.yieldPoint();
        }
        return awake;
    }

    /** The node cannot be reclaimed from. */
    public boolean hopeless() {
        return failures >= MAX_FAILURES;
    }

    /** Somebody made progress on this node. */
    public void progress() {
        failures = 0;
    }

    /** At least one zone has its high watermark free, or where pages are promoted to, the mark that leaves room for them. */
    public boolean balanced() {
        boolean promotes = tiers.promotes();
        for (Zone z : node.zones()) {
            if (z.free() > (promotes ? z.promo() : z.high()) + PageAllocator.lowmemReserve(z, node)) {
                return true;
            }
        }
        return false;
    }

    /** Pages that the marks of the zones are raised by. */
    private long boost() {
        long sum = 0;
        for (Zone z : node.zones()) {
            sum += z.boost();
        }
        return sum;
    }

    /** Works until the node is in balance or it gives up; then it sleeps. Kernel: balance_pgdat. */
    public void run() {
        if (!awake) {
            return;
        }
        actor.count(VmEvent.PAGEOUTRUN, 1);
        actor.enterReclaim();
        long[] boosts = node.zones().stream().mapToLong(Zone::boost).toArray();
        long boost = Arrays.stream(boosts).sum();
        ReclaimRequest request = newRequest();
        boolean balancedNow = balance(request, boost);
        if (!balancedNow && request.reclaimed == 0 && rules.cacheTrimRetry() && request.cacheTrimModeFailed) {
            request = newRequest();
            request.noCacheTrimMode = true;
            balancedNow = balance(request, 0);
        }
        for (int i = 0; i < boosts.length; i++) {
            node.zones().get(i).unboost(boosts[i]);
        }
        twolist.snapshotRefaults(null, node);
        if (request.reclaimed > 0 || balancedNow) {
            failures = 0;
        } else if (boost == 0 || rules.boostRunsFail()) {
            failures++;
        }
        actor.leaveReclaim();
        awake = false;
    }

    private ReclaimRequest newRequest() {
        ReclaimRequest request = new ReclaimRequest(null, 0);
        request.kswapd = true;
        request.maxZone = node.maxZone();
        return request;
    }

    /**
     * Reclaims until the marks are met. Marks that were raised while the node is balanced are worth less: clean file pages only,
     * and no effort beyond {@link #BOOST_PRIORITY}.
     *
     * @param boost pages that the marks are raised by
     */
    private boolean balance(ReclaimRequest request, long boost) {
        long boostLeft = boost;
        request.priority = ReclaimRequest.DEFAULT_PRIORITY;
        while (request.priority >= 1) {
            boolean balanced = balanced();
            if (!balanced && boostLeft > 0) {
                boostLeft = 0;
                request.priority = ReclaimRequest.DEFAULT_PRIORITY;
            }
            if (boostLeft == 0 && balanced) {
                return true;
            }
            request.maySwap = boostLeft == 0;
            request.mayWritePage = boostLeft == 0 || request.priority < BOOST_PRIORITY;
            age(request);
            request.scanned = 0;
            long before = request.reclaimed;
            boolean tooLittle = shrink(request);
            long reclaimed = request.reclaimed - before;
            boostLeft -= Math.min(boostLeft, reclaimed);
            if (boostLeft > 0 && reclaimed == 0) {
                return false;
            }
            boolean stay = boostLeft > 0 && request.priority == BOOST_PRIORITY;
            if (reclaimed == 0 || (tooLittle && !stay)) {
                request.priority--;
            }
            actor.yieldPoint();
        }
        return balanced();
    }

    private void age(ReclaimRequest request) {
        if (!multigen.enabled()) {
            twolist.ageActiveAnon(actor, node, request);
        } else if (multigen.ageNode(actor, node.id(), request, thrash.minTtlNs())) {
            thrash.kill(actor);
        }
    }

    /** One pass; true if less than the goal was scanned. Kernel: kswapd_shrink_node. */
    private boolean shrink(ReclaimRequest request) {
        request.goal = 0;
        for (Zone z : node.zones()) {
            request.goal += Math.max(z.high(), SWAP_CLUSTER);
        }
        reclaimer.shrinkNode(actor, node, request);
        return Math.max(request.scanned, request.reclaimed) < request.goal;
    }
}
