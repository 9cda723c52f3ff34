package org.multigen.lab.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.Nearest;

/**
 * Settings that were given together: a file's, a variant's, or the command line's. Each value has been checked against its key.
 */
final class Layer {
    /** A value and where it was given. */
    record Entry(String value, Source source) {}

    private static final String LRU = "lru";
    private static final String ENABLED = "lru_gen.enabled";

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** Adds a value, or refuses it with a message that names the place. */
    void put(String path, String value, Source source, boolean inVariant) {
        String full = Keys.ALIASES.getOrDefault(path, path);
        Key key = Keys.find(full).orElseThrow(() -> unknown(path, source));
        if (inVariant && key.place() == Key.Place.FILE) {
            throw source.failure("\"" + path + "\" holds for the whole file, not for a variant or an option");
        }
        if (!key.type().accepts().test(value)) {
            throw source.failure(path + ": expected " + key.type().notation() + ", not \"" + value + "\""
                    + nearestChoice(key, value));
        }
        if (full.equals(LRU)) {
            add(ENABLED, new Entry(value.equals("classic") ? "0x0" : "0x7", source));
        } else {
            add(full, new Entry(value, source));
        }
    }

    /** Values of {@code upper} replace ours; its events, if it has any, replace all of ours. */
    Layer under(Layer upper) {
        Layer both = new Layer();
        boolean events = upper.has("events.");
        entries.forEach((path, e) -> {
            if (!(events && path.startsWith("events."))) {
                both.entries.put(path, e);
            }
        });
        both.entries.putAll(upper.entries);
        return both;
    }

    Map<String, Entry> entries() {
        return entries;
    }

    boolean has(String prefix) {
        return entries.keySet().stream().anyMatch(p -> p.startsWith(prefix));
    }

    private void add(String path, Entry entry) {
        Entry before = entries.putIfAbsent(path, entry);
        if (before != null) {
            String first = before.source().line() > 0
                    ? "line " + before.source().line()
                    : before.source().where();
            String why = path.equals(ENABLED) ? " (lru is short for it)" : "";
            throw entry.source().failure("\"" + path + "\" is given twice" + why + ", first on " + first);
        }
    }

    static RuntimeException unknown(String path, Source source) {
        Optional<String> near = Keys.tree().nearest(path).or(() -> Nearest.to(path, Keys.ALIASES.keySet()));
        return source.failure("unknown key \"" + path + "\"" + Hint.clause(near));
    }

    private static String nearestChoice(Key key, String value) {
        Object options = key.type().schema().get("enum");
        return options instanceof List<?> list
                ? Hint.of(value, list.stream().map(String::valueOf).toList())
                : "";
    }

    @Nullable
    Entry get(String path) {
        return entries.get(path);
    }
}
