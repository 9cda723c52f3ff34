package org.multigen.lab.sweep;

import java.util.Arrays;

/**
 * A median with an interval that holds the true median with at least the stated confidence, whatever the distribution: order
 * statistics, whose coverage is that of a binomial with one half.
 *
 * @param confidence of the interval; less than 0.95 if there are too few values for that
 */
record Median(double value, long low, long high, double confidence) {
    private static final double WANTED = 0.95;

    static Median of(long... values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        double middle = n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + (double) sorted[n / 2]) / 2;
        int k = 0;
        while (k + 1 < (n + 1) / 2 && coverage(n, k + 1) >= WANTED) {
            k++;
        }
        return new Median(middle, sorted[k], sorted[n - 1 - k], coverage(n, k));
    }

    /** The chance that the median of the distribution lies between the k-th value from below and from above, from 0 on. */
    private static double coverage(int n, int k) {
        double tail = 0;
        double term = Math.pow(0.5, n);
        for (int i = 0; i <= k; i++) {
            tail += term;
            term = term * (n - i) / (i + 1);
        }
        return Math.max(0, 1 - 2 * tail);
    }
}
