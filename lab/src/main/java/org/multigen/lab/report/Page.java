package org.multigen.lab.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a page shows.
 *
 * @param question what was asked, in a sentence
 * @param verdict what came of it, in a sentence
 * @param sections charts and tables
 * @param facts seed, version and the like: name and value
 * @param definitions of the words used: name and meaning
 * @param notes what a reader has to know
 */
record Page(
        String title,
        String question,
        String verdict,
        List<Section> sections,
        List<List<String>> facts,
        List<List<String>> definitions,
        List<String> notes) {

    /** A chart, if there is one, and the table under it. */
    record Section(String title, String text, @Nullable Chart chart, Table table) {}

    /** A table; the first column is a name, the others are numbers. */
    record Table(List<String> head, List<List<String>> rows) {}

    /**
     * What a chart shows; report.js decides how.
     *
     * @param kind {@code line}, {@code bar}, {@code stack} or {@code heat}
     * @param x categories of the axis; for a heat map its columns
     * @param y for a heat map its rows, else empty
     * @param series named rows of values; a heat map has one, of triples column, row, value
     */
    record Chart(String kind, Axis xAxis, Axis yAxis, List<String> x, List<String> y, List<Series> series) {}

    /** An axis with its unit. */
    record Axis(String name, boolean log) {}

    /** A named row of values. */
    record Series(String name, List<?> data) {}
}
