package org.multigen.lab.experiment;

import java.util.ArrayList;
import java.util.List;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.result.ExperimentResult;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.scenario.Planner;
import org.multigen.lab.scenario.Scenario;
import org.multigen.lab.scenario.Settings;

/** Runs the variants of a scenario, one after the other. */
public final class Experiment {
    private Experiment() {}

    /**
     * Runs variants and gathers their results.
     *
     * @param variants names, in the order of the results
     * @param overrides {@code key=value}, for every variant
     * @param panic whether the first broken invariant stops everything
     * @throws Failure if the scenario is wrong; every variant is checked before the first one runs
     */
    public static ExperimentResult run(
            Scenario scenario, List<String> variants, List<String> overrides, boolean panic, Progress progress) {
        Recordings recordings = new Recordings();
        List<Settings> settings = new ArrayList<>();
        long seed = 0;
        for (String variant : variants) {
            Settings s = scenario.settings(variant, overrides);
            seed = Planner.plan(s, recordings::footprint).seed();
            settings.add(s);
        }
        List<TrialResult> results = new ArrayList<>();
        for (int i = 0; i < variants.size(); i++) {
            Settings s = settings.get(i);
            TrialSpec spec = new TrialSpec(scenario.name(), variants.get(i), s.flat());
            results.add(Trial.run(spec, s, recordings, progress, panic));
        }
        return new ExperimentResult(ExperimentResult.SCHEMA, scenario.name(), seed, results);
    }

    /** Runs one trial from the form in which it travels. */
    public static TrialResult run(TrialSpec spec) {
        return Trial.run(spec, Settings.of(spec.settings()), new Recordings(), Progress.NONE, false);
    }
}
