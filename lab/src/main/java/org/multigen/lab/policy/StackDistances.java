package org.multigen.lab.policy;

import java.util.Arrays;

/**
 * LRU's misses at every capacity, from one pass over the references.
 *
 * <p>A reference hits in a cache of {@code c} blocks if fewer than {@code c} different blocks were referenced since the block's
 * last reference (Mattson and others, 1970). The last references lie on a time line with a mark each; a Fenwick tree counts the
 * marks behind one. When the line is full it is packed, so that memory is proportional to the number of blocks.
 */
public final class StackDistances {
    private final long[] hitsAt; // by depth, from 1 on
    private final long references;

    private StackDistances(long[] hitsAt, long references) {
        this.hitsAt = hitsAt;
        this.references = references;
    }

    /** Counts. */
    public static StackDistances of(References r) {
        return new Pass(r).run();
    }

    /** Misses of an LRU cache of that many blocks. */
    public long misses(long capacity) {
        long hits = 0;
        for (int d = 1; d <= Math.min(capacity, hitsAt.length - 1); d++) {
            hits += hitsAt[d];
        }
        return references - hits;
    }

    private static final class Pass {
        private final References r;
        private final int length;
        private final int[] tree;
        private final int[] blockAt; // whose last reference a place of the line is, -1 for none
        private final int[] placeOf;
        private final long[] hitsAt;
        private int end;
        private int marks;

        Pass(References r) {
            this.r = r;
            this.length = (int) Math.min(Integer.MAX_VALUE - 16, 2L * r.distinct() + 1024);
            this.tree = new int[length + 1];
            this.blockAt = new int[length];
            this.placeOf = new int[r.distinct()];
            this.hitsAt = new long[r.distinct() + 1];
            Arrays.fill(placeOf, -1);
            Arrays.fill(blockAt, -1);
        }

        StackDistances run() {
            for (int i = 0; i < r.count(); i++) {
                reference(r.block(i), r.free(i) ? 0 : 1);
            }
            return new StackDistances(hitsAt, r.counted());
        }

        private void reference(int block, int hit) {
            if (end == length) {
                pack();
            }
            int place = placeOf[block];
            if (place >= 0) {
                hitsAt[marks - upTo(place) + 1] += hit;
                add(place, -1);
                blockAt[place] = -1;
            } else {
                marks++;
            }
            add(end, 1);
            blockAt[end] = block;
            placeOf[block] = end++;
        }

        /** Moves all marks to the front. */
        private void pack() {
            int to = 0;
            for (int from = 0; from < end; from++) {
                int block = blockAt[from];
                if (block >= 0) {
                    blockAt[to] = block;
                    placeOf[block] = to++;
                }
            }
            Arrays.fill(blockAt, to, length, -1);
            Arrays.fill(tree, 0);
            end = to;
            for (int i = 1; i <= length; i++) {
                tree[i] += i <= to ? 1 : 0;
                int up = i + (i & -i);
                if (up <= length) {
                    tree[up] += tree[i];
                }
            }
        }

        private void add(int place, int by) {
            for (int i = place + 1; i <= length; i += i & -i) {
                tree[i] += by;
            }
        }

        private int upTo(int place) {
            int sum = 0;
            for (int i = place + 1; i > 0; i -= i & -i) {
                sum += tree[i];
            }
            return sum;
        }
    }
}
