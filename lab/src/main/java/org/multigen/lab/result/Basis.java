package org.multigen.lab.result;

import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/** What figures from many trials rest on, for those who draw them: {@code kernels}, and the {@code costs} that all share. */
public final class Basis {
    private Basis() {}

    /** Adds both to a result. */
    public static void put(ObjectNode json, Collection<TrialResult> trials) {
        trials.stream().map(TrialResult::kernel).distinct().forEach(json.putArray("kernels")::add);
        SortedMap<String, Long> common = new TreeMap<>();
        boolean first = true;
        for (TrialResult r : trials) {
            Map<String, Long> of = r.costModel() == null ? Map.of() : r.costModel();
            if (first) {
                common.putAll(of);
            } else {
                common.entrySet().retainAll(of.entrySet());
            }
            first = false;
        }
        ObjectNode costs = json.putObject("costs");
        common.forEach(costs::put);
    }
}
