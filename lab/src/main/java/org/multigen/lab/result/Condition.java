package org.multigen.lab.result;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.failure.Nearest;

/**
 * A comparison of metrics that the user states, such as {@code mglru.pgmajfault > 1.05 * classic.pgmajfault}: numbers and {@code
 * VARIANT.METRIC}, combined by {@code + - * / ( )}, with one of {@code < <= > >= == !=} between. Division by zero is infinite,
 * as in arithmetic of doubles; what is undefined compares as false.
 *
 * <p>Figures of a variant that ran out of memory end early and compare with nothing: a condition that names one holds, unless it
 * asks for {@code oom_kill} only. So a job that relies on it does not pass because of it.
 */
public final class Condition {
    private static final Pattern NUMBER = Pattern.compile("[0-9]+(\\.[0-9]+)?");
    private static final Pattern COMPARISON = Pattern.compile("<=|>=|==|!=|<|>");
    private static final int DEEPEST = 100;
    private static final Pattern METRIC = Pattern.compile("[A-Za-z0-9_]+");

    /** A part of the condition: its value in a result. */
    private interface Expression extends ToDoubleFunction<ExperimentResult> {}

    private final String text;
    private final List<String> variants;
    private final Map<String, Expression> references = new LinkedHashMap<>();
    /** Variants of which more is asked than whether they ran out of memory. */
    private final Set<String> judged = new LinkedHashSet<>();

    private int at;
    private int depth;
    private final Expression left;
    private final Expression right;
    private final String comparison;

    private Condition(String text, List<String> variants) {
        this.text = text;
        this.variants = variants.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        left = sum();
        Matcher m = match(COMPARISON);
        if (m == null) {
            throw refused("expected < <= > >= == or !=");
        }
        comparison = m.group();
        right = sum();
        if (at < text.length()) {
            throw refused("expected an operator or the end");
        }
    }

    /**
     * Reads a condition.
     *
     * @param variants names that may stand in it
     * @throws Failure a wrong command line: what is wrong, and where
     */
    public static Condition parse(String text, List<String> variants) {
        return new Condition(text, variants);
    }

    /** Whether it holds. */
    public boolean holds(ExperimentResult result) {
        if (!killed(result).isEmpty()) {
            return true;
        }
        double a = left.applyAsDouble(result);
        double b = right.applyAsDouble(result);
        return switch (comparison) {
            case "<" -> a < b;
            case "<=" -> a <= b;
            case ">" -> a > b;
            case ">=" -> a >= b;
            case "==" -> a == b;
            default -> a != b;
        };
    }

    /** The condition with the values that it was judged by. */
    public String explained(ExperimentResult result) {
        StringBuilder values = new StringBuilder();
        references.forEach((name, value) -> values.append(values.isEmpty() ? "" : ", ")
                .append(name)
                .append(" = ")
                .append(String.format(Locale.ROOT, "%,.0f", value.applyAsDouble(result))));
        List<String> killed = killed(result);
        return text
                + (values.isEmpty() ? "" : " (" + values + ")")
                + (killed.isEmpty() ? "" : ": cannot be judged, out of memory: " + String.join(", ", killed));
    }

    private List<String> killed(ExperimentResult result) {
        return result.variants().stream()
                .filter(v -> !v.killed().isEmpty())
                .map(TrialResult::name)
                .filter(judged::contains)
                .toList();
    }

    // ---- grammar

    private Expression sum() {
        Expression sum = product();
        while (true) {
            Expression a = sum;
            if (take('+')) {
                Expression b = product();
                sum = r -> a.applyAsDouble(r) + b.applyAsDouble(r);
            } else if (take('-')) {
                Expression b = product();
                sum = r -> a.applyAsDouble(r) - b.applyAsDouble(r);
            } else {
                return sum;
            }
        }
    }

    private Expression product() {
        Expression product = operand();
        while (true) {
            Expression a = product;
            if (take('*')) {
                Expression b = operand();
                product = r -> a.applyAsDouble(r) * b.applyAsDouble(r);
            } else if (take('/')) {
                Expression b = operand();
                product = r -> a.applyAsDouble(r) / b.applyAsDouble(r);
            } else {
                return product;
            }
        }
    }

    /** What stands where a variant was expected, without the metric behind it. */
    private String variantWritten() {
        int end = at;
        while (end < text.length() && " \t<>=!+-*/()".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        int dot = text.lastIndexOf('.', end - 1);
        return text.substring(at, dot > at ? dot : end);
    }

    private Expression operand() {
        if (take('(')) {
            if (++depth > DEEPEST) {
                throw refused("more than " + DEEPEST + " open parentheses");
            }
            Expression inner = sum();
            if (!take(')')) {
                throw refused("expected )");
            }
            depth--;
            return inner;
        }
        for (String v : variants) { // longest first: a name may hold dots and begin with a digit
            if (text.startsWith(v + ".", at)) {
                at += v.length() + 1;
                return reference(v);
            }
        }
        Matcher number = match(NUMBER);
        if (number == null) {
            throw refused("expected a number or VARIANT.METRIC with one of the variants "
                    + String.join(", ", variants.reversed())
                    + Nearest.hint(variantWritten(), variants));
        }
        double value = Double.parseDouble(number.group());
        return r -> value;
    }

    private Expression reference(String variant) {
        int begin = at;
        Matcher name = match(METRIC);
        String metric = name == null ? "" : name.group();
        if (!Metrics.isMetric(metric)) {
            at = begin;
            throw refused("no metric '" + metric + "'" + Nearest.hint(metric, Metrics.names()));
        }
        Expression value = r -> r.variants().stream()
                .filter(v -> v.name().equals(variant))
                .mapToLong(v -> v.metric(metric))
                .sum();
        references.put(variant + "." + metric, value);
        if (!metric.equals("oom_kill")) {
            judged.add(variant);
        }
        return value;
    }

    // ---- text

    private boolean take(char c) {
        skipBlanks();
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            skipBlanks();
            return true;
        }
        return false;
    }

    private @org.jspecify.annotations.Nullable Matcher match(Pattern pattern) {
        skipBlanks();
        Matcher m = pattern.matcher(text).region(at, text.length());
        if (!m.lookingAt()) {
            return null;
        }
        at = m.end();
        skipBlanks();
        return m;
    }

    private void skipBlanks() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private Failure refused(String why) {
        return Failure.usage("--fail-if '" + text + "': at position " + (at + 1) + ": " + why);
    }
}
