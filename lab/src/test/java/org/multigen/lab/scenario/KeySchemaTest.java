package org.multigen.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.multigen.lab.Golden;
import org.multigen.lab.failure.Failure;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.json.JsonMapper;

/** Reference and schema say what the parser does. */
final class KeySchemaTest {
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(json(), InputFormat.JSON);

    @TempDir
    private Path dir;

    private static String json() {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer =
                new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
        return JsonMapper.builder().build().writer().with(printer).writeValueAsString(KeySchema.schema()) + "\n";
    }

    @Test
    void schemaFileIsUpToDate() {
        Golden.check(Golden.root().resolve("docs/scenario.schema.json"), json());
    }

    @Test
    void referenceIsUpToDate() throws IOException {
        Path file = Golden.root().resolve("docs/scenario.md");
        String begin = "<!-- keys: made from the list of keys; do not edit -->\n";
        String end = "<!-- end of keys -->";
        String text = Files.readString(file);
        int from = text.indexOf(begin);
        int to = text.indexOf(end);
        assertThat(from).isPositive();
        String updated =
                text.substring(0, from + begin.length()) + "\n" + KeyReference.markdown() + "\n" + text.substring(to);
        Golden.check(file, updated);
    }

    @Test
    void bundledScenariosAreValid() throws IOException {
        try (Stream<Path> files = Files.list(Golden.root().resolve("scenarios"))) {
            List<Path> scenarios =
                    files.filter(f -> f.toString().endsWith(".yaml")).toList();
            assertThat(scenarios).isNotEmpty();
            for (Path f : scenarios) {
                assertThat(SCHEMA.validate(asJson(Files.readString(f)), InputFormat.JSON))
                        .as(f.toString())
                        .isEmpty();
                assertThat(Scenario.read(f).description()).as(f.toString()).isNotEmpty();
            }
        }
    }

    @Test
    void everyKeyIsExplained() {
        assertThat(Keys.all()).allSatisfy(k -> {
            assertThat(k.meaning()).endsWith(".");
            assertThat(Keys.find(k.path().replace("NODE", "0").replace("EVENT", "rmap")))
                    .as(k.path())
                    .contains(k);
        });
        assertThat(Keys.all().stream().map(Key::path)).doesNotHaveDuplicates();
    }

    @Test
    void defaultsAreValues() {
        for (Key k : Keys.all()) {
            boolean described = k.fallback().isEmpty() || k.fallback().contains(" ") || k.type() == ValueType.TEXT;
            if (!described && !List.of("computed", "seed").contains(k.fallback())) {
                assertThat(k.type().accepts().test(k.fallback())).as(k.path()).isTrue();
            }
        }
    }

    /** For every key: texts of every kind, in nested and in dotted form, at the top, in a variant. */
    static Stream<String> documents() {
        List<String> values = List.of(
                "1", "0", "-1", "7", "8", "0x3", "y", "true", "max", "none", "0.5", "1.5", "250", "64m", "1.5g", "64q",
                "5s", "2min", "[1]", "{a: 1}", "zipf", "6.12", "6.10", "lz4", "all", "a b", "1_000", "4", "300000");
        List<String> docs = new ArrayList<>();
        for (Key k : Keys.all()) {
            if (k.path().startsWith("events.")) {
                continue;
            }
            String path = k.path()
                    .replace("NAME", "t")
                    .replace("NODE", "0")
                    .replace("ZONE", "DMA")
                    .replace("EVENT", "rmap");
            for (String v : values) {
                docs.add(path + ": " + v + "\n");
            }
            docs.add(path + ": 1\n" + path + "x: 1\n");
            docs.add(nested(path, "1"));
            docs.add("variants: {v: {" + path + ": 1}}\n");
            docs.add("variants: {v: " + nested(path, "1").strip() + "}\n");
        }
        for (String e : List.of(
                "[{at: 1s, dump: vmstat}]",
                "[{at: 1s, dmp: vmstat}]",
                "[{touch: 5, write: lru_gen, value: '+ 2 0 3'}]",
                "[{at: five, write: lru_gen, value: 1}]",
                "{at: 1s}",
                "[]",
                "[{touch: 0, dump: vmstat}]")) {
            docs.add("events: " + e + "\n");
            docs.add("variants: {v: {events: " + e + "}}\n");
        }
        docs.addAll(List.of(
                "variants: {a: {}, b: }\n",
                "variants: {}\n",
                "variants: [a]\n",
                "variants: {'a b': {}}\n",
                "variants: {v: {variants: {}}}\n",
                "variants: {v: {name: x}}\n",
                "min_ttl_ms: 5\n",
                "variants: {v: {min_ttl_ms: 5}}\n",
                "vm: {}\n",
                "vm:\n",
                "memcgs: {a: , b: {}}\n",
                "memcgs: {a: {memory: {swap.max: 1g}}}\n",
                "memcgs: {a.b: {}}\n",
                "nonsense: 1\n"));
        return docs.stream().filter(d -> !BEYOND_SCHEMA.contains(d));
    }

    private static String nested(String path, String value) {
        String[] segments = path.split("\\.");
        StringBuilder open = new StringBuilder();
        for (String s : segments) {
            open.append('{').append(s).append(": ");
        }
        return open + value + "}".repeat(segments.length) + "\n";
    }

    /** What a schema cannot see: that 6.10 was written and not 6.1, and the range of a number with underscores. */
    private static final List<String> BEYOND_SCHEMA = List.of(
            "kernel: 6.10\n",
            "vm.swappiness: 1_000\n",
            "vm.page-cluster: 1_000\n",
            "walk.entries_per_young: 1_000\n",
            "walk.filter_bits: 1_000\n",
            "secondary_mmu.window: 1_000\n");

    @ParameterizedTest
    @MethodSource("documents")
    void parserAndSchemaAgree(String document) throws IOException {
        boolean valid = SCHEMA.validate(asJson(document), InputFormat.JSON).isEmpty();
        assertThat(accepted(document)).as("parser against schema: " + document).isEqualTo(valid);
    }

    private boolean accepted(String yaml) throws IOException {
        try {
            // Structure and values only: what keys mean together is not the schema's business.
            ScenarioFile.readAlone(Files.writeString(dir.resolve("s.yaml"), yaml));
            return true;
        } catch (Failure e) {
            return false;
        }
    }

    private static String asJson(String yaml) {
        Object tree = tools.jackson.dataformat.yaml.YAMLMapper.builder().build().readValue(yaml, Map.class);
        return JsonMapper.builder().build().writeValueAsString(tree);
    }
}
