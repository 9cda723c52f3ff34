package org.multigen.lab.result;

import java.util.Locale;

/** Numbers for people: thousands separators, fitting units, no more digits than mean something. */
public final class Numbers {
    private static final String[] NANO_UNITS = {"ns", "us", "ms", "s"};
    private static final String[] RATE_UNITS = {"/s", "k/s", "M/s", "G/s"};

    private Numbers() {}

    /** A count with separators: {@code 1,234,567}. */
    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** The step of thousand to which a row's largest value belongs, so that a row has one unit. */
    static int magnitude(long largest, int steps) {
        int m = 0;
        double v = largest;
        while (v >= 1000 && m < steps - 1) {
            v /= 1000;
            m++;
        }
        return m;
    }

    /** A time in the unit of {@code largest}, or in its own if that would leave no digit of it. */
    public static String nanos(long value, long largest) {
        return inUnit(value, largest, NANO_UNITS);
    }

    /** A rate, likewise. */
    static String perSecond(long value, long largest) {
        return inUnit(value, largest, RATE_UNITS);
    }

    private static String inUnit(long value, long largest, String... units) {
        long top = value > 0 && value < largest / 1000 ? value : largest;
        int m = magnitude(top, units.length);
        return value == 0 ? "0" : scaled(value, top, m) + " " + units[m];
    }

    /** A value of a metric in the unit that its row has. */
    public static String of(Metric.Unit unit, long value, long largest) {
        return switch (unit) {
            case COUNT, PAGES -> count(value);
            case NANOS -> nanos(value, largest);
            case PER_SECOND -> perSecond(value, largest);
        };
    }

    /** Four digits of the row's largest value, and as many decimals for the others. */
    private static String scaled(long value, long largest, int magnitude) {
        double divisor = Math.pow(1000, magnitude);
        double top = largest / divisor;
        int decimals = magnitude == 0 ? 0 : top >= 1000 ? 0 : top >= 100 ? 1 : top >= 10 ? 2 : 3;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value / divisor);
    }

    /** A relative change: {@code -11.6 %}, {@code x13.2} from tenfold on, {@code =} for none. */
    public static String change(long from, long to) {
        if (from == to) {
            return "=";
        }
        if (from == 0) {
            return "from 0";
        }
        return relative((double) to / from - 1);
    }

    /** A relative difference as a percentage with a sign. */
    static String relative(double difference) {
        if (difference >= 9) {
            double factor = difference + 1;
            return factor < 1e6 ? String.format(Locale.ROOT, factor < 100 ? "x%.1f" : "x%.0f", factor) : "x1e6 up";
        }
        double percent = difference * 100;
        String text = String.format(Locale.ROOT, Math.abs(percent) < 99.95 ? "%+.1f %%" : "%+.0f %%", percent);
        return text.equals("+0.0 %") || text.equals("-0.0 %") ? "~0 %" : text;
    }

    /** A share of a whole. */
    static String share(long part, long whole) {
        return whole == 0 ? "-" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
    }

    /** A magnitude of a relative difference in words: {@code 11.6 %}. */
    static String percent(double difference) {
        double percent = Math.abs(difference) * 100;
        return String.format(Locale.ROOT, percent < 99.95 ? "%.1f %%" : "%.0f %%", percent);
    }
}
