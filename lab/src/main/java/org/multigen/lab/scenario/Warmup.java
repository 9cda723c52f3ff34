package org.multigen.lab.scenario;

import java.util.Optional;
import java.util.OptionalLong;

/** When the part of a run that is reported apart is over. */
public sealed interface Warmup {
    /** At once. */
    enum None implements Warmup {
        NONE
    }

    /** When each task has once had this share of its footprint in use and has finished its pretouch. */
    record Touched(double share) implements Warmup {}

    /** At a virtual time. */
    record Until(long ns) implements Warmup {}

    /** After that many touches of all tasks together. */
    record Touches(long touches) implements Warmup {}

    /** Reads the notation of the key {@code warmup}. */
    static Optional<Warmup> parse(String text) {
        if (text.equals("none")) {
            return Optional.of(None.NONE);
        }
        if (text.matches("[0-9]+\\.[0-9]+")) {
            double share = Double.parseDouble(text);
            return share <= 1 ? Optional.of(new Touched(share)) : Optional.empty();
        }
        if (text.matches("[0-9][0-9_]{0,18}")) {
            return Optional.of(new Touches(ValueType.wholeOf(text)));
        }
        OptionalLong ns = Durations.parse(text);
        return ns.isPresent() ? Optional.of(new Until(ns.getAsLong())) : Optional.empty();
    }
}
