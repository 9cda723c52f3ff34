package org.multigen.testkit;

import java.util.ArrayList;
import java.util.List;

/** Broken invariants of one check, up to a number: one cause breaks many. */
final class Findings {
    private static final int MOST = 20;

    private final List<Broken> broken = new ArrayList<>();

    void add(String rule, String format, Object... arguments) {
        if (broken.size() < MOST) {
            broken.add(new Broken(rule, String.format(format, arguments)));
        }
    }

    void equal(String rule, long found, long expected, Object where) {
        if (found != expected) {
            add(rule, "%s: %d, expected %d", where, found, expected);
        }
    }

    List<Broken> list() {
        return List.copyOf(broken);
    }
}
