package org.multigen.guest;

import java.util.Arrays;
import org.multigen.base.Actor;
import org.multigen.guest.LockDiscipline.Mode;
import org.multigen.guest.LockDiscipline.Purpose;

/**
 * The lock in virtual time: contention is modelled, because actors run one after the other and not in the order of their clocks.
 *
 * <p>A calendar keeps, per bucket of 8 us, for how long the lock was held alone, shared, and how long writers waited for readers to
 * leave. Whoever takes it at a moment waits
 *
 * <ul>
 *   <li>through every bucket that is held alone from end to end (a queue that builds up fills bucket after bucket);
 *   <li>in a partly filled one for what is left of a hold, if it is held alone: on average the sum of the holds' squares over twice
 *       the time;
 *   <li>to be alone, also for the readers in it, a Poisson number with mean n. Where writers go first, new readers queue behind and
 *       the last of the present ones leaves after hold * (1 - (1 - e^-n)/n). Where readers go first the lock must run empty by
 *       itself, which takes hold * (e^n - 1 - n)/n: the remaining busy period of a service with as many servers as customers.
 * </ul>
 *
 * The lock's cache line is {@link LockLine}; its waits are costs, not waits for the lock.
 *
 * <p>An ageing pass is simulated in one piece while the vCPUs stand still; where it has run ahead of them it meets the readers that
 * they were during the last buckets before they stopped.
 */
final class VirtualMmuLock extends MmuLock {
    private static final int SHIFT = 13;
    private static final long BUCKET = 1L << SHIFT;
    private static final int RING = 1 << 15;
    /** Buckets before the vCPUs' clock that tell what they will go on doing. */
    private static final int LOOK_BACK = 16;
    /** A starved writer's wait is cut here, as the readers that starve it cannot be known further ahead. */
    private static final long STARVED_NS = 10_000_000;

    private static final double MOST_READERS = 25;

    private final boolean writersFirst;
    private final long[] tags = new long[RING];
    private final int[] aloneNs = new int[RING];
    /** Of each hold alone its square: long ones are met more often. */
    private final double[] aloneSquares = new double[RING];

    private final int[] sharedNs = new int[RING];
    private final int[] sharedHolds = new int[RING];
    private final int[] drainNs = new int[RING];
    /** Clock of the vCPU that ran last: what is recorded later than this is not complete. */
    private long vcpusAtNs;

    private final LockLine line = new LockLine();
    /** It was taken for a vCPU last. */
    private boolean byVcpu;

    private long enteredNs;
    private double busySeen;

    // The estimate at hand, in ns per bucket.
    private double alone;
    private double aloneSquare;
    private double shared;
    private double sharedHold;
    private double drain;

    VirtualMmuLock(boolean writersFirst) {
        this.writersFirst = writersFirst;
        Arrays.fill(tags, -1);
    }

    /** A vCPU's clock. */
    void vcpuAt(long ns) {
        vcpusAtNs = ns;
    }

    @Override
    void enter(Actor actor, Purpose purpose, Mode mode) {
        if (mode == Mode.NONE) {
            return;
        }
        byVcpu = purpose == Purpose.FAULT;
        line.use(actor, byVcpu, vcpusAtNs);
        long begin = actor.clockNs();
        long at = passFull(begin, mode);
        estimate(at);
        double wait = aloneSquare / (2 * BUCKET);
        if (mode == Mode.SHARED) {
            wait += Math.min(1, drain / BUCKET) * sharedHold / 2;
        } else {
            long drained = Math.min(STARVED_NS, Math.round(leave()));
            add(drainNs, at, writersFirst ? drained : 0);
            wait += drained;
        }
        long total = at - begin + Math.round(wait);
        actor.spend(total);
        waits.add(purpose, total);
        enteredNs = actor.clockNs();
    }

    @Override
    boolean tryEnter(Actor actor, Purpose purpose) {
        byVcpu = purpose == Purpose.FAULT;
        line.use(actor, byVcpu, vcpusAtNs);
        long now = actor.clockNs();
        if (passFull(now, Mode.ALONE) != now) {
            return false;
        }
        estimate(now);
        double readers = shared / BUCKET;
        busySeen += 1 - (1 - Math.min(1, alone / BUCKET)) * Math.exp(-readers);
        if (busySeen >= 1) {
            busySeen -= 1;
            return false;
        }
        waits.add(purpose, 0);
        enteredNs = now;
        return true;
    }

    /** Never within a hold: holds are instants of the model that do not see each other. */
    @Override
    boolean contended() {
        return false;
    }

    @Override
    void exit(Actor actor, Mode mode) {
        if (mode == Mode.NONE) {
            return;
        }
        line.use(actor, byVcpu, vcpusAtNs);
        long held = actor.clockNs() - enteredNs;
        boolean lone = mode == Mode.ALONE;
        int slot = slot(enteredNs >>> SHIFT);
        if (lone) {
            aloneSquares[slot] += (double) held * held;
        } else {
            sharedHolds[slot]++;
        }
        add(lone ? aloneNs : sharedNs, enteredNs, held);
    }

    /** Books a time from a moment on; of what is alone a bucket holds no more than its length, the rest goes to the next. */
    private void add(int[] kind, long ns, long time) {
        long bucket = ns >>> SHIFT;
        long left = time;
        while (left > 0) {
            int slot = slot(bucket++);
            long room = kind == aloneNs ? Math.max(0, BUCKET - kind[slot]) : BUCKET;
            long part = Math.min(left, room);
            kind[slot] += (int) part;
            left -= part;
        }
    }

    /** The moment from which on the lock is not held alone all the time. */
    private long passFull(long ns, Mode mode) {
        long at = ns;
        while (true) {
            int slot = (int) (at >>> SHIFT) & RING - 1;
            boolean known = tags[slot] == at >>> SHIFT;
            int held = known ? aloneNs[slot] + (mode == Mode.SHARED ? drainNs[slot] : 0) : 0;
            if (held < BUCKET) {
                return at;
            }
            at = ((at >>> SHIFT) + 1) << SHIFT;
        }
    }

    /** What goes on around a moment: the last bucket's length of time. */
    private void estimate(long ns) {
        clearEstimate();
        if (ns <= vcpusAtNs + BUCKET) {
            double within = (double) (ns & BUCKET - 1) / BUCKET;
            addBucket(ns >>> SHIFT, 1, true);
            addBucket((ns >>> SHIFT) - 1, 1 - within, true);
        } else {
            addBucket(ns >>> SHIFT, 1, false);
            for (int i = 0; i < LOOK_BACK; i++) {
                addReaders((vcpusAtNs >>> SHIFT) - 1 - i, 1.0 / LOOK_BACK);
            }
        }
        if (sharedHold > 0) {
            sharedHold = shared / sharedHold;
        }
    }

    private void clearEstimate() {
        alone = 0;
        aloneSquare = 0;
        shared = 0;
        sharedHold = 0;
        drain = 0;
    }

    private void addBucket(long bucket, double share, boolean readers) {
        int slot = (int) bucket & RING - 1;
        if (tags[slot] != bucket) {
            return;
        }
        alone += aloneNs[slot] * share;
        aloneSquare += aloneSquares[slot] * share;
        drain += drainNs[slot] * share;
        if (readers) {
            addReaders(bucket, share);
        }
    }

    private void addReaders(long bucket, double share) {
        int slot = (int) bucket & RING - 1;
        if (tags[slot] == bucket) {
            shared += sharedNs[slot] * share;
            sharedHold += sharedHolds[slot] * share;
        }
    }

    /** Time until all readers have left. */
    private double leave() {
        double n = Math.min(MOST_READERS, shared / BUCKET);
        if (n == 0) {
            return 0;
        }
        return sharedHold * (writersFirst ? 1 + Math.expm1(-n) / n : (Math.expm1(n) - n) / n);
    }

    private int slot(long bucket) {
        int slot = (int) bucket & RING - 1;
        if (tags[slot] != bucket) {
            tags[slot] = bucket;
            aloneNs[slot] = 0;
            aloneSquares[slot] = 0;
            sharedNs[slot] = 0;
            sharedHolds[slot] = 0;
            drainNs[slot] = 0;
        }
        return slot;
    }
}
