package org.multigen.lab.experiment;

import java.nio.file.Path;
import java.util.List;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.replay.Recordings;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.scenario.Planner;
import org.multigen.lab.scenario.Scenario;
import org.multigen.lab.scenario.Settings;

/** Runs single trials, in any order and by any number of threads; what is known of recordings is shared. */
public final class Trials {
    private final Recordings recordings = new Recordings();
    private final Sampling sampling;

    /** Nothing is known yet, and nothing is taken down over time. */
    public Trials() {
        this(Sampling.NONE);
    }

    /** Nothing is known yet. */
    public Trials(Sampling sampling) {
        this.sampling = sampling;
    }

    /**
     * Checks that a trial can be run.
     *
     * @throws Failure if its settings contradict each other or a recording is absent
     */
    public void check(Scenario scenario, String variant, List<String> overrides) {
        Planner.plan(scenario.settings(variant, overrides), recordings::footprint);
    }

    /**
     * Runs a trial.
     *
     * @throws Failure if its settings cannot be carried out
     */
    public TrialResult run(Scenario scenario, String variant, List<String> overrides) {
        Settings s = scenario.settings(variant, overrides);
        return Trial.run(
                new TrialSpec(scenario.name(), variant, s.flat()),
                s,
                recordings,
                Conduct.of(false, Progress.NONE).sampling(sampling),
                null);
    }

    /** The most pages that a trial's tasks have in use at one time, summed over the tasks. */
    public long footprint(Scenario scenario, String variant, List<String> overrides) {
        return Planner.plan(scenario.settings(variant, overrides), recordings::footprint).tasks().stream()
                .mapToLong(t -> t.footprint())
                .sum();
    }

    /**
     * Pages of files that a recording uses.
     *
     * @throws Failure if there is no such recording
     */
    public static long filePages(Path recording) {
        return new Recordings()
                .summary(recording).files().stream()
                        .mapToLong(f -> f.pagesUsed())
                        .sum();
    }
}
