package org.multigen.machine;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Cost;

/**
 * Nanoseconds per event. The defaults stand in one file beside this class, {@code costs.properties}, with their sources in
 * {@code docs/costs.md}. Immutable.
 */
public final class CostModel {
    private static final CostModel DEFAULTS = load();

    private final long[] ns;

    private CostModel(long[] ns) {
        this.ns = ns;
    }

    public static CostModel defaults() {
        return DEFAULTS;
    }

    private static CostModel load() {
        Properties p = new Properties();
        try (InputStream in = CostModel.class.getResourceAsStream("costs.properties")) {
            if (in == null) {
                throw new IllegalStateException("costs.properties is missing from the build");
            }
            p.load(in);
        } catch (IOException e) {
            throw new IllegalStateException("costs.properties cannot be read", e);
        }
        long[] ns = new long[Cost.values().length];
        for (Cost c : Cost.values()) {
            String value = p.getProperty(nameOf(c));
            if (value == null) {
                throw new IllegalStateException("costs.properties lacks " + nameOf(c));
            }
            ns[c.ordinal()] = Long.parseLong(value.trim());
        }
        return new CostModel(ns);
    }

    /** Name of a cost in files and settings, e.g. {@code fault_anon}. */
    public static String nameOf(Cost cost) {
        return cost.name().toLowerCase(Locale.ROOT);
    }

    /** The cost of a name, or null. */
    public static @Nullable Cost find(String name) {
        for (Cost c : Cost.values()) {
            if (nameOf(c).equals(name)) {
                return c;
            }
        }
        return null;
    }

    public static List<String> names() {
        List<String> names = new ArrayList<>();
        for (Cost c : Cost.values()) {
            names.add(nameOf(c));
        }
        return names;
    }

    public long ns(Cost cost) {
        return ns[cost.ordinal()];
    }

    /**
     * A model with one cost changed.
     *
     * @param name as in {@link #names}
     * @param value nanoseconds, not negative
     * @throws IllegalArgumentException for an unknown name or a negative value
     */
    public CostModel with(String name, long value) {
        Cost cost = find(name);
        if (cost == null || value < 0) {
            throw new IllegalArgumentException(
                    cost == null
                            ? "unknown cost " + name
                            : "cost " + name + " is " + value + " ns, expected 0 or more");
        }
        long[] copy = ns.clone();
        copy[cost.ordinal()] = value;
        return new CostModel(copy);
    }

    /** A model with one cost multiplied. */
    public CostModel scaled(String name, double factor) {
        Cost cost = find(name);
        if (cost == null) {
            throw new IllegalArgumentException("unknown cost " + name);
        }
        return with(name, Math.round(ns(cost) * factor));
    }

    long[] vector() {
        return ns.clone();
    }
}
