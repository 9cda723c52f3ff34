package org.multigen.lab.result;

import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Lines for people. */
final class Text {
    /** The blank between a number and its unit, where no line may end. */
    private static final Pattern BEFORE_UNIT = Pattern.compile(
            "(?<=[0-9]) (?=(?:%|x|s|ms|\u00b5s|us|ns|min|h|d|[KMGT]iB|[KMG]B|bytes|pages)(?![A-Za-z0-9]))");

    private static final char GLUE = '\u00a0';

    private Text() {}

    /**
     * Appends words in lines of a width, with a line feed at the end. The first line goes on where {@code out} stands, which is
     * taken to be column {@code indent}; the others are indented.
     */
    static void wrap(StringBuilder out, String text, int indent, int width, UnaryOperator<String> paint) {
        StringBuilder line = new StringBuilder();
        boolean first = true;
        for (String glued :
                BEFORE_UNIT.matcher(text).replaceAll(String.valueOf(GLUE)).split(" ")) {
            String word = glued.replace(GLUE, ' ');
            if (indent + line.length() + 1 + word.length() > width && !line.isEmpty()) {
                out.append(first ? "" : " ".repeat(indent))
                        .append(paint.apply(line.toString()))
                        .append('\n');
                line.setLength(0);
                first = false;
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        out.append(first ? "" : " ".repeat(indent))
                .append(paint.apply(line.toString()))
                .append('\n');
    }

    static String cut(String text, int width) {
        return text.length() <= width ? text : text.substring(0, width - 1) + "~";
    }

    /** A number that is known to about a tenth, to two digits. */
    static String rounded(long value) {
        long step = 1;
        while (value / step >= 100) {
            step *= 10;
        }
        return String.format(Locale.ROOT, "~%,d", Math.round((double) value / step) * step);
    }
}
