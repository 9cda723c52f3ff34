package org.multigen.lab.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an experiment came to.
 *
 * @param schema version of this form, {@value #SCHEMA}
 * @param scenario its name
 * @param seed of every variant
 * @param threads the real threads that it ran on, or null: in virtual time
 * @param variants in the scenario's order
 * @param explain why a metric differs, for each variant but the first; empty if that was not asked
 */
public record ExperimentResult(
        int schema,
        String scenario,
        long seed,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable RealThreads threads,
        List<TrialResult> variants,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Explanation> explain) {
    /**
     * How it was run if not in virtual time: another run of the same gives other figures.
     *
     * @param count threads that ran the tasks; daemons have their own
     * @param clock what times are measured by
     */
    public record RealThreads(int count, String clock, boolean deterministic) {
        public static RealThreads of(int count) {
            return new RealThreads(count, "wall", false);
        }
    }

    /** The version that this code writes. */
    public static final int SCHEMA = 1;

    public ExperimentResult {
        variants = List.copyOf(variants);
        explain = explain == null ? List.of() : List.copyOf(explain); // results of earlier versions have none
        if (variants.isEmpty()) {
            throw new IllegalArgumentException("an experiment has at least one variant");
        }
    }

    /** In virtual time. */
    public ExperimentResult(int schema, String scenario, long seed, List<TrialResult> variants) {
        this(schema, scenario, seed, null, variants, List.of());
    }
}
