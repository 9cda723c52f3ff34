package org.multigen.lab.figure;

import java.util.ArrayList;
import java.util.List;

/** Rows of numbers, a column per interval of time; two intervals can become one. */
public final class Intervals {
    private final boolean sums;
    private final long[][] rows;
    private int size;

    /** @param sums whether two intervals that become one have the sum of their values, else the later one */
    public Intervals(int rows, int most, boolean sums) {
        this.sums = sums;
        this.rows = new long[rows][most];
    }

    int size() {
        return size;
    }

    public void add(long[] column) {
        for (int i = 0; i < rows.length; i++) {
            rows[i][size] = column[i];
        }
        size++;
    }

    /** Joins each two intervals; there is an even number of them. */
    public void halve() {
        size /= 2;
        for (long[] row : rows) {
            for (int i = 0; i < size; i++) {
                row[i] = sums ? row[2 * i] + row[2 * i + 1] : row[2 * i + 1];
            }
        }
    }

    public List<Long> row(int i) {
        List<Long> row = new ArrayList<>(size);
        for (int k = 0; k < size; k++) {
            row.add(rows[i][k]);
        }
        return row;
    }
}
