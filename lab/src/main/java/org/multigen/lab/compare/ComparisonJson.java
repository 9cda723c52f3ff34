package org.multigen.lab.compare;

import org.multigen.lab.result.CsvFormat;
import org.multigen.lab.result.JsonFormat;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A comparison for machines: per size the result as {@code multigen run} writes it, and the reference policies. */
final class ComparisonJson {
    private static final int SCHEMA = 1;

    private ComparisonJson() {}

    static String json(Comparison c) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("schema", SCHEMA).put("kind", "compare").put("name", c.name());
        json.put("footprintPages", c.footprintPages())
                .put("distinctPages", c.baseline().distinctPages());
        json.put("filePages", c.baseline().filePages())
                .put("firstTouches", c.baseline().firstTouches());
        if (!c.baseline().why().isEmpty()) {
            json.put("noReferences", c.baseline().why());
        }
        c.baseline().notes().forEach(json.putArray("notes")::add);
        ArrayNode sizes = json.putArray("sizes");
        for (Comparison.AtSize s : c.sizes()) {
            ObjectNode size = sizes.addObject();
            size.put("memory", s.memory()).put("pages", s.pages());
            size.set("result", JsonMapper.shared().readTree(JsonFormat.write(s.result())));
            ArrayNode references = size.putArray("references");
            s.references()
                    .forEach(r -> references
                            .addObject()
                            .put("policy", r.policy().word())
                            .put("pagesRead", r.pagesRead()));
            timesOptimum(size, c, s);
        }
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    }

    /** How far from optimal each configuration and policy is; nothing where the optimum is unknown or has no misses. */
    private static void timesOptimum(ObjectNode size, Comparison c, Comparison.AtSize s) {
        if (s.best().isEmpty()) {
            return;
        }
        ObjectNode times = size.putObject("timesOptimum");
        s.result().variants().stream()
                .filter(v -> v.killed().isEmpty())
                .forEach(v -> put(times, v.name(), c, s, v.pagesRead()));
        s.references().forEach(r -> put(times, "(" + r.policy().word() + ")", c, s, r.pagesRead()));
    }

    private static void put(ObjectNode times, String name, Comparison c, Comparison.AtSize s, long pagesRead) {
        double t = c.baseline().timesOptimum(pagesRead, s.best().orElseThrow());
        if (Double.isFinite(t)) {
            times.put(name, t);
        }
    }

    static String csv(Comparison c) {
        StringBuilder out = new StringBuilder();
        for (Comparison.AtSize s : c.sizes()) {
            String[] lines = CsvFormat.write(s.result()).split("\n");
            if (out.isEmpty()) {
                out.append("memory,").append(lines[0]).append('\n');
            }
            for (int i = 1; i < lines.length; i++) {
                out.append(s.memory()).append(',').append(lines[i]).append('\n');
            }
            for (Comparison.Reference r : s.references()) {
                out.append(s.memory())
                        .append(',')
                        .append(lines[1], 0, lines[1].indexOf(',', lines[1].indexOf(',') + 1))
                        .append(',')
                        .append(r.policy().word())
                        .append(",none,run,pages_read,")
                        .append(r.pagesRead())
                        .append('\n');
            }
        }
        return out.toString();
    }
}
