package org.multigen.lab.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What one variant came to. Times are virtual nanoseconds.
 *
 * @param name of the variant
 * @param kernel whose rules held
 * @param settings path to text, files by their names
 * @param metrics after the warm-up, by name
 * @param warmup the same until the end of the warm-up
 * @param memcgs the end state of each cgroup: {@code memory.stat} and the like, by path
 * @param tasks each task's own figures
 * @param events what came of the scenario's events, in the order in which they happened
 * @param notes what a reader has to know about how tasks were run
 * @param warnings broken invariants; none in a healthy run
 * @param costs of each time among the metrics, the nanoseconds that are proportional to a cost of the model
 * @param costModel nanoseconds of each cost of the model; null in results of earlier versions
 * @param series the run over its time, or null if that was not taken down
 */
public record TrialResult(
        String name,
        String kernel,
        SortedMap<String, String> settings,
        SortedMap<String, Long> metrics,
        SortedMap<String, Long> warmup,
        SortedMap<String, SortedMap<String, Long>> memcgs,
        List<TaskResult> tasks,
        List<EventResult> events,
        List<String> notes,
        List<WarningResult> warnings,
        SortedMap<String, SortedMap<String, Long>> costs,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable SortedMap<String, Long> costModel,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable TimeSeries series) {
    private static final long KIB_PER_PAGE = 4;

    /**
     * A task at the end of the run.
     *
     * @param outcome {@code finished}, or {@code killed} by the OOM killer
     */
    public record TaskResult(String name, String outcome, SortedMap<String, Long> metrics) {}

    /**
     * An event of the scenario.
     *
     * @param atNs when it happened
     * @param touch touches of all tasks before it
     * @param outcome {@code ok}, the kernel's errno such as {@code EINVAL}, or {@code never} if the run ended before
     * @param text what a dump read, else empty
     */
    public record EventResult(String event, long atNs, long touch, String outcome, String text) {}

    /** A broken invariant: where, what, how often. */
    public record WarningResult(String site, String text, long count) {}

    /** A metric after the warm-up; 0 if the run does not have it. */
    public long metric(String metric) {
        return metrics.getOrDefault(metric, 0L);
    }

    /** Pages that the kernel read from swap and from files, read-ahead included. Kernel: pgpgin counts KiB. */
    public long pagesRead() {
        return metric("pswpin") + metric("pgpgin") / KIB_PER_PAGE;
    }

    /** Of a time, the part that is proportional to each cost. */
    Map<String, Long> costsOf(String metric) {
        SortedMap<String, Long> parts = costs.get(metric);
        return parts == null ? Map.of() : parts;
    }

    /** Tasks that the OOM killer ended. */
    public List<String> killed() {
        return tasks.stream()
                .filter(t -> t.outcome().equals("killed"))
                .map(TaskResult::name)
                .toList();
    }
}
