package org.multigen.lab.scenario;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.Nearest;

/** The keys by segment: finds the key of a path, and the nearest key of a path that is none. */
final class KeyTree {
    /** Names that a user may give to cgroups, tasks, nodes, zones. */
    static final String NAME = "[A-Za-z0-9_][A-Za-z0-9_/-]*";

    private final Map<String, KeyTree> children = new LinkedHashMap<>();
    private @Nullable Key key;

    static KeyTree of(List<Key> keys) {
        KeyTree root = new KeyTree();
        for (Key k : keys) {
            KeyTree node = root;
            for (String segment : k.segments()) {
                node = node.children.computeIfAbsent(segment, s -> new KeyTree());
            }
            node.key = k;
        }
        return root;
    }

    /** Children by segment; a segment in capitals stands for any name. */
    Map<String, KeyTree> children() {
        return children;
    }

    Optional<Key> key() {
        return Optional.ofNullable(key);
    }

    Optional<Key> find(String path) {
        return walk(path).flatMap(KeyTree::key);
    }

    /** Whether keys continue below a path. */
    boolean isSection(String path) {
        return walk(path).filter(n -> !n.children.isEmpty()).isPresent();
    }

    private Optional<KeyTree> walk(String path) {
        KeyTree node = this;
        for (String segment : path.split("\\.", -1)) {
            KeyTree next = node.child(segment);
            if (next == null) {
                return Optional.empty();
            }
            node = next;
        }
        return Optional.of(node);
    }

    private @Nullable KeyTree child(String segment) {
        KeyTree exact = children.get(segment);
        if (exact != null && !Key.isName(segment)) {
            return exact;
        }
        for (Map.Entry<String, KeyTree> e : children.entrySet()) {
            if (Key.isName(e.getKey()) && segment.matches(NAME)) {
                return e.getValue();
            }
        }
        return null;
    }

    /** The key nearest to an unknown path, with the user's own names kept; empty if nothing is near. */
    Optional<String> nearest(String path) {
        String[] given = path.split("\\.", -1);
        List<String> candidates = new ArrayList<>();
        collect(List.of(), given, candidates);
        return Nearest.to(path, candidates);
    }

    private void collect(List<String> prefix, String[] given, List<String> out) {
        if (key != null) {
            out.add(String.join(".", prefix));
        }
        children.forEach((segment, child) -> {
            int at = prefix.size();
            String shown = Key.isName(segment) && at < given.length ? given[at] : segment;
            List<String> longer = new ArrayList<>(prefix);
            longer.add(shown);
            child.collect(longer, given, out);
        });
    }
}
