package org.multigen.fidelity.transcript;

/** How far one figure of ours may lie from the recorded one. */
public sealed interface Tolerance {
    /** The tolerance as a transcript writes it, without the figure's name. */
    String text();

    /**
     * A relative band around the recorded figure.
     *
     * @param below lowest allowed deviation in per cent, at most 0
     * @param above highest allowed deviation in per cent, at least 0
     */
    record Band(double below, double above, String text) implements Tolerance {
        /** Whether {@code ours} lies in the band around {@code theirs}. */
        public boolean holds(double ours, double theirs) {
            double slack = 1e-9 * Math.abs(theirs);
            return ours >= theirs * (1 + below / 100) - slack && ours <= theirs * (1 + above / 100) + slack;
        }
    }

    /** A distance in percentage points, for shares. */
    record Points(double points, String text) implements Tolerance {
        /** Whether two shares, 0 to 1, are close enough. */
        public boolean holds(double ours, double theirs) {
            return Math.abs(ours - theirs) * 100 <= points + 1e-9;
        }
    }

    /** A number of pages. */
    record Pages(long pages, String text) implements Tolerance {}

    /** A rule without a number: {@code exact}, {@code killed_or_not} or {@code exact_prefix}. */
    record Rule(String text) implements Tolerance {}
}
