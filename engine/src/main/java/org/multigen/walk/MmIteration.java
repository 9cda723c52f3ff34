package org.multigen.walk;

import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.AddressSpace;
import org.multigen.base.Actor;
import org.multigen.rules.KernelRules;

/**
 * One lruvec's iteration over the address spaces of its memcg. Any number of walkers take part; each gets an address space of
 * its own. Guarded by the list's lock. Kernel: struct lru_gen_mm_state, iterate_mm_list.
 *
 * <p>Cases: a walker that starts with a generation already done finds nothing. The first walker of an iteration resets the next
 * generation's filter. Whoever reaches the end advances {@link #seq}; who of them then makes the new generation depends on the
 * kernel: the one who reached the end, or the last to finish. {@code tail} is the first address space added since the last
 * iteration; from there on a walker looks at everything.
 */
public final class MmIteration {
    private static final int MIN_GENERATIONS = 2;
    private static final int STATS = WalkStat.values().length;

    private final MmList list;
    private final KernelRules rules;
    private final int node;
    private final BloomFilter filter;
    private final int historySlots;
    private final boolean usageHint;
    private final long[][] stats;
    private volatile long seq = MIN_GENERATIONS;
    private MmList.@Nullable Link head;
    private MmList.@Nullable Link tail;
    private int walkers;

    /**
     * @param node the node whose pages are aged
     * @param historySlots generations whose statistics are kept: 1 or 4
     * @param usageHint skip address spaces not used since the last walk
     */
    public MmIteration(
            MmList list, KernelRules rules, int node, BloomFilter filter, int historySlots, boolean usageHint) {
        this.list = list;
        this.rules = rules;
        this.node = node;
        this.filter = filter;
        this.historySlots = historySlots;
        this.usageHint = usageHint;
        this.stats = new long[historySlots][STATS];
        list.attach(this);
    }

    /** Generation up to which iterations are complete. */
    public long seq() {
        return seq;
    }

    MmList list() {
        return list;
    }

    int node() {
        return node;
    }

    public BloomFilter filter() {
        return filter;
    }

    /** A statistic of the generation {@code seq}; with one slot, the total. */
    public long stat(long seq, WalkStat stat) {
        return stats[(int) (seq % historySlots)][stat.ordinal()];
    }

    void added(MmList.Link link) {
        if (tail == list.anchor) {
            tail = link;
        }
    }

    void removing(MmList.Link link) {
        if (tail == link) {
            tail = link.next;
        }
        if (head == link) {
            if (rules.headIsNext()) {
                head = link.next;
                if (head == list.anchor) {
                    seq = seq + 1;
                }
            } else {
                head = link.prev;
            }
        }
    }

    /** What {@link #next} found. */
    public static final class Step {
        public @Nullable AddressSpace mm;
        /** The caller makes the new generation. */
        public boolean last;
    }

    /**
     * Hands the next address space to a walker.
     *
     * @param previous the one it had before, or null when it starts
     * @param step receives the answer; no address space means that this walker is done
     */
    public void next(Actor actor, MmWalk walk, @Nullable AddressSpace previous, Step step) {
        list.lock.lock(actor);
        boolean first;
        try {
            first = rules.headIsNext() ? stepHeadIsNext(walk, previous, step) : stepHeadIsLast(walk, step);
            if (previous != null || step.last) {
                flush(walk, step.last);
            }
        } finally {
            list.lock.unlock(actor);
        }
        if (step.mm != null && first) {
            filter.reset(walk.seq + 1);
        }
        if (step.last) {
            filter.walked(walk.seq);
        }
    }

    private boolean stepHeadIsLast(MmWalk walk, Step step) {
        step.mm = null;
        step.last = false;
        if (walk.seq <= seq && !walk.repeats) {
            return false;
        }
        MmList.Link at = head == null ? list.anchor : head;
        boolean first = at == list.anchor;
        do {
            at = at.next;
            if (at == list.anchor) {
                seq = seq + 1;
                step.last = true;
                break;
            }
            if (tail == null || tail == at) {
                tail = at.next;
                walk.forceScan = true;
            }
            step.mm = wanted(at, walk);
        } while (step.mm == null);
        head = at;
        return first;
    }

    private boolean stepHeadIsNext(MmWalk walk, @Nullable AddressSpace previous, Step step) {
        step.mm = null;
        step.last = true;
        boolean first = false;
        boolean stale = walk.seq <= seq && !walk.repeats;
        if (!stale) {
            if (walkers == 0) {
                head = list.anchor.next;
                first = true;
            }
            MmList.Link at = head == null ? list.anchor : head;
            while (step.mm == null && at != list.anchor) {
                MmList.Link visited = at;
                at = at.next;
                if (tail == null || tail == visited) {
                    tail = at;
                    walk.forceScan = true;
                }
                step.mm = wanted(visited, walk);
            }
            head = at;
            if (at == list.anchor) {
                seq = seq + 1;
            }
        }
        if (previous != null && step.mm == null) {
            walkers--;
        }
        if (previous == null && step.mm != null) {
            walkers++;
        }
        if (walkers > 0 || (stale && previous == null)) {
            step.last = false;
        }
        return first;
    }

    private @Nullable AddressSpace wanted(MmList.Link link, MmWalk walk) {
        AddressSpace mm = link.mm;
        if (mm == null) {
            return null;
        }
        boolean running = rules.walkVisitsRunning() && mm.running();
        boolean used = mm.takeUsage(node);
        if (usageHint && !walk.forceScan && !used && !running) {
            return null;
        }
        if (rules.walkSkipsOomVictims() && mm.oomVictim) {
            return null;
        }
        long resident = mm.filePages + (walk.anonWanted() ? mm.anonPages + mm.shmemPages : 0);
        if (resident < rules.smallestWalkedPages()) {
            return null;
        }
        return mm.users > 0 || !rules.walkNeedsUsers() ? mm : null;
    }

    private void flush(MmWalk walk, boolean last) {
        long[] slot = stats[(int) (walk.seq % historySlots)];
        for (int i = 0; i < STATS; i++) {
            slot[i] += walk.stats[i];
            walk.stats[i] = 0;
        }
        if (last && historySlots > 1) {
            java.util.Arrays.fill(stats[(int) ((walk.seq + 1) % historySlots)], 0);
        }
    }

    /**
     * For checks: the cursors stand on the list, or on none.
     *
     * @throws IllegalStateException if one stands on a link that has left it
     */
    void checkCursors() {
        if ((head != null && head.gone) || (tail != null && tail.gone)) {
            throw new IllegalStateException("a cursor stands on an address space that has left the list");
        }
    }

    /** Walkers that have an address space at hand (counted where the last one wins). */
    int walkers() {
        return walkers;
    }

    /** The lruvec goes, and its group's list with it, so that nobody else is left: the filters are freed. */
    public void close() {
        list.detach(this);
        head = null;
        tail = null;
        filter.free();
    }

    /** Finishes the iteration of a generation without walking; false if it is done already. Kernel: iterate_mm_list_nowalk. */
    public boolean skip(Actor actor, long generation) {
        list.lock.lock(actor);
        try {
            if (generation <= seq) {
                return false;
            }
            head = null;
            tail = null;
            seq = seq + 1;
            if (historySlots > 1) {
                java.util.Arrays.fill(stats[(int) (seq % historySlots)], 0);
            }
            return true;
        } finally {
            list.lock.unlock(actor);
        }
    }
}
