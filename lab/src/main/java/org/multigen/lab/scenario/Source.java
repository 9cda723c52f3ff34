package org.multigen.lab.scenario;

import org.multigen.lab.failure.Failure;

/**
 * Where a setting was given: a line of a file, or an option of the command line.
 *
 * @param name the file, or the option as typed
 * @param line line from 1 on, 0 for the file as a whole, -1 for an option
 */
record Source(String name, int line) {

    static Source option(String text) {
        return new Source(text, -1);
    }

    /** A failure that points here. */
    Failure failure(String what) {
        return line >= 0 ? Failure.badData(where(), what) : Failure.usage(name + ": " + what);
    }

    /** For messages: {@code first.yaml:12} or {@code --set a=b}. */
    String where() {
        return line > 0 ? name + ":" + line : name;
    }
}
