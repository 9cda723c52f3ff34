package org.multigen.guest;

import java.util.Arrays;
import org.multigen.base.Actor;
import org.multigen.base.Cost;

/**
 * The cache line in which an MMU's lock lies, in virtual time. Whoever takes or leaves the lock changes it, readers too, and has to
 * fetch it if another CPU changed it last; it moves to one CPU at a time, which is what limits a lock that is only ever shared.
 *
 * <p>A calendar keeps, per bucket of 8 us, for how long the line was on its way and who used it. A use costs one
 * {@link Cost#GUEST_LOCK_LINE} if somebody else had the line last; if the same actor had, with the chance that others, at their rate
 * around then, came in between: an ageing pass is simulated in one piece. It waits, in the same unit, through buckets in which the
 * line moves all the time, and in others as in a queue with one server and a fixed time of service, busy/(2(1 - busy)). Fractions
 * add up until they make an event.
 */
final class LockLine {
    private static final int SHIFT = 13;
    private static final long BUCKET = 1L << SHIFT;
    private static final int RING = 1 << 15;
    /** Buckets before the vCPUs' clock that tell what they will go on doing. */
    private static final int LOOK_BACK = 16;
    /** Beyond it the queue shows in full buckets. */
    private static final double BUSIEST = 0.9;

    private final long[] tags = new long[RING];
    private final double[] movingNs = new double[RING];
    private final int[] byVcpus = new int[RING];
    private final int[] byHost = new int[RING];
    private int lastUser = -1;
    private long lastUseNs;
    private double owed;

    LockLine() {
        Arrays.fill(tags, -1);
    }

    /**
     * The lock is taken or left.
     *
     * @param vcpu by a vCPU, else by the host
     * @param vcpusAtNs clock of the vCPU that ran last: later uses by vCPUs are not known yet
     */
    void use(Actor actor, boolean vcpu, long vcpusAtNs) {
        long each = actor.ns(Cost.GUEST_LOCK_LINE);
        long now = actor.clockNs();
        double away = away(actor, vcpu, now, vcpusAtNs);
        (vcpu ? byVcpus : byHost)[slot(now >>> SHIFT)]++;
        if (each > 0 && away > 0) {
            long at = passFull(now);
            double busy = Math.min(BUSIEST, around(movingNs, at) / BUCKET);
            addMoving(at, away * each);
            owed += (double) (at - now) / each + away * (1 + busy / (2 * (1 - busy)));
            long whole = (long) owed;
            owed -= whole;
            actor.charge(Cost.GUEST_LOCK_LINE, whole);
        }
        lastUser = actor.id;
        lastUseNs = actor.clockNs();
    }

    /** The chance that another CPU has the line. */
    private double away(Actor actor, boolean vcpu, long now, long vcpusAtNs) {
        if (lastUser != actor.id) {
            return lastUser < 0 ? 0 : 1;
        }
        double others = vcpu ? around(byHost, now) : vcpus(now, vcpusAtNs);
        return others == 0 ? 0 : -Math.expm1(-others / BUCKET * Math.max(0, now - lastUseNs));
    }

    private double vcpus(long now, long vcpusAtNs) {
        if (now <= vcpusAtNs + BUCKET) {
            return around(byVcpus, now);
        }
        double sum = 0;
        for (int i = 1; i <= LOOK_BACK; i++) {
            long bucket = (vcpusAtNs >>> SHIFT) - i;
            int slot = (int) bucket & RING - 1;
            sum += tags[slot] == bucket ? byVcpus[slot] : 0;
        }
        return sum / LOOK_BACK;
    }

    /** What the last bucket's length of time before a moment holds. */
    private double around(int[] what, long ns) {
        return of(what, ns >>> SHIFT) + (1 - within(ns)) * of(what, (ns >>> SHIFT) - 1);
    }

    private double around(double[] what, long ns) {
        return of(what, ns >>> SHIFT) + (1 - within(ns)) * of(what, (ns >>> SHIFT) - 1);
    }

    private static double within(long ns) {
        return (double) (ns & BUCKET - 1) / BUCKET;
    }

    private int of(int[] what, long bucket) {
        int slot = (int) bucket & RING - 1;
        return tags[slot] == bucket ? what[slot] : 0;
    }

    private double of(double[] what, long bucket) {
        int slot = (int) bucket & RING - 1;
        return tags[slot] == bucket ? what[slot] : 0;
    }

    /** The moment from which on the line does not move all the time. */
    private long passFull(long ns) {
        long at = ns;
        while (of(movingNs, at >>> SHIFT) >= BUCKET) {
            at = ((at >>> SHIFT) + 1) << SHIFT;
        }
        return at;
    }

    private void addMoving(long ns, double time) {
        long bucket = ns >>> SHIFT;
        double left = time;
        while (left > 0) {
            int slot = slot(bucket++);
            double part = Math.min(left, Math.max(0, BUCKET - movingNs[slot]));
            movingNs[slot] += part;
            left -= part;
        }
    }

    private int slot(long bucket) {
        int slot = (int) bucket & RING - 1;
        if (tags[slot] != bucket) {
            tags[slot] = bucket;
            movingNs[slot] = 0;
            byVcpus[slot] = 0;
            byHost[slot] = 0;
        }
        return slot;
    }
}
