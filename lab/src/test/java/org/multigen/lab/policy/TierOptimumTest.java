package org.multigen.lab.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.multigen.base.Rng;

/** The bound against the exact optimum of small cases, found by trying every set of pages at every touch. */
class TierOptimumTest {
    static LongStream seeds() {
        return LongStream.rangeClosed(1, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noScheduleBeatsIt(long seed) {
        Rng rng = new Rng(seed * 7919);
        int distinct = 2 + (int) rng.below(5);
        int count = 1 + (int) rng.below(40);
        int[] pages = new int[count];
        boolean[] fresh = new boolean[count];
        boolean phases = rng.below(2) == 0;
        for (int i = 0; i < count; i++) {
            int base = phases ? i * distinct / count : 0;
            pages[i] = (int) (base + rng.below(rng.below(3) == 0 ? distinct : 2)) % distinct;
            fresh[i] = rng.below(8) == 0;
        }
        int capacity = 1 + (int) rng.below(distinct);
        double price = rng.below(4);
        int budget = (int) rng.below(6);
        double bound = new TierOptimum(pages, count, fresh, distinct, capacity, price, budget).bound();
        double best = exact(pages, fresh, distinct, capacity, price, budget);
        assertThat(bound)
                .as("seed %d", seed)
                .isGreaterThanOrEqualTo(best - 1e-9)
                .isLessThanOrEqualTo(count);
    }

    /** Dynamic programming over sets of pages and promotions left. */
    private static double exact(int[] pages, boolean[] fresh, int distinct, int capacity, double price, int budget) {
        int sets = 1 << distinct;
        double[][] now = new double[sets][budget + 1];
        for (double[] row : now) {
            Arrays.fill(row, 0);
        }
        for (int i = pages.length - 1; i >= 0; i--) {
            double[][] before = new double[sets][budget + 1];
            int bit = 1 << pages[i];
            for (int set = 0; set < sets; set++) {
                for (int left = 0; left <= budget; left++) {
                    double best = Double.NEGATIVE_INFINITY;
                    for (int next = 0; next < sets; next++) {
                        int came = Integer.bitCount(next & ~set);
                        int free = fresh[i] && (next & ~set & bit) != 0 ? 1 : 0;
                        if (Integer.bitCount(next) <= capacity && came - free <= left) {
                            double gain = (next & bit) != 0 ? 1 : 0;
                            best = Math.max(best, gain - price * (came - free) + now[next][left - came + free]);
                        }
                    }
                    before[set][left] = best;
                }
            }
            now = before;
        }
        double best = Double.NEGATIVE_INFINITY;
        for (int set = 0; set < sets; set++) {
            best = Integer.bitCount(set) <= capacity ? Math.max(best, now[set][budget]) : best;
        }
        return best;
    }

    @Test
    void itIsTightWhereTheOptimumIsKnown() {
        int count = 40_000;
        int[] pages = new int[count];
        Rng rng = new Rng(3);
        for (int i = 0; i < count; i++) {
            pages[i] = (int) (rng.below(10) < 9 ? rng.below(50) : 50 + rng.below(450));
        }
        TierOptimum hot = new TierOptimum(pages, count, new boolean[count], 500, 50, 25, 1e9);
        double bound = hot.bound();
        long fixed = hot.fixedPlacement();
        assertThat(bound).isGreaterThanOrEqualTo(fixed);
        assertThat(bound / fixed).isLessThan(1.02); // 50 hot pages, 50 places: nothing to move
    }

    @Test
    void aBudgetOfNothingLeavesAFixedPlacement() {
        int count = 20_000;
        int[] pages = new int[count];
        for (int i = 0; i < count; i++) {
            pages[i] = i / 200 % 100; // one page after the other
        }
        TierOptimum free = new TierOptimum(pages, count, new boolean[count], 100, 10, 25, 1e9);
        TierOptimum none = new TierOptimum(pages, count, new boolean[count], 100, 10, 25, 0);
        assertThat(free.bound()).isGreaterThan(0.8 * count);
        assertThat(none.bound()).isLessThan(0.6 * count).isGreaterThanOrEqualTo(none.fixedPlacement());
    }
}
