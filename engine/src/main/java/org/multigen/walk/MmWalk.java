package org.multigen.walk;

import java.util.Arrays;

/**
 * The state of one walker: what it looks for, how far it is, and what it has found but not yet booked. Owned by its walker.
 * Kernel: struct lru_gen_mm_walk.
 */
public final class MmWalk {
    /** Lruvec it works for. */
    public int lruvec;
    /** Generation that it ages. */
    public long seq;
    /** Node whose pages count. */
    public int node;
    /** Memcg whose pages count. */
    public int memcg;
    /** 0: file pages only; 201: anonymous only. */
    public int swappiness;
    /** Look at everything: filters and accessed bits of upper levels do not count. */
    public boolean forceScan;
    /** A scan as proposed: it iterates although the generation's iteration is done, and counts it once more. */
    boolean repeats;
    /** Page number where the next chunk starts. */
    long next;
    /** Promotions since the last flush. */
    public int batched;
    /** Changes of the pages per generation, type and zone since the last flush. */
    public final long[] deltas;

    /** Answers of the iteration. */
    public final MmIteration.Step step = new MmIteration.Step();

    public final int[] stats = new int[WalkStat.values().length];

    private static final int SWAPPINESS_ANON_ONLY = 201;

    /**
     * @param slots generations times types times zones
     */
    public MmWalk(int slots) {
        deltas = new long[slots];
    }

    /** Makes it as good as new; nothing may be batched. */
    public void reset() {
        lruvec = 0;
        seq = 0;
        node = 0;
        memcg = 0;
        swappiness = 0;
        forceScan = false;
        next = 0;
        batched = 0;
        Arrays.fill(deltas, 0);
        Arrays.fill(stats, 0);
    }

    public void count(WalkStat stat) {
        stats[stat.ordinal()]++;
    }

    public void count(WalkStat stat, int n) {
        stats[stat.ordinal()] += n;
    }

    public boolean anonWanted() {
        return swappiness != 0;
    }

    public boolean fileWanted() {
        return swappiness != SWAPPINESS_ANON_ONLY;
    }
}
