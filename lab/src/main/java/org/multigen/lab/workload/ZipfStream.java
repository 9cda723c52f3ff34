package org.multigen.lab.workload;

import org.multigen.base.Rng;

/**
 * Touches by rank, rank k with weight (k + 1)^-theta.
 *
 * <p>The cumulative weights are summed from left to right and divided by the total afterwards, in double precision: another
 * order of additions moves pages at the edges. 12 bytes a page.
 */
final class ZipfStream implements PageStream {
    private final Rng rng;
    private final double[] cdf;
    private final int[] pageOfRank;

    ZipfStream(Pattern p) {
        rng = new Rng(p.seed());
        int n = Math.toIntExact(p.pages());
        cdf = cumulative(n, p.theta());
        pageOfRank = identity(n);
        if (p.scatter()) {
            shuffle(pageOfRank, rng);
        }
    }

    @Override
    public long next() {
        double u = rng.unit();
        int lo = 0;
        int hi = cdf.length - 1;
        while (lo < hi) {
            int mid = (lo + hi) >>> 1;
            if (cdf[mid] > u) {
                hi = mid;
            } else {
                lo = mid + 1;
            }
        }
        return pageOfRank[lo];
    }

    private static double[] cumulative(int n, double theta) {
        double[] cdf = new double[n];
        double sum = 0;
        for (int k = 0; k < n; k++) {
            sum += StrictMath.pow(k + 1.0, -theta);
            cdf[k] = sum;
        }
        for (int k = 0; k < n; k++) {
            cdf[k] /= sum;
        }
        return cdf;
    }

    private static int[] identity(int n) {
        int[] pages = new int[n];
        for (int k = 0; k < n; k++) {
            pages[k] = k;
        }
        return pages;
    }

    private static void shuffle(int[] pages, Rng rng) {
        for (int i = pages.length - 1; i > 0; i--) {
            int j = (int) rng.below(i + 1L);
            int swap = pages[i];
            pages[i] = pages[j];
            pages[j] = swap;
        }
    }
}
