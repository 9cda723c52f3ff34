package org.multigen.guest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GuestOrderTest {
    @Test
    void scatterIsTheShareOfDisplacedPages() {
        assertThat(displaced(0)).isZero();
        assertThat(displaced(1)).isBetween(0.99, 1.0);
        assertThat(displaced(0.3)).isBetween(0.27, 0.33);
    }

    private static double displaced(double scatter) {
        int n = 10_000;
        GuestOrder order = new GuestOrder(n, scatter, 3);
        boolean[] seen = new boolean[n];
        int moved = 0;
        for (int i = 0; i < n; i++) {
            int p = order.physical(i);
            assertThat(seen[p]).isFalse();
            seen[p] = true;
            moved += p == i ? 0 : 1;
        }
        return (double) moved / n;
    }
}
