package org.multigen.lab.result;

import java.util.Locale;
import java.util.function.UnaryOperator;

/** Lines for people. */
final class Text {
    private Text() {}

    /**
     * Appends words in lines of a width, with a line feed at the end. The first line goes on where {@code out} stands, which is
     * taken to be column {@code indent}; the others are indented.
     */
    static void wrap(StringBuilder out, String text, int indent, int width, UnaryOperator<String> paint) {
        StringBuilder line = new StringBuilder();
        boolean first = true;
        for (String word : text.split(" ")) {
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
