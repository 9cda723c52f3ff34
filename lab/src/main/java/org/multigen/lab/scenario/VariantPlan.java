package org.multigen.lab.scenario;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;

/**
 * Plans a variant under options of the command line. Where an option contradicts the scenario, the failure names the option, not
 * only the line that it contradicts.
 */
public final class VariantPlan {
    private final Scenario scenario;
    private final String variant;
    private final ToLongFunction<Path> recordedFootprint;

    private VariantPlan(Scenario scenario, String variant, ToLongFunction<Path> recordedFootprint) {
        this.scenario = scenario;
        this.variant = variant;
        this.recordedFootprint = recordedFootprint;
    }

    /**
     * Plans.
     *
     * @param recordedFootprint see {@link Planner#plan}
     * @throws Failure if it cannot be planned
     */
    public static Plan of(
            Scenario scenario, String variant, List<OptionSetting> options, ToLongFunction<Path> recordedFootprint) {
        VariantPlan v = new VariantPlan(scenario, variant, recordedFootprint);
        try {
            return v.plan(options);
        } catch (Failure f) {
            throw v.blamed(f, options);
        }
    }

    private Plan plan(List<OptionSetting> options) {
        return Planner.plan(scenario.given(variant, options), recordedFootprint);
    }

    private Failure blamed(Failure f, List<OptionSetting> options) {
        String line = String.valueOf(f.getMessage());
        boolean named = options.stream().anyMatch(o -> line.startsWith(o.option()));
        if (f.exitCode() != ExitCode.BAD_DATA || named) {
            return f;
        }
        for (OptionSetting o : options) {
            List<OptionSetting> others = new ArrayList<>(options);
            others.remove(o);
            if (possible(others)) {
                return Failure.usage(o.option() + ": " + line);
            }
        }
        return options.isEmpty() || !possible(List.of())
                ? f
                : Failure.usage(
                        options.stream().map(OptionSetting::option).collect(Collectors.joining(", ")) + ": " + line);
    }

    private boolean possible(List<OptionSetting> options) {
        try {
            plan(options);
            return true;
        } catch (Failure f) {
            return false;
        }
    }
}
