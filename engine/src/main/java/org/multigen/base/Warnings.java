package org.multigen.base;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Broken invariants of a run: each site is reported once and counted, and the run goes on. With {@code panic} the first one
 * stops it.
 */
public final class Warnings {
    /** One site: its text at the first occurrence and how often it came. */
    public record Warning(String site, String text, long count) {}

    /** Thrown at the first broken invariant when the machine was built to panic on warnings. */
    public static final class Panic extends RuntimeException {
        private static final long serialVersionUID = 1;

        Panic(String message) {
            super(message);
        }
    }

    private final Map<String, Warning> bySite = new LinkedHashMap<>();
    private final boolean panic;
    private String replay = "";

    public Warnings(boolean panic) {
        this.panic = panic;
    }

    /** How the run can be had again, in a few words: the seed, a command. Stands behind each text. */
    public synchronized void setReplay(String words) {
        replay = words;
    }

    /** Reports a broken invariant if {@code broken}; returns {@code broken}. */
    public boolean warnIf(boolean broken, String site, String text) {
        if (broken) {
            warn(site, text);
        }
        return broken;
    }

    /** Reports a broken invariant; the text of a site's first report is kept. */
    public synchronized void warn(String site, String what) {
        String text = replay.isEmpty() ? what : what + " [" + replay + "]";
        bySite.merge(site, new Warning(site, text, 1), (a, b) -> new Warning(a.site, a.text, a.count + 1));
        if (panic) {
            throw new Panic(site + ": " + text);
        }
    }

    public synchronized java.util.List<Warning> all() {
        return java.util.List.copyOf(bySite.values());
    }
}
