package org.multigen.lab.wss;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import org.multigen.lab.scenario.Size;
import org.multigen.lab.trace.TraceClock;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Working sets and recommendations as text.
 *
 * @param budget refaults per second of run time that are allowed
 * @param margin share that was added to what the first half needs
 */
record WssFormat(WorkingSets sets, List<Recommendation> recommendations, double budget, double margin) {
    String table(String name) {
        try (Formatter out = new Formatter(Locale.ROOT)) {
            out.format("%s: %s accessed over %.4g %s%n", name, mib(sets.distinct()), sets.end(), unit());
            if (sets.unit() == TraceClock.Unit.ACCESSES) {
                out.format("the trace has no times: no working set over time%n");
            } else {
                overTime(out);
            }
            recommended(out);
            return out.toString();
        }
    }

    private String unit() {
        return sets.unit().text();
    }

    private void overTime(Formatter out) {
        out.format("%naccessed within the last%n%12s %12s %12s %12s %12s%n", "at", "1 s", "10 s", "2 min", "10 min");
        int moments = sets.pages()[0].length;
        for (int m = 0; m < moments; m++) {
            out.format("%10.3g s", sets.end() * (m + 1) / moments);
            for (long[] window : sets.pages()) {
                out.format(" %12s", mib(window[m]));
            }
            out.format("%n");
        }
    }

    private void recommended(Formatter out) {
        out.format(
                "%nmemory.max for at most %,.0f refaults per second of run time, from the first half with a margin of %.0f %%%n",
                budget, 100 * margin);
        out.format(
                "%-8s %-8s %12s %12s %12s   %s%n",
                "kernel", "lru", "memory.max", "1st needs", "2nd needs", "checked on the second half");
        for (Recommendation r : recommendations) {
            out.format(
                    "%-8s %-8s %12s %12s %12s   %,.0f refaults/s: %s (the halves' needs differ by %.0f %%)%n",
                    r.kernel(),
                    r.lru(),
                    mib(r.pages()),
                    mib(r.needFirst()),
                    mib(r.needSecond()),
                    r.checked(),
                    r.checked() <= budget ? "met" : "NOT met",
                    100 * r.error());
        }
    }

    String json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("schema", 1).put("kind", "wss").put("timeUnit", unit()).put("end", sets.end());
        json.put("distinctPages", sets.distinct()).put("budget", budget).put("margin", margin);
        ObjectNode windows = json.putObject("workingSets");
        for (int w = 0; w < sets.pages().length; w++) {
            ArrayNode pages = windows.putArray(WorkingSets.WINDOWS.get(w) + "s");
            for (long n : sets.pages()[w]) {
                pages.add(n);
            }
        }
        ArrayNode all = json.putArray("recommendations");
        for (Recommendation r : recommendations) {
            all.addObject()
                    .put("kernel", r.kernel())
                    .put("lru", r.lru())
                    .put("pages", r.pages())
                    .put("needFirst", r.needFirst())
                    .put("needSecond", r.needSecond())
                    .put("refaultsPerSecond", r.checked())
                    .put("met", r.checked() <= budget);
        }
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    }

    private static String mib(long pages) {
        return String.format(Locale.ROOT, "%.1f MiB", pages * (double) Size.PAGE / (1 << 20));
    }
}
