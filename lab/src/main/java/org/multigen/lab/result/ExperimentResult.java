package org.multigen.lab.result;

import java.util.List;

/**
 * What an experiment came to.
 *
 * @param schema version of this form, {@value #SCHEMA}
 * @param scenario its name
 * @param seed of every variant
 * @param variants in the scenario's order
 */
public record ExperimentResult(int schema, String scenario, long seed, List<TrialResult> variants) {
    /** The version that this code writes. */
    public static final int SCHEMA = 1;

    public ExperimentResult {
        variants = List.copyOf(variants);
        if (variants.isEmpty()) {
            throw new IllegalArgumentException("an experiment has at least one variant");
        }
    }
}
