package org.multigen.lab.scenario;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What the value of a key may look like.
 *
 * @param notation what is expected, to follow "expected" in a message
 * @param accepts whether a text is such a value
 * @param schema the same as a JSON Schema; a range cannot be stated for numbers that are written as strings
 */
record ValueType(String notation, Predicate<String> accepts, Map<String, Object> schema) {
    private static final Pattern WHOLE = Pattern.compile("-?[0-9][0-9_]*");
    private static final Pattern REAL = Pattern.compile("[0-9]+(\\.[0-9]+)?");

    static final ValueType TEXT = new ValueType("a text", t -> true, types(List.of("string", "number", "boolean")));
    static final ValueType FILE = new ValueType("a file name", t -> !t.isBlank(), types(List.of("string")));
    static final ValueType BOOL =
            new ValueType("true or false", t -> t.equals("true") || t.equals("false"), types(List.of("boolean")));
    static final ValueType SIZE = sized(Size.NOTATION, t -> finite(t), Size.REGEX);
    static final ValueType LIMIT =
            sized("max, " + Size.NOTATION, t -> Size.parse(t).isPresent(), "(max|" + Size.REGEX + ")");
    static final ValueType DURATION =
            sized("a time such as 5s, 250ms, 10us or 2min", t -> Durations.parse(t).isPresent(), Durations.REGEX);
    static final ValueType WARMUP = sized(
            "none, a fraction of the footprint such as 0.95, a time such as 2s, or a number of touches",
            t -> Warmup.parse(t).isPresent(),
            "(none|[0-9][0-9_]*|[0-9]+\\.[0-9]+|" + Durations.REGEX + ")");
    static final ValueType ENABLED = sized(
            "y, n, or a sum of the bits 0x1, 0x2, 0x4", t -> LruGenBits.parse(t).isPresent(), "([yYnN]|0[xX]0*[0-7]|0*[0-7])");

    static ValueType whole(long min, long max) {
        String range = max == Long.MAX_VALUE ? "a whole number, at least " + min : "a whole number from " + min + " to " + max;
        Map<String, Object> schema = types(List.of("integer", "string"));
        schema.put("pattern", anchored("-?[0-9][0-9_]*"));
        schema.put("minimum", min);
        if (max != Long.MAX_VALUE) {
            schema.put("maximum", max);
        }
        return new ValueType(range, t -> inRange(t, min, max), schema);
    }

    static ValueType real(double min, double max) {
        boolean open = max == Double.POSITIVE_INFINITY;
        String range = open ? "a number, at least " + plain(min) : "a number from " + plain(min) + " to " + plain(max);
        Map<String, Object> schema = types(List.of("number"));
        schema.put("minimum", min);
        if (!open) {
            schema.put("maximum", max);
        }
        return new ValueType(range, t -> inRange(t, min, max), schema);
    }

    static ValueType choice(List<String> options) {
        Map<String, Object> schema = new LinkedHashMap<>();
        List<Object> forms = new ArrayList<>(options);
        for (String o : options) {
            if (REAL.matcher(o).matches()) {
                forms.add(o.contains(".") ? (Object) Double.valueOf(o) : (Object) Long.valueOf(o));
            }
        }
        schema.put("enum", forms);
        return new ValueType("one of " + String.join(", ", options), options::contains, schema);
    }

    /** A whole number that {@link #whole} accepted. */
    static long wholeOf(String text) {
        return Long.parseLong(text.replace("_", ""));
    }

    private static ValueType sized(String notation, Predicate<String> accepts, String regex) {
        Map<String, Object> schema = types(List.of("string", "number"));
        schema.put("pattern", anchored(regex));
        schema.put("minimum", 0);
        return new ValueType(notation, accepts, schema);
    }

    private static boolean finite(String text) {
        return Size.parse(text).filter(s -> s != Size.Max.MAX).isPresent();
    }

    private static boolean inRange(String text, long min, long max) {
        if (!WHOLE.matcher(text).matches()) {
            return false;
        }
        try {
            long value = wholeOf(text);
            return value >= min && value <= max;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean inRange(String text, double min, double max) {
        if (!REAL.matcher(text).matches()) {
            return false;
        }
        double value = Double.parseDouble(text);
        return value >= min && value <= max;
    }

    private static String plain(double d) {
        return d == Math.rint(d) ? Long.toString((long) d) : Double.toString(d);
    }

    private static String anchored(String regex) {
        return "^" + regex + "$";
    }

    private static Map<String, Object> types(List<String> types) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", types.size() == 1 ? types.getFirst() : types);
        return schema;
    }
}
