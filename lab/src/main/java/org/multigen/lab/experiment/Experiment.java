package org.multigen.lab.experiment;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.explain.Explainer;
import org.multigen.lab.explain.Watch;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.replay.Recordings;
import org.multigen.lab.result.ExperimentResult;
import org.multigen.lab.result.Explanation;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.scenario.OptionSetting;
import org.multigen.lab.scenario.Scenario;
import org.multigen.lab.scenario.Settings;
import org.multigen.lab.scenario.VariantPlan;

/** Runs the variants of a scenario, one after the other. */
public final class Experiment {
    private final Scenario scenario;
    private final List<Settings> settings = new ArrayList<>();
    private final List<TrialSpec> specs = new ArrayList<>();
    private final Recordings recordings;
    private final Conduct conduct;
    private final long seed;

    private Experiment(Scenario scenario, List<String> variants, List<String> overrides, Conduct conduct) {
        this.scenario = scenario;
        this.conduct = conduct;
        this.recordings = new Recordings(conduct.partial());
        long last = 0;
        for (String variant : variants) {
            Settings s = scenario.settings(variant, overrides);
            last = VariantPlan.of(scenario, variant, OptionSetting.set(overrides), recordings::footprint)
                    .seed();
            settings.add(s);
            specs.add(new TrialSpec(scenario.name(), variant, s.flat()));
        }
        this.seed = last;
    }

    /**
     * Runs variants and gathers their results.
     *
     * @param variants names, in the order of the results
     * @param overrides {@code key=value}, for every variant
     * @throws Failure if the scenario is wrong; every variant is checked before the first one runs
     */
    public static ExperimentResult run(
            Scenario scenario, List<String> variants, List<String> overrides, Conduct conduct) {
        Experiment e = new Experiment(scenario, variants, overrides, conduct);
        List<TrialResult> results = new ArrayList<>();
        for (int i = 0; i < e.specs.size(); i++) {
            results.add(e.trial(i, null));
        }
        return e.result(results, List.of());
    }

    /**
     * The same, and explains a metric: each variant against the first, which is run once more for each of them.
     *
     * @param variants at least two
     */
    public static ExperimentResult explain(
            Scenario scenario, List<String> variants, List<String> overrides, Conduct conduct, Explainer explainer) {
        Experiment e = new Experiment(scenario, variants, overrides, conduct);
        List<TrialResult> results = new ArrayList<>();
        List<Explanation> explanations = new ArrayList<>();
        Watch first = explainer.first();
        results.add(e.trial(0, first));
        for (int i = 1; i < e.specs.size(); i++) {
            Watch other = explainer.against(first);
            results.add(e.trial(i, other));
            Watch again = explainer.against(other);
            TrialResult same = e.trial(0, again);
            explanations.add(explainer.explain(other, results.get(i), again, same));
        }
        return e.result(results, explanations);
    }

    private TrialResult trial(int i, @Nullable Watch watch) {
        return Trial.run(specs.get(i), settings.get(i), recordings, conduct, watch);
    }

    private ExperimentResult result(List<TrialResult> results, List<Explanation> explanations) {
        return new ExperimentResult(
                ExperimentResult.SCHEMA,
                scenario.name(),
                seed,
                conduct.threads() == 0 ? null : ExperimentResult.RealThreads.of(conduct.threads()),
                results,
                explanations);
    }

    /** Runs one trial from the form in which it travels. */
    public static TrialResult run(TrialSpec spec) {
        return Trial.run(spec, Settings.of(spec.settings()), new Recordings(), Conduct.of(false, Progress.NONE), null);
    }
}
