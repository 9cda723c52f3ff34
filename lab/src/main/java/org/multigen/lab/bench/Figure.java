package org.multigen.lab.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A measured figure.
 *
 * @param name its name, unique among all benches
 * @param meaning what was measured, in one line
 * @param unit of the value
 * @param value median of the rounds
 * @param lowest of the rounds
 * @param highest of the rounds
 * @param best what plain reads reached in the same rounds, as medians in the same unit
 * @param target what the project asks for, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Figure(
        String name,
        String meaning,
        String unit,
        double value,
        double lowest,
        double highest,
        SortedMap<String, Double> best,
        @Nullable Target target) {

    /**
     * A figure that should be reached.
     *
     * @param atLeast the value should not be below; else not above
     */
    record Target(double value, boolean atLeast) {}

    /** A figure without plain reads beside it. */
    static Figure of(String name, String meaning, String unit, double value, @Nullable Target target) {
        return new Figure(name, meaning, unit, value, value, value, new TreeMap<>(), target);
    }

    /** Whether the target was reached; null without one. */
    @JsonProperty
    @Nullable
    Boolean met() {
        if (target == null) {
            return null;
        }
        return target.atLeast ? value >= target.value : value <= target.value;
    }
}
