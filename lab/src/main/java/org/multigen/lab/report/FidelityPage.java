package org.multigen.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** How recordings of real kernels agree with the engine, one by one. */
final class FidelityPage {
    private static final double PERCENT = 100;

    private FidelityPage() {}

    static Page of(JsonNode r) {
        Map<String, List<JsonNode>> byKernel = new LinkedHashMap<>();
        List<String> failing = new ArrayList<>();
        int all = 0;
        int inside = 0;
        for (JsonNode t : r.path("transcripts")) {
            byKernel.computeIfAbsent(t.path("kernel").asString(), k -> new ArrayList<>())
                    .add(t);
            all++;
            if (passes(t)) {
                inside++;
            } else {
                failing.add(t.path("kernel").asString() + " " + name(t) + ": outside its tolerance");
            }
        }
        List<Page.Section> sections = new ArrayList<>();
        sections.add(kernels(r, byKernel));
        byKernel.forEach((kernel, list) -> sections.addAll(pressure(kernel, list)));
        byKernel.forEach((kernel, list) -> sections.add(recordings(kernel, list)));
        List<List<String>> facts = new ArrayList<>();
        r.path("kernels")
                .properties()
                .forEach(k -> facts.add(List.of(
                        "kernel " + k.getKey(), k.getValue().path("release").asString(""))));
        return new Page(
                "Fidelity",
                "Does the engine do what real kernels did?",
                inside + " of " + all + " recordings are inside the tolerance that they state.",
                sections,
                facts,
                List.of(),
                definitions(),
                failing);
    }

    private static List<List<String>> definitions() {
        return List.of(
                List.of("recording", "What a real kernel was told to do, and what it showed; executed again here."),
                List.of("settled dumps", "Dumps of lru_gen at moments at which no page can be in a batch of a CPU."),
                List.of("fault difference", "Major faults here over those of the kernel, minus 1."),
                List.of("same outcome", "Share of single touches that faulted here if and only if they did there."),
                List.of("overlap", "Pages in memory at the end in both, over those of the larger set."));
    }

    private static boolean passes(JsonNode t) {
        return t.path("verdict").asString("").equals("pass");
    }

    private static String name(JsonNode t) {
        return t.path("file").asString().replaceFirst(".*/", "").replaceFirst("\\.txt$", "");
    }

    private static Page.Section kernels(JsonNode r, Map<String, List<JsonNode>> byKernel) {
        List<String> x = new ArrayList<>();
        List<Long> inside = new ArrayList<>();
        List<Long> outside = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        byKernel.forEach((kernel, list) -> {
            long pass = list.stream().filter(FidelityPage::passes).count();
            x.add(kernel);
            inside.add(pass);
            outside.add(list.size() - pass);
            JsonNode median = r.path("kernels").path(kernel).path("medianFaultDifference");
            rows.add(List.of(
                    kernel,
                    Texts.count(list.size()),
                    Texts.count(pass),
                    Texts.decimals(PERCENT * median.asDouble(0), 2) + " %"));
        });
        return new Page.Section(
                "Recordings by kernel",
                "",
                List.of(new Page.Chart(
                        "bar",
                        "",
                        new Page.Axis("kernel"),
                        new Page.Axis("recordings"),
                        x,
                        List.of(
                                new Page.Series("inside tolerance", inside, "0"),
                                new Page.Series("outside", outside, "5")))),
                new Page.Table(List.of("kernel", "recordings", "inside", "median fault difference"), rows));
    }

    /** Runs under pressure: how faults, single touches and what stays in memory agree. */
    private static List<Page.Section> pressure(String kernel, List<JsonNode> list) {
        List<String> x = new ArrayList<>();
        List<Double> faults = new ArrayList<>();
        List<Double> same = new ArrayList<>();
        List<Double> overlap = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode t : list) {
            JsonNode p = t.path("pressure");
            if (p.isObject() && p.path("difference").isNumber()) {
                x.add(name(t));
                faults.add(PERCENT * p.path("difference").asDouble());
                same.add(PERCENT * p.path("sameOutcome").asDouble(Double.NaN));
                overlap.add(PERCENT * p.path("residentOverlap").asDouble(Double.NaN));
                rows.add(List.of(
                        name(t),
                        Texts.count(p.path("faults").asLong()),
                        Texts.count(p.path("kernelFaults").asLong()),
                        Texts.decimals(faults.getLast(), 2) + " %",
                        share(same.getLast()),
                        share(overlap.getLast())));
            }
        }
        if (x.isEmpty()) {
            return List.of();
        }
        List<Page.Series> agreement = new ArrayList<>();
        agreement.add(new Page.Series("touches with the same outcome", numbers(same), "0"));
        agreement.add(new Page.Series("pages in memory in both", numbers(overlap), "1-"));
        Page.Axis recording = new Page.Axis("recording");
        return List.of(new Page.Section(
                "Linux " + kernel + " under pressure",
                "Major faults here against those of the kernel, and how alike the single touches and the pages left in"
                        + " memory are.",
                List.of(
                        new Page.Chart(
                                "bar",
                                "Difference in faults",
                                recording,
                                new Page.Axis("% of the kernel's faults"),
                                x,
                                List.of(new Page.Series("fault difference", faults, "0"))),
                        new Page.Chart("line", "Agreement", recording, new Page.Axis("%"), x, agreement)),
                new Page.Table(
                        List.of("recording", "faults here", "the kernel's", "difference", "same outcome", "overlap"),
                        rows)));
    }

    private static String share(double percent) {
        return Double.isNaN(percent) ? "" : Texts.decimals(percent, 2) + " %";
    }

    /** JSON has no NaN. */
    private static List<Object> numbers(List<Double> values) {
        return values.stream().map(v -> v.isNaN() ? (Object) "-" : v).toList();
    }

    private static Page.Section recordings(String kernel, List<JsonNode> list) {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode t : list) {
            JsonNode largest = t.path("largestDifference").path("pages");
            rows.add(List.of(
                    name(t),
                    t.path("kind").asString(""),
                    t.path("equal").asLong() + " of " + t.path("dumps").asLong(),
                    largest.isNumber() ? Texts.count(largest.asLong()) : "",
                    passes(t) ? "inside" : "OUTSIDE"));
        }
        return new Page.Section(
                "Linux " + kernel + ", recording by recording",
                "",
                List.of(),
                new Page.Table(
                        List.of("recording", "kind", "settled dumps equal", "largest difference, pages", "verdict"),
                        rows));
    }
}
