package org.multigen.fidelity.verdict;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.multigen.fidelity.transcript.Header;

/**
 * How one transcript compares.
 *
 * @param kernel the kernel whose rules were used, such as {@code 6.12}
 * @param dumps settled dumps compared
 * @param equal those without any difference
 * @param largest the largest difference in pages of a generation, or null
 * @param pressure figures of a pressure run, or null
 * @param checks everything that was judged, failures first
 * @param notes what is told but not judged
 * @param firstDifference the first settled dump that differs, ours beside theirs, or null
 */
public record Verdict(
        Path file,
        Header header,
        String kernel,
        boolean pass,
        int dumps,
        int equal,
        @Nullable Largest largest,
        @Nullable Pressure pressure,
        List<Check> checks,
        List<String> notes,
        @Nullable SideBySide firstDifference) {

    /** A difference in pages, and where. */
    public record Largest(long pages, String where) {}

    /**
     * A run under memory pressure.
     *
     * @param faults major faults of the run, ours
     * @param kernelFaults theirs
     * @param sameOutcome share of touches with the same outcome, 0 to 1, or NaN where not recorded
     * @param overlap pages resident in both over pages resident in the larger set, or NaN
     */
    public record Pressure(long faults, long kernelFaults, double sameOutcome, double overlap, boolean killed) {
        /** Relative difference of the faults. */
        public double difference() {
            return kernelFaults == 0 ? (faults == 0 ? 0 : 1) : (double) (faults - kernelFaults) / kernelFaults;
        }
    }

    /** Two texts of the same moment. */
    public record SideBySide(int line, String label, List<String> differences, String ours, String theirs) {}
}
