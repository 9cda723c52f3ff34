package org.multigen.lab.result;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.SortedMap;

/**
 * Why a metric differs between two variants: the occurrences that only one of them has, by cause. {@code value - againstValue}
 * equals the sum of {@code extra} minus the sum of {@code spared}.
 *
 * @param metric its name
 * @param noun what it counts, for people
 * @param variant the variant that is explained
 * @param against the one that it is compared with
 * @param value of the metric in {@code variant}, after the warm-up
 * @param same occurrences that both have
 * @param extra those that only {@code variant} has, largest first
 * @param spared those that only {@code against} has
 * @param evictions pages that {@code variant} evicted after the warm-up, by cause
 * @param againstEvictions the same of {@code against}
 */
public record Explanation(
        String metric,
        String noun,
        String variant,
        String against,
        long value,
        long againstValue,
        long same,
        List<Group> extra,
        List<Group> spared,
        SortedMap<String, Long> evictions,
        SortedMap<String, Long> againstEvictions) {

    /**
     * Occurrences of one area with one cause.
     *
     * @param area process and mapping, or file
     * @param cause its name in docs/explain.md
     * @param count occurrences
     * @param pages distinct pages among them
     * @param touchesSinceUse median of the touches by all tasks since the page was used last; 0 if it never was
     * @param by who had evicted the pages
     * @param other where the other variant had the pages at that touch
     */
    public record Group(
            String area,
            String cause,
            String text,
            long count,
            long pages,
            long touchesSinceUse,
            SortedMap<String, Long> by,
            SortedMap<String, Long> other) {}

    /** Occurrences that only the explained variant has. */
    public long extraCount() {
        return extra.stream().mapToLong(Group::count).sum();
    }

    /** Occurrences that only the other variant has. */
    public long sparedCount() {
        return spared.stream().mapToLong(Group::count).sum();
    }

    /** What made the difference, in one sentence. */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String verdict() {
        return ExplainFormat.sentence(this);
    }
}
