package org.multigen.lab.wss;

import org.multigen.lab.result.TrialResult;

/**
 * What memory a kernel is to be given.
 *
 * @param needFirst pages that keep the budget on the first half
 * @param needSecond the same on the second half
 * @param pages recommended: the need of the first half and the margin
 * @param basis the first half with memory for everything
 * @param checked what happened on the second half with the recommended pages
 */
record Recommendation(
        String kernel,
        String lru,
        long needFirst,
        long needSecond,
        long pages,
        TrialResult basis,
        Need.Outcome checked) {
    /** How far the needs of the halves lie apart, as a share of the first's. */
    double error() {
        return needFirst == 0 ? 0 : Math.abs(needSecond - needFirst) / (double) needFirst;
    }

    boolean met(double budget) {
        return checked.perSecond() <= budget;
    }
}
