package org.multigen.lab.scenario;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.multigen.lab.failure.Failure;

/**
 * The settings of one trial: path to text, every value checked. Two settings with equal {@link #flat} describe the same trial.
 */
public final class Settings {
    /** The cgroup that is made when limits are given but none is named. */
    static final String SOLE_CGROUP = "workload";

    private static final List<String> TOP_LIMITS =
            List.of("memory.max", "memory.high", "memory.low", "memory.min", "memory.swap.max");

    private final Map<String, Layer.Entry> entries;
    private final Source whole;

    private Settings(Map<String, Layer.Entry> entries, Source whole) {
        this.entries = entries;
        this.whole = whole;
    }

    static Settings of(Layer layer, Source whole) {
        Map<String, Layer.Entry> all = new LinkedHashMap<>(layer.entries());
        Set<String> cgroups = names(all, "memcgs");
        for (String limit : TOP_LIMITS) {
            Layer.Entry e = all.remove(limit);
            if (e != null) {
                all.put("memcgs." + only(cgroups, limit, e.source()) + "." + limit, e);
            }
        }
        return new Settings(all, whole);
    }

    /** Settings from the form in which a trial travels. */
    public static Settings of(Map<String, String> flat) {
        Source source = new Source("settings", 0);
        Layer layer = new Layer();
        flat.forEach((path, value) -> layer.put(path, value, source, false));
        return of(layer, source);
    }

    private static String only(Set<String> cgroups, String limit, Source source) {
        if (cgroups.size() > 1) {
            throw source.failure(
                    limit + ": which cgroup? say memcgs.NAME." + limit + " with one of " + String.join(", ", cgroups));
        }
        return cgroups.isEmpty() ? SOLE_CGROUP : cgroups.iterator().next();
    }

    /** Path to text, in the order given, without what is only for readers. */
    public Map<String, String> flat() {
        Map<String, String> flat = new LinkedHashMap<>();
        entries.forEach((path, e) -> {
            if (key(path).place() == Key.Place.ANYWHERE) {
                flat.put(path, e.value());
            }
        });
        return flat;
    }

    /** The names that the user chose below a section such as {@code tasks}. */
    Set<String> names(String section) {
        return names(entries, section);
    }

    /** The paths given below a section. */
    List<String> below(String section) {
        return entries.keySet().stream()
                .filter(p -> p.startsWith(section + "."))
                .toList();
    }

    boolean has(String path) {
        return entries.containsKey(path);
    }

    /** The value given, or the key's default. */
    String text(String path) {
        Layer.Entry e = entries.get(path);
        return e != null ? e.value() : key(path).fallback();
    }

    Optional<String> given(String path) {
        return Optional.ofNullable(entries.get(path)).map(Layer.Entry::value);
    }

    long whole(String path) {
        return ValueType.wholeOf(text(path));
    }

    double real(String path) {
        return Double.parseDouble(text(path));
    }

    boolean flag(String path) {
        return Boolean.parseBoolean(text(path));
    }

    long nanos(String path) {
        return Durations.parse(text(path)).orElseThrow();
    }

    Size size(String path) {
        return Size.parse(text(path)).orElseThrow();
    }

    /** A failure that points at where a path, or else something below it, was given. */
    Failure failure(String path, String what) {
        Layer.Entry e = entries.get(path);
        if (e == null) {
            String prefix = path + ".";
            e = entries.entrySet().stream()
                    .filter(x -> x.getKey().startsWith(prefix))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(null);
        }
        return (e == null ? whole : e.source()).failure(what);
    }

    /** A failure that the engine found: points at where a path, or something below it, was given. */
    public Failure failed(String path, String what) {
        return failure(path, path + ": " + what);
    }

    /** A failure for a machine that cannot be: points at its memory, else at the scenario. */
    public Failure impossible(String what) {
        String at = has("machine.memory") || !has("machine.nodes") ? "machine.memory" : "machine.nodes";
        return failure(at, "impossible machine: " + what);
    }

    /** Where a path was given, for a failure of another kind. */
    String where(String path) {
        Layer.Entry e = entries.get(path);
        return (e == null ? whole : e.source()).where();
    }

    private static Key key(String path) {
        return Keys.find(path).orElseThrow(() -> new IllegalArgumentException(path));
    }

    private static Set<String> names(Map<String, Layer.Entry> entries, String section) {
        Set<String> names = new LinkedHashSet<>();
        String prefix = section + ".";
        for (String path : entries.keySet()) {
            if (path.startsWith(prefix)) {
                String rest = path.substring(prefix.length());
                int dot = rest.indexOf('.');
                names.add(dot < 0 ? rest : rest.substring(0, dot));
            }
        }
        return names;
    }
}
