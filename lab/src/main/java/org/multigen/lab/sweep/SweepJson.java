package org.multigen.lab.sweep;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.multigen.lab.result.Basis;
import org.multigen.lab.result.TrialResult;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A sweep for the report: the values of some metrics by point and variant, a value per seed, with their medians. */
final class SweepJson {
    private SweepJson() {}

    static String write(String scenario, Grid grid, SortedMap<Integer, TrialResult> results, List<String> metrics) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("schema", 1).put("kind", "sweep").put("scenario", scenario);
        grid.keys().forEach(json.putArray("keys")::add);
        metrics.forEach(json.putArray("metrics")::add);
        Basis.put(json, results.values());
        json.put("settings", settings(grid, results));
        Map<List<String>, List<Integer>> groups = new LinkedHashMap<>();
        results.keySet().forEach(n -> {
            Grid.Trial t = grid.trials().get(n);
            groups.computeIfAbsent(List.of(point(t), t.variant()), k -> new ArrayList<>())
                    .add(n);
        });
        double confidence = 1;
        ArrayNode array = json.putArray("groups");
        ArrayNode outOfMemory = json.putArray("outOfMemory");
        for (Map.Entry<List<String>, List<Integer>> e : groups.entrySet()) {
            if (e.getValue().stream().anyMatch(n -> killed(results, n))) {
                outOfMemory.add(String.join(", ", e.getKey().reversed()).replaceFirst(", $", ""));
                continue;
            }
            ObjectNode group = array.addObject();
            group.put("point", e.getKey().get(0)).put("variant", e.getKey().get(1));
            ArrayNode seeds = group.putArray("seeds");
            e.getValue().forEach(n -> seeds.add(grid.trials().get(n).seed()));
            ObjectNode values = group.putObject("values");
            ObjectNode medians = group.putObject("medians");
            for (String metric : metrics) {
                long[] row = e.getValue().stream()
                        .mapToLong(n -> value(results, n, metric))
                        .toArray();
                ArrayNode all = values.putArray(metric);
                for (long v : row) {
                    all.add(v);
                }
                Median m = Median.of(row);
                confidence = Math.min(confidence, m.confidence());
                medians.putObject(metric)
                        .put("value", m.value())
                        .put("low", m.low())
                        .put("high", m.high());
            }
        }
        json.put("confidence", confidence);
        return JsonMapper.shared().writeValueAsString(json);
    }

    /** Its figures end early and compare with nothing. */
    private static boolean killed(SortedMap<Integer, TrialResult> results, int trial) {
        TrialResult r = results.get(trial);
        return r != null && !r.killed().isEmpty();
    }

    private static long value(SortedMap<Integer, TrialResult> results, int trial, String metric) {
        TrialResult r = results.get(trial);
        return r == null ? 0 : r.metric(metric);
    }

    private static String point(Grid.Trial t) {
        return t.point().entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(", "));
    }

    /** What all trials share. */
    private static String settings(Grid grid, SortedMap<Integer, TrialResult> results) {
        SortedMap<String, String> common =
                new TreeMap<>(results.values().iterator().next().settings());
        results.values().forEach(r -> common.entrySet().retainAll(r.settings().entrySet()));
        grid.keys().forEach(common::remove);
        return common.entrySet().stream()
                .map(e -> e.getKey() + ": " + e.getValue() + "\n")
                .collect(Collectors.joining());
    }
}
