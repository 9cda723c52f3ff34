package org.multigen.lab.scenario;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.Failure;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads one YAML file and what it includes into layers.
 *
 * <p>The tree of nodes is read, not objects made from it, so that every message can name its line and a value stays the text
 * that was written ({@code 6.10} is not 6.1).
 */
final class ScenarioFile {
    /** More settings than any scenario has, fewer than a file of nested aliases could unfold to. */
    private static final int MOST_VALUES = 100_000;

    private static final int DEEPEST = 32;
    private static final String VARIANTS = "variants";
    private static final String EVENTS = "events";
    private static final String VARIANT_NAME = "[A-Za-z0-9_][A-Za-z0-9_.+-]*";

    private final Path file;
    private final Layer base = new Layer();
    private final Map<String, Layer> variants = new LinkedHashMap<>();
    private int values;

    private ScenarioFile(Path file) {
        this.file = file;
    }

    /** Reads a scenario with everything it includes. */
    static Scenario read(Path file) {
        return read(file, null, new ArrayDeque<>());
    }

    /** Reads a file but not what it includes. */
    static Scenario readAlone(Path file) {
        ScenarioFile reader = new ScenarioFile(file);
        reader.parse(content(file));
        return new Scenario(file, reader.base, reader.variants);
    }

    private static Scenario read(Path file, @Nullable Source includedFrom, Deque<Path> open) {
        Path real = real(file, includedFrom);
        if (open.contains(real)) {
            List<String> names = new ArrayList<>();
            open.descendingIterator().forEachRemaining(p -> names.add(name(p)));
            names.add(name(real));
            throw origin(includedFrom).failure("the scenario includes itself: " + String.join(" -> ", names));
        }
        open.push(real);
        Scenario own = readAlone(file);
        Layer.Entry include = own.include();
        if (include != null) {
            Path other = Path.of(include.value());
            own = own.over(read(other, include.source(), open));
        }
        open.pop();
        return own;
    }

    private static Source origin(@Nullable Source includedFrom) {
        return includedFrom == null ? Source.option("include") : includedFrom;
    }

    private static String name(Path p) {
        return String.valueOf(p.getFileName());
    }

    private static Path real(Path file, @Nullable Source includedFrom) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            if (includedFrom != null) {
                throw Failure.cannotRead(file, e).under(includedFrom.where());
            }
            throw Failure.cannotRead(file, e);
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw Failure.badData(file.toString(), "not a scenario: expected YAML in UTF-8");
        } catch (IOException e) {
            throw Failure.cannotRead(file, e);
        }
    }

    private void parse(String text) {
        Node root = compose(text);
        if (!(root instanceof MappingNode map)) {
            throw new Source(file.toString(), root == null ? 1 : line(root))
                    .failure("not a scenario: expected keys and values such as kernel: 6.12");
        }
        for (NodeTuple t : map.getValue()) {
            if (keyOf(t).equals(VARIANTS)) {
                readVariants(t.getValueNode());
            } else {
                readKey("", t, base, false, 0);
            }
        }
    }

    private @Nullable Node compose(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file.toString())
                .setAllowDuplicateKeys(true)
                .build();
        try {
            StreamReader characters = new StreamReader(settings, text);
            Optional<Node> root = new Composer(settings, new ParserImpl(settings, characters)).getSingleNode();
            return root.orElse(null);
        } catch (MarkedYamlEngineException e) {
            Mark at = e.getProblemMark().or(e::getContextMark).orElse(null);
            int line = at == null ? 1 : at.getLine() + 1;
            throw new Source(file.toString(), line).failure("not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw Failure.badData(file.toString(), "not YAML: " + e.getMessage());
        } catch (StackOverflowError e) { // the library descends without a limit
            throw Failure.badData(file.toString(), "not a scenario: lists or maps are nested too deeply");
        }
    }

    private void readVariants(Node node) {
        if (!(node instanceof MappingNode map)) {
            throw at(node).failure("variants: expected a name for each variant with the keys that it overrides");
        }
        for (NodeTuple t : map.getValue()) {
            String name = keyOf(t);
            if (!name.matches(VARIANT_NAME)) {
                throw at(t.getKeyNode())
                        .failure("variant \"" + name + "\": expected a name of letters, digits and any of _ . + -");
            }
            Layer layer = new Layer();
            if (variants.putIfAbsent(name, layer) != null) {
                throw at(t.getKeyNode()).failure("variant \"" + name + "\" is given twice");
            }
            readSection("", t.getValueNode(), layer, true, 0);
        }
    }

    private void readSection(String prefix, Node node, Layer layer, boolean inVariant, int depth) {
        if (isEmpty(node)) {
            return;
        }
        if (!(node instanceof MappingNode map)) {
            throw at(node).failure((prefix.isEmpty() ? "" : prefix + ": ") + "expected keys and values");
        }
        if (depth > DEEPEST) {
            throw at(node).failure(prefix + ": nested too deeply");
        }
        for (NodeTuple t : map.getValue()) {
            readKey(prefix.isEmpty() ? "" : prefix + ".", t, layer, inVariant, depth + 1);
        }
    }

    private void readKey(String prefix, NodeTuple t, Layer layer, boolean inVariant, int depth) {
        String path = prefix + keyOf(t);
        Source source = at(t.getKeyNode());
        Node value = t.getValueNode();
        if (path.equals(EVENTS)) {
            readEvents(value, layer, inVariant);
        } else if (Keys.tree().isSection(path)) {
            if (isEmpty(value) && path.startsWith("memcgs.")) {
                put(path + ".memory.max", "max", source, layer, inVariant);
            }
            readSection(path, value, layer, inVariant, depth);
        } else if (value instanceof ScalarNode scalar) {
            String text = scalar.getValue();
            if (Keys.find(Keys.ALIASES.getOrDefault(path, path)).isPresent() && isEmpty(value)) {
                throw source.failure(path + ": its value is missing");
            }
            put(path, text, source, layer, inVariant);
        } else if (Keys.find(Keys.ALIASES.getOrDefault(path, path)).isPresent()) {
            throw source.failure(path + ": expected a single value");
        } else {
            throw Layer.unknown(path, source);
        }
    }

    private void readEvents(Node node, Layer layer, boolean inVariant) {
        if (!(node instanceof SequenceNode list)) {
            throw at(node).failure("events: expected a list, each entry as in - {at: 5s, write: lru_gen, value: ...}");
        }
        int i = 0;
        for (Node event : list.getValue()) {
            readSection(EVENTS + "." + i++, event, layer, inVariant, 1);
        }
    }

    private void put(String path, String text, Source source, Layer layer, boolean inVariant) {
        if (++values > MOST_VALUES) {
            throw source.failure("more than " + MOST_VALUES + " values");
        }
        boolean isFile = path.equals("include") || path.matches("tasks\\.[^.]+\\.recording");
        layer.put(path, isFile ? beside(text, source) : text, source, inVariant);
    }

    /** A file named in a scenario lies relative to the scenario. */
    private String beside(String name, Source source) {
        try {
            return file.resolveSibling(name).normalize().toString();
        } catch (java.nio.file.InvalidPathException e) {
            throw source.failure("\"" + name + "\" is not a file name");
        }
    }

    private String keyOf(NodeTuple t) {
        if (t.getKeyNode() instanceof ScalarNode key) {
            return key.getValue();
        }
        throw at(t.getKeyNode()).failure("expected a key, not a list or a mapping");
    }

    private static boolean isEmpty(Node node) {
        return node instanceof ScalarNode s
                        && s.isPlain()
                        && (s.getValue().isEmpty() || s.getValue().equals("null"))
                || node instanceof MappingNode m && m.getValue().isEmpty();
    }

    private Source at(Node node) {
        return new Source(file.toString(), line(node));
    }

    private static int line(Node node) {
        return node.getStartMark().map(m -> m.getLine() + 1).orElse(1);
    }
}
