package org.multigen.fidelity.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.multigen.fidelity.verdict.Check;
import org.multigen.fidelity.verdict.Verdict;
import tools.jackson.databind.json.JsonMapper;

/** The verdicts as JSON, schema 1, and the summary that is stored for other commands. */
public final class JsonReport {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private JsonReport() {}

    /** All transcripts with everything that was judged. */
    public static String verdicts(List<Verdict> verdicts) {
        Map<String, @Nullable Object> root = new LinkedHashMap<>();
        root.put("schema", 1);
        root.put("transcripts", verdicts.stream().map(JsonReport::transcript).toList());
        root.put("kernels", kernels(verdicts));
        return write(root);
    }

    /** What `multigen run` prints about the rules it used. */
    public static String summary(List<Verdict> verdicts) {
        Map<String, @Nullable Object> root = new LinkedHashMap<>();
        root.put("schema", 1);
        root.put("kernels", kernels(verdicts));
        return write(root);
    }

    private static String write(Map<String, @Nullable Object> root) {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static Map<String, @Nullable Object> kernels(List<Verdict> verdicts) {
        Map<String, List<Verdict>> byKernel = new TreeMap<>(KernelOrder.COMPARATOR);
        verdicts.forEach(v ->
                byKernel.computeIfAbsent(v.kernel(), k -> new ArrayList<>()).add(v));
        Map<String, @Nullable Object> kernels = new LinkedHashMap<>();
        byKernel.forEach((kernel, list) -> {
            Map<String, @Nullable Object> k = new LinkedHashMap<>();
            k.put("release", list.getFirst().header().release());
            k.put("recordings", list.size());
            k.put("pass", list.stream().filter(Verdict::pass).count());
            k.put("medianFaultDifference", rounded(Figures.median(Figures.faultDifferences(list))));
            kernels.put(kernel, k);
        });
        return kernels;
    }

    private static Map<String, @Nullable Object> transcript(Verdict v) {
        Map<String, @Nullable Object> t = new LinkedHashMap<>();
        t.put("file", v.file().toString());
        t.put("kernel", v.kernel());
        t.put("release", v.header().release());
        t.put("kind", v.header().kind().type().word());
        t.put("tolerance", v.header().kind().text());
        t.put("verdict", v.pass() ? "pass" : "fail");
        t.put("dumps", v.dumps());
        t.put("equal", v.equal());
        Verdict.Largest largest = v.largest();
        if (largest != null) {
            t.put("largestDifference", ordered("pages", largest.pages(), "where", largest.where()));
        }
        Verdict.Pressure p = v.pressure();
        if (p != null) {
            t.put("pressure", pressure(p));
        }
        t.put("checks", v.checks().stream().map(JsonReport::check).toList());
        t.put("notes", v.notes());
        return t;
    }

    private static Map<String, @Nullable Object> pressure(Verdict.Pressure p) {
        Map<String, @Nullable Object> m = new LinkedHashMap<>();
        m.put("killed", p.killed());
        m.put("faults", p.faults());
        m.put("kernelFaults", p.kernelFaults());
        m.put("difference", p.killed() ? null : rounded(p.difference()));
        m.put("sameOutcome", Double.isNaN(p.sameOutcome()) ? null : rounded(p.sameOutcome()));
        m.put("residentOverlap", Double.isNaN(p.overlap()) ? null : rounded(p.overlap()));
        return m;
    }

    private static Map<String, @Nullable Object> check(Check c) {
        Map<String, @Nullable Object> m = new LinkedHashMap<>();
        m.put("figure", c.figure());
        m.put("tolerance", c.tolerance());
        m.put("ours", c.ours());
        m.put("kernel", c.theirs());
        m.put("inside", c.holds());
        m.put("where", c.where());
        return m;
    }

    private static Map<String, @Nullable Object> ordered(String k1, Object v1, String k2, Object v2) {
        Map<String, @Nullable Object> m = new LinkedHashMap<>();
        m.put(k1, v1);
        m.put(k2, v2);
        return m;
    }

    private static double rounded(double value) {
        return Math.round(value * 1e6) / 1e6;
    }
}
