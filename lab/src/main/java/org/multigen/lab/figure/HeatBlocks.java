package org.multigen.lab.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.multigen.lab.result.TimeSeries;

/** Touches by block of addresses and column of time, with the place of a page of each block at the end of each column. */
public final class HeatBlocks {
    /** Regions that a result shows. */
    static final int REGIONS = 3;

    private static final int ROWS = 32;
    private static final int MOST = 1 << 13;
    private static final int FIRST_SHIFT = 3;
    /** Addresses further apart are different regions. */
    private static final long GAP_PAGES = 1 << 12;

    /** Tells where a page is. */
    interface Places {
        char of(int space, long page);
    }

    /** Blocks of an address space that lie together; the last is included. */
    record Region(int space, long firstBlock, long lastBlock, long sum) {}

    private record Key(int space, long block) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            return space != other.space ? Integer.compare(space, other.space) : Long.compare(block, other.block);
        }
    }

    private static final class Block {
        final long page;
        final long[] touches;
        final char[] places;

        Block(long page, int columns) {
            this.page = page;
            this.touches = new long[columns];
            this.places = new char[columns];
            Arrays.fill(places, TimeSeries.UNTOUCHED);
        }

        long sum() {
            return Arrays.stream(touches).sum();
        }
    }

    private final int most;
    private TreeMap<Key, Block> blocks = new TreeMap<>();
    private Block[] recent = new Block[1 << 10];
    private Key[] recentKeys = new Key[recent.length];
    private int shift = FIRST_SHIFT;
    private int column;

    HeatBlocks(int columns) {
        this.most = columns;
    }

    int columns() {
        return column;
    }

    /** Counts a touch; true if that block is new. */
    boolean touched(int space, long page) {
        long block = page >>> shift;
        int slot = (int) ((block * 31 + space) * 0x9E3779B97F4A7C15L >>> 54);
        Key known = recentKeys[slot];
        if (known != null && known.block == block && known.space == space) {
            recent[slot].touches[column]++;
            return false;
        }
        Key key = new Key(space, block);
        Block b = blocks.get(key);
        boolean isNew = b == null;
        if (b == null) {
            b = new Block(page, most);
            blocks.put(key, b);
        }
        b.touches[column]++;
        recent[slot] = b;
        recentKeys[slot] = key;
        if (isNew && blocks.size() > MOST) {
            coarsen();
        }
        return isNew;
    }

    private void coarsen() {
        shift++;
        TreeMap<Key, Block> larger = new TreeMap<>();
        blocks.forEach((key, b) -> {
            Key to = new Key(key.space, key.block >>> 1);
            Block other = larger.putIfAbsent(to, b);
            if (other != null) {
                for (int i = 0; i <= Math.min(column, most - 1); i++) {
                    other.touches[i] += b.touches[i];
                }
            }
        });
        blocks = larger;
        Arrays.fill(recent, null);
        Arrays.fill(recentKeys, null);
    }

    void endColumn(Places places) {
        blocks.forEach((key, b) -> b.places[column] = places.of(key.space, b.page));
        column++;
    }

    /** Joins each two columns; there is an even number of them. */
    void halve() {
        column /= 2;
        for (Block b : blocks.values()) {
            for (int i = 0; i < column; i++) {
                b.touches[i] = b.touches[2 * i] + b.touches[2 * i + 1];
                b.places[i] = b.places[2 * i + 1];
            }
            Arrays.fill(b.touches, column, most, 0);
            Arrays.fill(b.places, column, most, TimeSeries.UNTOUCHED);
        }
    }

    List<Region> regions() {
        List<Region> found = new ArrayList<>();
        for (Map.Entry<Key, Block> e : blocks.entrySet()) {
            Key k = e.getKey();
            Region before = found.isEmpty() ? null : found.getLast();
            if (before != null
                    && before.space == k.space
                    && k.block - before.lastBlock <= Math.max(1, GAP_PAGES >>> shift)) {
                found.set(
                        found.size() - 1,
                        new Region(
                                k.space,
                                before.firstBlock,
                                k.block,
                                before.sum + e.getValue().sum()));
            } else {
                found.add(new Region(k.space, k.block, k.block, e.getValue().sum()));
            }
        }
        return found;
    }

    /** A region in rows of equally many blocks. */
    TimeSeries.Region drawn(Region r, String task) {
        long perRow = Math.ceilDiv(r.lastBlock - r.firstBlock + 1, ROWS);
        int rows = (int) Math.ceilDiv(r.lastBlock - r.firstBlock + 1, perRow);
        List<List<Long>> touches = new ArrayList<>();
        List<String> places = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            Key from = new Key(r.space, r.firstBlock + row * perRow);
            Key to = new Key(r.space, r.firstBlock + (row + 1) * perRow);
            List<Block> within = new ArrayList<>(blocks.subMap(from, to).values());
            List<Long> sums = new ArrayList<>();
            StringBuilder most = new StringBuilder();
            for (int c = 0; c < column; c++) {
                int at = c;
                sums.add(within.stream().mapToLong(b -> b.touches[at]).sum());
                most.append(mostOf(within, at));
            }
            touches.add(sums);
            places.add(most.toString());
        }
        return new TimeSeries.Region(task, r.firstBlock << shift, perRow << shift, touches, places);
    }

    /** The place of most blocks; untouched ones count only if there are no others. */
    private static char mostOf(List<Block> blocks, int column) {
        int[] votes = new int[128];
        char best = TimeSeries.UNTOUCHED;
        for (Block b : blocks) {
            char place = b.places[column];
            if (place != TimeSeries.UNTOUCHED && (++votes[place] > votes[best] || best == TimeSeries.UNTOUCHED)) {
                best = place;
            }
        }
        return best;
    }
}
