package org.multigen.lab.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.figure.ReferenceLog;
import org.multigen.lab.replay.Recordings;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.scenario.OptionSetting;
import org.multigen.lab.scenario.Plan;
import org.multigen.lab.scenario.Scenario;
import org.multigen.lab.scenario.Settings;
import org.multigen.lab.scenario.VariantPlan;

/** Runs single trials, in any order and by any number of threads; what is known of recordings is shared. */
public final class Trials {
    private static final String NO_LIMIT = "memory.max=max";

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
     * @throws Failure if its settings contradict each other or a recording is absent; it names the option that does
     */
    public void check(Scenario scenario, String variant, List<OptionSetting> options) {
        plan(scenario, variant, options);
    }

    private Plan plan(Scenario scenario, String variant, List<OptionSetting> options) {
        return VariantPlan.of(scenario, variant, options, recordings::footprint);
    }

    /**
     * Runs a trial.
     *
     * @throws Failure if its settings cannot be carried out
     */
    public TrialResult run(Scenario scenario, String variant, List<OptionSetting> options) {
        return run(scenario, variant, options, sampling, null);
    }

    private TrialResult run(
            Scenario scenario,
            String variant,
            List<OptionSetting> options,
            Sampling taken,
            @Nullable ReferenceLog references) {
        Settings s = scenario.given(variant, options);
        return Trial.run(
                new TrialSpec(scenario.name(), variant, s.flat()),
                s,
                recordings,
                Conduct.of(false, Progress.NONE).sampling(taken),
                null,
                references);
    }

    /** What a trial's tasks reference, for policies that hold as many pages as {@code memory.max} allows. */
    public ScenarioReferences references(Scenario scenario, String variant, List<OptionSetting> options) {
        List<OptionSetting> unlimited = new ArrayList<>(options);
        unlimited.add(new OptionSetting("--set " + NO_LIMIT, NO_LIMIT));
        return ScenarioReferences.of(
                plan(scenario, variant, unlimited), log -> run(scenario, variant, unlimited, Sampling.NONE, log));
    }

    /** The most pages that a trial's tasks have in use at one time, summed over the tasks. */
    public long footprint(Scenario scenario, String variant, List<OptionSetting> options) {
        return plan(scenario, variant, options).footprint();
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
