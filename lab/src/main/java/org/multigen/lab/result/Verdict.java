package org.multigen.lab.result;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One sentence that says what an experiment came to. */
public final class Verdict {
    private Verdict() {}

    /** The sentence of an experiment. */
    public static String of(ExperimentResult result) {
        List<TrialResult> variants =
                result.variants().stream().filter(v -> !isBound(v)).toList();
        if (variants.isEmpty()) {
            variants = result.variants();
        }
        TrialResult first = variants.getFirst();
        for (TrialResult v : variants) {
            if (!v.killed().isEmpty()) {
                return v.name() + " ran out of memory: the OOM killer ended " + String.join(", ", v.killed())
                        + (variants.size() > 1 ? ", so its figures do not compare with the others'." : ".");
            }
            if (v.metric(Metrics.TOUCHES) == 0 && v.metric(Metrics.RUN_TIME) == 0) {
                return v.name() + " was all warm-up: nothing is left to judge (see the key warmup).";
            }
        }
        Optional<String> guests = GuestVerdict.of(result);
        if (guests.isPresent()) {
            return guests.get();
        }
        return switch (variants.size()) {
            case 1 -> alone(first, wall(result));
            case 2 -> sentence(pair(first, variants.get(1), wall(result)));
            default -> several(first, variants, wall(result));
        };
    }

    /** A bound that is computed from a run is nothing that could be chosen. */
    private static boolean isBound(TrialResult v) {
        return "optimum".equals(v.settings().get("promotion.policy"));
    }

    /** Times were measured, not modelled: no cost has a part in them. */
    private static boolean wall(ExperimentResult result) {
        return result.threads() != null;
    }

    private static String alone(TrialResult v, boolean wall) {
        long time = v.metric(Metrics.RUN_TIME);
        return v.name() + " took " + Numbers.nanos(time, time)
                + (wall ? " of the wall clock and " : " of virtual time and ")
                + Numbers.count(v.metric(Metrics.MAJOR_FAULTS)) + " major faults after the warm-up.";
    }

    private static String pair(TrialResult first, TrialResult other, boolean wall) {
        if (sameOutcome(first, other)) {
            return other.name() + " and " + first.name()
                    + " came out exactly the same: same run time, same major faults.";
        }
        Band time = Band.of(Metrics.RUN_TIME, first, other);
        if (time.undecided()) {
            return undecided(first, other, time);
        }
        String how = wall ? "one run by the wall clock" : range(time) + " when any one cost is halved or doubled";
        return other.name() + " takes " + difference(time.change()) + " time than " + first.name() + " (" + how
                + ") and " + faults(first, other) + ".";
    }

    /** A verdict begins with a capital, unless it begins with the name of a variant. */
    private static String sentence(String pair) {
        return pair.startsWith("undecided") ? "U" + pair.substring(1) : pair;
    }

    private static String undecided(TrialResult first, TrialResult other, Band time) {
        String now = time.change() == 0 ? "as much time as " : difference(time.change()) + " time than ";
        return "undecided: " + other.name() + " takes " + now + first.name() + ", but " + difference(time.turned())
                + " with the cost " + time.deciding().text() + "; it takes " + faults(first, other) + ".";
    }

    private static String difference(double change) {
        return change >= 9
                ? String.format(Locale.ROOT, "%.1f times the", change + 1)
                : Numbers.percent(change) + (change < 0 ? " less" : " more");
    }

    private static String several(TrialResult first, List<TrialResult> variants, boolean wall) {
        TrialResult best = variants.stream()
                .min(Comparator.comparingLong(v -> v.metric(Metrics.RUN_TIME)))
                .orElseThrow();
        if (best.metric(Metrics.RUN_TIME) == first.metric(Metrics.RUN_TIME)) {
            TrialResult next = variants.stream()
                    .filter(v -> v != first)
                    .min(Comparator.comparingLong(v -> v.metric(Metrics.RUN_TIME)))
                    .orElseThrow();
            return "None of the " + variants.size() + " variants beats " + first.name() + "; nearest: "
                    + pair(first, next, wall);
        }
        return "Of " + variants.size() + " variants " + best.name() + " is the fastest: " + pair(first, best, wall);
    }

    private static boolean sameOutcome(TrialResult a, TrialResult b) {
        return a.metric(Metrics.RUN_TIME) == b.metric(Metrics.RUN_TIME)
                && a.metric(Metrics.MAJOR_FAULTS) == b.metric(Metrics.MAJOR_FAULTS);
    }

    /** Faults are counted, not modelled: they need no band. */
    private static String faults(TrialResult first, TrialResult other) {
        long a = first.metric(Metrics.MAJOR_FAULTS);
        long b = other.metric(Metrics.MAJOR_FAULTS);
        if (a == b) {
            return "the same number of major faults";
        }
        if (a == 0) {
            return Numbers.count(b) + " major faults against none";
        }
        double change = (double) b / a - 1;
        return change >= 9
                ? String.format(Locale.ROOT, "%.1f times the major faults", change + 1)
                : Numbers.percent(change) + (change < 0 ? " fewer" : " more") + " major faults";
    }

    static String range(Band band) {
        double a = Math.min(Math.abs(band.low()), Math.abs(band.high()));
        double b = Math.max(Math.abs(band.low()), Math.abs(band.high()));
        return Numbers.percent(a) + " to " + Numbers.percent(b);
    }
}
