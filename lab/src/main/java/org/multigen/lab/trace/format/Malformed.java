package org.multigen.lab.trace.format;

/** A record that is not as its format says. */
public final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean last;

    private Malformed(String what, boolean last) {
        super(what, null, false, false);
        this.last = last;
    }

    /** A record after which reading can go on. */
    static Malformed record(String what) {
        return new Malformed(what, false);
    }

    /** Damage after which nothing can be read. */
    static Malformed end(String what) {
        return new Malformed(what, true);
    }

    /** Whether nothing can be read after it. */
    boolean isLast() {
        return last;
    }
}
