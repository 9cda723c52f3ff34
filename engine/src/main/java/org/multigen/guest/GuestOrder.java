package org.multigen.guest;

import org.multigen.base.Rng;

/**
 * Guest-virtual order in guest-physical pages: how far neighbours of a program inside the guest are neighbours in the guest's
 * memory. Immutable.
 */
public final class GuestOrder {
    private final int[] page;

    /**
     * @param scatter share of the pages that lie somewhere else than in order, 0..1
     */
    public GuestOrder(int pages, double scatter, long seed) {
        page = new int[pages];
        int[] moved = new int[pages];
        int n = 0;
        Rng rng = new Rng(seed);
        for (int i = 0; i < pages; i++) {
            page[i] = i;
            if (rng.below(1 << 30) < scatter * (1 << 30)) {
                moved[n++] = i;
            }
        }
        for (int i = n - 1; i > 0; i--) {
            int j = (int) rng.below(i + 1);
            int a = page[moved[i]];
            page[moved[i]] = page[moved[j]];
            page[moved[j]] = a;
        }
    }

    /** The place in guest-physical order of a page in guest-virtual order. */
    public int physical(int virtual) {
        return page[virtual];
    }
}
