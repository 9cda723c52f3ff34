package org.multigen.lab.result;

import java.util.Set;
import java.util.TreeSet;

/**
 * How far a change of a time depends on the costs that nobody knows well: the change when any one cost of the model is halved or
 * doubled.
 *
 * @param change the relative change with the costs as they are
 * @param low the lowest relative change
 * @param high the highest
 * @param lowCost the cost and factor that lead to the lowest, empty if none lowers it
 * @param highCost the cost and factor that lead to the highest
 */
public record Band(double change, double low, double high, Lever lowCost, Lever highCost) {

    /** A cost and the factor that it was multiplied with. */
    public record Lever(String cost, double factor) {
        static final Lever NONE = new Lever("", 1);

        /** For a sentence: {@code SWAP_READ doubled}. */
        String text() {
            return cost + (factor > 1 ? " doubled" : " halved");
        }
    }

    private static final double[] FACTORS = {0.5, 2};

    /**
     * The band of one time between two variants. The counts of events stay as they were measured; only their costs move.
     */
    static Band of(String metric, TrialResult from, TrialResult to) {
        double a = from.metric(metric);
        double b = to.metric(metric);
        double change = b / a - 1;
        Band band = new Band(change, change, change, Lever.NONE, Lever.NONE);
        Set<String> costs = new TreeSet<>(from.costsOf(metric).keySet());
        costs.addAll(to.costsOf(metric).keySet());
        for (String cost : costs) {
            for (double factor : FACTORS) {
                double moved = (b + (factor - 1) * to.costsOf(metric).getOrDefault(cost, 0L))
                                / (a + (factor - 1) * from.costsOf(metric).getOrDefault(cost, 0L))
                        - 1;
                band = band.widened(moved, new Lever(cost, factor));
            }
        }
        return band;
    }

    private Band widened(double moved, Lever lever) {
        if (moved < low) {
            return new Band(change, moved, high, lever, highCost);
        }
        return moved > high ? new Band(change, low, moved, lowCost, lever) : this;
    }

    /** Whether the sign of the change depends on a cost. */
    boolean undecided() {
        return low <= 0 && high >= 0;
    }

    /** The lever that turns the change round; meaningful if {@link #undecided}. */
    Lever deciding() {
        return change <= 0 ? highCost : lowCost;
    }

    /** The change at the far side of zero; meaningful if {@link #undecided}. */
    double turned() {
        return change <= 0 ? high : low;
    }
}
