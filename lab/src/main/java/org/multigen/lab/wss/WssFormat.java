package org.multigen.lab.wss;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.multigen.lab.result.Basis;
import org.multigen.lab.scenario.Size;
import org.multigen.lab.trace.TraceClock;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Working sets and recommendations as text.
 *
 * @param name of the recording
 * @param budget refaults per second that are allowed
 * @param margin share that was added to what the first half needs
 * @param notes what a reader has to know
 */
record WssFormat(
        String name,
        WorkingSets sets,
        List<Recommendation> recommendations,
        double budget,
        double margin,
        List<String> notes) {
    private static final double MS_PER_S = 1000;
    private static final int S_PER_MIN = 60;
    private static final long PAGES_PER_MIB = (1 << 20) / Size.PAGE;

    // ---- tables

    String table() {
        try (Formatter out = new Formatter(Locale.ROOT)) {
            out.format("%s: %s accessed over ", name, size(sets.distinct()));
            if (sets.unit() == TraceClock.Unit.ACCESSES) {
                out.format("%,.0f %s%nthe trace has no times: no working set over time%n", sets.end(), unit());
            } else {
                out.format("%.4g %s%n", sets.end(), unit());
                overTime(out);
            }
            recommended(out);
            notes.forEach(n -> out.format("note: %s%n", n));
            return out.toString();
        }
    }

    private String unit() {
        return sets.unit().text();
    }

    private void overTime(Formatter out) {
        List<Double> shown = sets.windows().subList(0, shown());
        out.format("%naccessed within the last%n%12s", "at");
        shown.forEach(w -> out.format(" %12s", label(w)));
        int moments = sets.pages()[0].length;
        for (int m = 0; m < moments; m++) {
            out.format("%n%10.3g s", sets.end() * (m + 1) / moments);
            for (int w = 0; w < shown.size(); w++) {
                out.format(" %12s", size(sets.pages()[w][m]));
            }
        }
        out.format("%n");
        if (shown.size() < sets.windows().size()) {
            out.format(
                    "the recording spans %.3g s: whatever was accessed was so within the last %s%n",
                    sets.end(),
                    sets.windows().stream()
                            .skip(shown.size())
                            .map(WssFormat::label)
                            .collect(Collectors.joining(", ")));
        }
    }

    /** Windows up to the first that holds the whole recording: the longer ones say the same. */
    private int shown() {
        int n = 1;
        while (n < sets.windows().size() && sets.windows().get(n - 1) < sets.end()) {
            n++;
        }
        return n;
    }

    private static String label(double seconds) {
        if (seconds < 1) {
            return String.format(Locale.ROOT, "%.0f ms", seconds * MS_PER_S);
        }
        return seconds < S_PER_MIN
                ? String.format(Locale.ROOT, "%.0f s", seconds)
                : String.format(Locale.ROOT, "%.0f min", seconds / S_PER_MIN);
    }

    private void recommended(Formatter out) {
        out.format(
                "%nmemory.max for at most %,.0f refaults per second of %s, from the first half with a margin of %.0f %%%n",
                budget, sets.unit() == TraceClock.Unit.WALL ? "the trace's clock" : "run time", 100 * margin);
        out.format(
                "%-8s %-8s %12s %12s %12s   %s%n",
                "kernel", "lru", "memory.max", "1st needs", "2nd needs", "checked on the second half");
        for (Recommendation r : recommendations) {
            out.format(
                    "%-8s %-8s %12s %12s %12s   %s (the halves' needs differ by %.0f %%)%n",
                    r.kernel(),
                    r.lru(),
                    size(r.pages()),
                    size(r.needFirst()),
                    size(r.needSecond()),
                    checked(r),
                    100 * r.error());
        }
    }

    private String checked(Recommendation r) {
        if (r.checked().killed()) {
            return "out of memory: NOT met";
        }
        return String.format(
                Locale.ROOT,
                "%,d refaults, %,.0f/s: %s",
                r.checked().refaults(),
                r.checked().perSecond(),
                r.met(budget) ? "met" : "NOT met");
    }

    private static String size(long pages) {
        return pages < PAGES_PER_MIB
                ? pages * Size.PAGE / 1024 + " KiB"
                : String.format(Locale.ROOT, "%.1f MiB", pages / (double) PAGES_PER_MIB);
    }

    // ---- JSON

    String json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("schema", 1).put("kind", "wss").put("timeUnit", unit()).put("end", sets.end());
        json.put("distinctPages", sets.distinct()).put("budget", budget).put("margin", margin);
        Basis.put(json, recommendations.stream().map(Recommendation::basis).toList());
        ObjectNode windows = json.putObject("workingSets");
        for (int w = 0; w < sets.windows().size(); w++) {
            ArrayNode pages = windows.putArray(key(sets.windows().get(w)));
            for (long n : sets.pages()[w]) {
                pages.add(n);
            }
        }
        ArrayNode all = json.putArray("recommendations");
        recommendations.forEach(r -> put(all.addObject(), r));
        notes.forEach(json.putArray("notes")::add);
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    }

    private static String key(double seconds) {
        return seconds < 1 ? Math.round(seconds * MS_PER_S) + "ms" : Math.round(seconds) + "s";
    }

    private void put(ObjectNode to, Recommendation r) {
        to.put("kernel", r.kernel())
                .put("lru", r.lru())
                .put("pages", r.pages())
                .put("needFirst", r.needFirst())
                .put("needSecond", r.needSecond())
                .put("refaults", r.checked().refaults());
        if (r.checked().killed()) {
            to.putNull("refaultsPerSecond");
        } else {
            to.put("refaultsPerSecond", r.checked().perSecond());
        }
        to.put("outOfMemory", r.checked().killed()).put("met", r.met(budget));
    }
}
