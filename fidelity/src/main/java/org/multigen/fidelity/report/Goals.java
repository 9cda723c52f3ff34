package org.multigen.fidelity.report;

import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.multigen.fidelity.verdict.Check;
import org.multigen.fidelity.verdict.Verdict;

/**
 * What the project aims at beyond tolerances, measured over one kernel's recordings: faults within 1 %, 98 % of single touches with
 * the same outcome, pages scanned within 5 % where no page tables are walked, and the same first 200 reclaim calls.
 */
record Goals(String faults, String touches, String scanned, String calls) {
    private static final double FAULTS = 0.01;
    private static final double TOUCHES = 0.98;
    private static final double SCANNED = 0.05;
    private static final int CALLS = 200;
    /** lru_gen/enabled without walks. */
    private static final int NO_WALKS = 1;

    private static final Pattern EQUAL_CALLS = Pattern.compile("(\\d+) of \\d+ calls equal.*");

    static Goals of(List<Verdict> verdicts) {
        return new Goals(faults(verdicts), touches(verdicts), scanned(verdicts), calls(verdicts));
    }

    private static String faults(List<Verdict> verdicts) {
        List<Double> differences = Figures.faultDifferences(verdicts);
        return differences.isEmpty()
                ? ""
                : met(Figures.median(differences) <= FAULTS) + Figures.percent(Figures.median(differences));
    }

    private static String touches(List<Verdict> verdicts) {
        List<Double> shares = verdicts.stream()
                .map(Verdict::pressure)
                .filter(Objects::nonNull)
                .map(Verdict.Pressure::sameOutcome)
                .filter(s -> !s.isNaN())
                .sorted()
                .toList();
        if (shares.isEmpty()) {
            return "";
        }
        long reached = shares.stream().filter(s -> s >= TOUCHES).count();
        return met(reached == shares.size()) + reached + " of " + shares.size() + " runs; median "
                + Figures.percent(Figures.median(shares)) + ", mean "
                + Figures.percent(shares.stream()
                        .mapToDouble(Double::doubleValue)
                        .average()
                        .orElse(1))
                + ", least " + Figures.percent(shares.getFirst());
    }

    /** Recordings with fewer touches of the same outcome than aimed at, each with its share. */
    static String below(List<Verdict> verdicts) {
        StringJoiner text = new StringJoiner(", ");
        for (Verdict v : verdicts) {
            Verdict.Pressure p = v.pressure();
            if (p != null && p.sameOutcome() < TOUCHES) {
                text.add("`" + MarkdownReport.name(v) + "` " + Figures.percent(p.sameOutcome()));
            }
        }
        return text.toString();
    }

    private static String scanned(List<Verdict> verdicts) {
        OptionalDouble worst = verdicts.stream()
                .filter(v -> v.header().lruGenEnabled() == NO_WALKS)
                .flatMap(v -> v.checks().stream())
                .filter(c -> c.figure().equals("pgscan"))
                .mapToDouble(Goals::difference)
                .max();
        return worst.isEmpty()
                ? ""
                : met(worst.getAsDouble() <= SCANNED) + "at most " + Figures.percent(worst.getAsDouble());
    }

    private static double difference(Check c) {
        double theirs = Double.parseDouble(c.theirs());
        return theirs == 0 ? 0 : Math.abs(Double.parseDouble(c.ours()) - theirs) / theirs;
    }

    private static String calls(List<Verdict> verdicts) {
        return verdicts.stream()
                .flatMap(v -> v.checks().stream())
                .filter(c -> c.figure().equals("calls"))
                .map(c -> EQUAL_CALLS.matcher(c.ours()))
                .filter(Matcher::matches)
                .map(m -> met(Integer.parseInt(m.group(1)) >= CALLS) + "the first " + m.group(1))
                .findFirst()
                .orElse("");
    }

    private static String met(boolean met) {
        return met ? "" : "**not met:** ";
    }
}
