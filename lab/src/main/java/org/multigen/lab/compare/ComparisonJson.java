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
        json.put("footprintPages", c.footprintPages()).put("distinctPages", c.distinctPages());
        json.put("filePages", c.filePages());
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
        }
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
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
