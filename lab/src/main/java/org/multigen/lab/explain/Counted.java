package org.multigen.lab.explain;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.failure.Nearest;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.result.TrialResult;

/** A metric that can be accounted for page by page. */
public enum Counted {
    MAJOR_FAULTS(true, "major faults", Metrics.MAJOR_FAULTS),
    MINOR_FAULTS(true, "minor faults", Metrics.MINOR_FAULTS),
    FAULTS(true, "faults", "pgfault"),
    SWAP_IN(false, "pages swapped in", "pswpin"),
    SWAP_OUT(false, "pages swapped out", "pswpout"),
    REFAULT("refaults", "workingset_refault"),
    REFAULT_ANON(false, "refaults of anonymous pages", "workingset_refault_anon"),
    REFAULT_FILE(false, "refaults of file pages", "workingset_refault_file"),
    STEAL("pages reclaimed", "pgsteal"),
    STEAL_ANON(false, "anonymous pages reclaimed", "pgsteal_anon"),
    STEAL_FILE(false, "file pages reclaimed", "pgsteal_file"),
    SCAN("pages scanned", "pgscan"),
    SCAN_ANON(false, "anonymous pages scanned", "pgscan_anon"),
    SCAN_FILE(false, "file pages scanned", "pgscan_file");

    private final boolean byTouch;
    private final String noun;
    private final String metric;
    private final List<String> summands;

    Counted(boolean byTouch, String noun, String metric) {
        this.byTouch = byTouch;
        this.noun = noun;
        this.metric = metric;
        this.summands = List.of(metric);
    }

    /** The sum over anonymous and file pages. */
    Counted(String noun, String metric) {
        this.byTouch = false;
        this.noun = noun;
        this.metric = metric;
        this.summands = List.of(metric + "_anon", metric + "_file");
    }

    /**
     * The metric of a name, or of another spelling that people use.
     *
     * @throws Failure a wrong command line, which names those that can be explained
     */
    public static Counted of(String name) {
        String wanted = name.equals("faults") ? "mg_minor_faults" : name.equals("pgswapin") ? "pswpin" : name;
        return Arrays.stream(values())
                .filter(c -> c.metric.equals(wanted))
                .findFirst()
                .orElseThrow(() -> Failure.usage("--explain " + name + ": no account by page of that metric"
                        + Nearest.hint(name, names().toList()) + "; there is one of "
                        + names().collect(Collectors.joining(", "))));
    }

    private static Stream<String> names() {
        return Arrays.stream(values()).map(c -> c.metric);
    }

    /** Occurrences of the same touch in two variants are the same; of other metrics the n-th of each page are. */
    boolean byTouch() {
        return byTouch;
    }

    /** For people, in the plural. */
    public String noun() {
        return noun;
    }

    /** Its name among the metrics of a result, or with the ending _anon and _file left out. */
    public String metric() {
        return metric;
    }

    long valueIn(TrialResult result) {
        return summands.stream().mapToLong(result::metric).sum();
    }

    /** Whether pages of a type, 0 anonymous and 1 file, count. */
    boolean counts(int type) {
        return switch (this) {
            case REFAULT_ANON, STEAL_ANON, SCAN_ANON -> type == 0;
            case REFAULT_FILE, STEAL_FILE, SCAN_FILE -> type == 1;
            default -> true;
        };
    }
}
