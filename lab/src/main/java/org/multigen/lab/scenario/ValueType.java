package org.multigen.lab.scenario;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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
    static final ValueType FILE =
            new ValueType("a file name", t -> !t.isBlank(), types(List.of("string", "number", "boolean")));
    static final ValueType BOOL =
            new ValueType("true or false", t -> t.equals("true") || t.equals("false"), types(List.of("boolean")));
    static final ValueType SIZE = sized(Size.NOTATION, t -> finite(t), Size.REGEX);
    static final ValueType LIMIT =
            sized("max, " + Size.NOTATION, t -> Size.parse(t).isPresent(), "(max|" + Size.REGEX + ")");
    static final ValueType DURATION = new ValueType(
            "a time such as 5s, 250ms, 10us or 2min",
            t -> Durations.parse(t).isPresent(),
            either(bounded("number", 0, 0), Durations.REGEX));
    static final ValueType SCAN_INTERVAL = new ValueType(
            "adaptive, or a time such as 2s or 250ms",
            t -> t.equals("adaptive") || Durations.parse(t).isPresent(),
            either(bounded("number", 0, 0), "(adaptive|" + Durations.REGEX + ")"));
    static final ValueType WARMUP = new ValueType(
            "none, a fraction of the footprint such as 0.95, a time such as 2s, or a number of touches",
            t -> Warmup.parse(t).isPresent(),
            anyOf(
                    bounded("integer", 0, null),
                    bounded("number", 0, 1),
                    pattern("(none|[0-9][0-9_]*|[01]\\.[0-9]+|" + Durations.REGEX + ")")));
    static final ValueType ENABLED = new ValueType(
            "y, n, or a sum of the bits 0x1, 0x2, 0x4, 0x8",
            t -> LruGenBits.parse(t).isPresent(),
            either(bounded("integer", 0, LruGenBits.ALL), "([yYnN]|0[xX]0*[0-9a-fA-F]|0*[0-9]|0*1[0-5])"));

    static ValueType whole(long min, long max) {
        String range =
                max == Long.MAX_VALUE ? "a whole number, at least " + min : "a whole number from " + min + " to " + max;
        Map<String, Object> number = bounded("integer", min, max == Long.MAX_VALUE ? null : max);
        return new ValueType(range, t -> inRange(t, min, max), either(number, "-?[0-9][0-9_]*"));
    }

    static ValueType real(double min, double max) {
        boolean open = max == Double.POSITIVE_INFINITY;
        String range = open ? "a number, at least " + plain(min) : "a number from " + plain(min) + " to " + plain(max);
        return new ValueType(range, t -> inRange(t, min, max), bounded("number", min, open ? null : max));
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
        return new ValueType(notation, accepts, either(bounded("number", 0, null), regex));
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

    private static Map<String, Object> either(Map<String, Object> number, String regex) {
        return anyOf(number, pattern(regex));
    }

    @SafeVarargs
    private static Map<String, Object> anyOf(Map<String, Object>... forms) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("anyOf", List.of(forms));
        return schema;
    }

    private static Map<String, Object> pattern(String regex) {
        Map<String, Object> text = types(List.of("string"));
        text.put("pattern", "^" + regex + "$");
        return text;
    }

    private static Map<String, Object> bounded(String type, Number min, @Nullable Number max) {
        Map<String, Object> number = types(List.of(type));
        number.put("minimum", min);
        if (max != null) {
            number.put("maximum", max);
        }
        return number;
    }

    private static Map<String, Object> types(List<String> types) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", types.size() == 1 ? types.getFirst() : types);
        return schema;
    }
}
