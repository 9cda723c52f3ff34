package org.multigen.lru.multigen;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.multigen.base.Rng;

/**
 * The order in which reclaim of the whole machine visits the groups of a node: three generations of groups with eight bins each.
 * Guarded by the node's own lock (here: its monitor). Kernel: lru_gen_rotate_memcg, shrink_many.
 */
final class MemcgLru {
    static final int GENERATIONS = 3;
    static final int BINS = 8;

    /** Where in its generation a group was put last. */
    enum Segment {
        DEFAULT,
        HEAD,
        TAIL
    }

    /** What becomes of a group after it was visited. */
    enum Rotate {
        /** To the head of its generation: it is over its soft limit. */
        HEAD,
        /** To the tail of its generation: it is to be spared once. */
        TAIL,
        /** To the oldest generation: it is going away. */
        OLD,
        /** To the youngest generation: it was aged, or cannot be reclaimed. */
        YOUNG
    }

    private final List<Deque<Generations>> bins = new ArrayList<>();
    private final int[] members = new int[GENERATIONS];
    private final Rng rng;
    private long seq;

    MemcgLru(long seed) {
        this.rng = new Rng(seed);
        for (int i = 0; i < GENERATIONS * BINS; i++) {
            bins.add(new ArrayDeque<>());
        }
    }

    long seq() {
        return seq;
    }

    int oldGeneration() {
        return (int) (seq % GENERATIONS);
    }

    private int youngGeneration() {
        return (int) ((seq + 1) % GENERATIONS);
    }

    private Deque<Generations> bin(int gen, int bin) {
        return bins.get(gen * BINS + bin);
    }

    /** Random number of a bin. */
    int randomBin() {
        return (int) rng.below(BINS);
    }

    synchronized void online(Generations g) {
        insert(g, oldGeneration(), false);
    }

    synchronized void offline(Generations g) {
        remove(g);
        advanceIfEmpty();
    }

    private void insert(Generations g, int gen, boolean head) {
        g.memcgGen = gen;
        g.memcgBin = randomBin();
        Deque<Generations> bin = bin(gen, g.memcgBin);
        if (head) {
            bin.addFirst(g);
        } else {
            bin.addLast(g);
        }
        members[gen]++;
    }

    private void remove(Generations g) {
        if (g.memcgBin >= 0) {
            bin(g.memcgGen, g.memcgBin).remove(g);
            members[g.memcgGen]--;
            g.memcgBin = -1;
        }
    }

    synchronized void rotate(Generations g, Rotate op) {
        if (g.memcgBin < 0) {
            return;
        }
        int gen = g.memcgGen;
        remove(g);
        switch (op) {
            case HEAD -> {
                g.segment = Segment.HEAD;
                insert(g, gen, true);
            }
            case TAIL -> {
                g.segment = Segment.TAIL;
                insert(g, gen, false);
            }
            case OLD -> {
                g.segment = Segment.DEFAULT;
                insert(g, oldGeneration(), true);
            }
            case YOUNG -> {
                g.segment = Segment.DEFAULT;
                insert(g, youngGeneration(), false);
            }
        }
        advanceIfEmpty();
    }

    private void advanceIfEmpty() {
        if (members[oldGeneration()] == 0) {
            seq++;
        }
    }

    /** The groups of a bin of a generation at this moment, in order. */
    synchronized List<Generations> snapshot(int gen, int bin) {
        return List.copyOf(bin(gen, bin));
    }
}
