package org.multigen.lab.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The JSON Schema of scenario files, made from {@link Keys}.
 *
 * <p>As in the parser, a key may be written in any mixture of nesting and dots: {@code lru_gen: {enabled: 1}} and {@code
 * lru_gen.enabled: 1} are the same. Each section therefore lists everything below it under its dotted name. What the schema
 * cannot say (keys that exclude each other, names that must exist) is left to the parser.
 */
public final class KeySchema {
    private static final String ID = "https://json-schema.org/draft/2020-12/schema";
    private static final String VARIANT = "^[A-Za-z0-9_][A-Za-z0-9_.+-]*$";

    private final boolean inVariant;
    private final Map<String, Object> sections;

    private KeySchema(boolean inVariant, Map<String, Object> sections) {
        this.inVariant = inVariant;
        this.sections = sections;
    }

    /** The schema as a tree of maps, lists, texts and numbers. */
    public static Map<String, Object> schema() {
        Map<String, Object> sections = new LinkedHashMap<>();
        Map<String, Object> variant = new KeySchema(true, sections).section("", Keys.tree());
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("$schema", ID);
        root.put("title", "multigen scenario");
        root.put("type", "object");
        Map<String, Object> file = new KeySchema(false, sections).section("", Keys.tree());
        file.remove("type");
        root.putAll(file);
        Map<String, Object> variants = new LinkedHashMap<>();
        variants.put("description", "Each variant overrides a few keys.");
        variants.put("type", "object");
        variants.put("patternProperties", Map.of(VARIANT, ref("variant")));
        variants.put("additionalProperties", false);
        properties(root, "properties").put("variants", variants);
        sections.put("variant", variant);
        root.put("$defs", sections);
        return root;
    }

    private Map<String, Object> section(String path, KeyTree tree) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", List.of("object", "null"));
        schema.put("properties", new LinkedHashMap<String, Object>());
        schema.put("patternProperties", new LinkedHashMap<String, Object>());
        schema.put("additionalProperties", false);
        addBelow(schema, path, "", tree);
        if (path.isEmpty()) {
            Keys.ALIASES.forEach((alias, full) -> properties(schema, "properties")
                    .put(alias, leaf(Keys.find(full).orElseThrow())));
        }
        return schema;
    }

    /** Adds everything below {@code tree} under its name relative to the section that {@code schema} describes. */
    private void addBelow(Map<String, Object> schema, String path, String relative, KeyTree tree) {
        tree.children().forEach((segment, child) -> {
            String name = relative.isEmpty() ? segment : relative + "." + segment;
            String full = path.isEmpty() ? segment : path + "." + segment;
            if (full.equals("events")) {
                properties(schema, "properties").put(name, events(child));
                return;
            }
            child.key().filter(this::allowed).ifPresent(key -> put(schema, name, leaf(key)));
            if (!child.children().isEmpty()) {
                put(schema, name, reference(full, child));
                addBelow(schema, full, name, child);
            }
        });
    }

    private boolean allowed(Key key) {
        return !inVariant || key.place() == Key.Place.ANYWHERE;
    }

    private Map<String, Object> events(KeyTree tree) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "array");
        schema.put(
                "items",
                reference(
                        "events.N",
                        java.util.Objects.requireNonNull(tree.children().get("N"))));
        return schema;
    }

    private Map<String, Object> reference(String path, KeyTree tree) {
        if (!sections.containsKey(path)) {
            sections.put(path, Map.of());
            sections.put(path, section(path, tree));
        }
        return ref(path);
    }

    private static Map<String, Object> leaf(Key key) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("description", key.meaning());
        schema.putAll(key.type().schema());
        return schema;
    }

    private static void put(Map<String, Object> schema, String name, Map<String, Object> value) {
        boolean named = false;
        StringBuilder regex = new StringBuilder("^");
        for (String segment : name.split("\\.")) {
            regex.append(regex.length() > 1 ? "\\." : "");
            named |= Key.isName(segment);
            regex.append(
                    Key.isName(segment)
                            ? KeyTree.NAME
                            : Pattern.compile("[.-]").matcher(segment).replaceAll("\\\\$0"));
        }
        if (named) {
            properties(schema, "patternProperties").put(regex + "$", value);
        } else {
            properties(schema, "properties").put(name, value);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> properties(Map<String, Object> schema, String kind) {
        return (Map<String, Object>) java.util.Objects.requireNonNull(schema.get(kind));
    }

    private static Map<String, Object> ref(String section) {
        return Map.of("$ref", "#/$defs/" + section);
    }
}
