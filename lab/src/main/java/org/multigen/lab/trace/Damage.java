package org.multigen.lab.trace;

/** Something wrong in a trace file, and where. The reader decides whether it fails or ends the trace. */
final class Damage extends Exception {
    private static final long serialVersionUID = 1L;

    private final String where;
    private final String what;

    Damage(String where, String what) {
        super(where + ": " + what, null, false, false);
        this.where = where;
        this.what = what;
    }

    String where() {
        return where;
    }

    String what() {
        return what;
    }
}
