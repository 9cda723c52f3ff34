package org.multigen.lab.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What an experiment came to.
 *
 * @param schema version of this form, {@value #SCHEMA}
 * @param scenario its name
 * @param seed of every variant
 * @param variants in the scenario's order
 * @param explain why a metric differs, for each variant but the first; empty if that was not asked
 */
public record ExperimentResult(
        int schema,
        String scenario,
        long seed,
        List<TrialResult> variants,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Explanation> explain) {
    /** The version that this code writes. */
    public static final int SCHEMA = 1;

    public ExperimentResult {
        variants = List.copyOf(variants);
        explain = explain == null ? List.of() : List.copyOf(explain); // results of earlier versions have none
        if (variants.isEmpty()) {
            throw new IllegalArgumentException("an experiment has at least one variant");
        }
    }

    public ExperimentResult(int schema, String scenario, long seed, List<TrialResult> variants) {
        this(schema, scenario, seed, variants, List.of());
    }
}
