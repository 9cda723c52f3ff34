package org.multigen.lab.report;

import java.util.List;

/**
 * What a page shows.
 *
 * @param question what was asked, in a sentence
 * @param verdict what came of it, in a sentence
 * @param sections charts and tables
 * @param facts seed, version and the like: name and value
 * @param texts longer texts, such as the scenario: heading and lines
 * @param definitions of the words used: name and meaning
 * @param notes what a reader has to know
 */
record Page(
        String title,
        String question,
        String verdict,
        List<Section> sections,
        List<List<String>> facts,
        List<List<String>> texts,
        List<List<String>> definitions,
        List<String> notes) {

    /**
     * Charts of one thing, and the table under them.
     *
     * @param text how to read them, a sentence or two
     */
    record Section(String title, String text, List<Chart> charts, Table table) {}

    /** A table; the first column is a name, the others are numbers. */
    record Table(List<String> head, List<List<String>> rows) {
        static final Table NONE = new Table(List.of(), List.of());
    }

    /**
     * What a chart shows; report.js decides how.
     *
     * @param kind {@code line} over numbers, {@code area} stacked over numbers, {@code bar} over words, {@code hbar} the same lying,
     *     {@code hstack} lying and on top of each other, {@code points} single values with intervals over words, or {@code heat}
     * @param caption which of several charts of a section this is, or empty
     * @param x numbers or words; for a heat map its columns
     * @param y for a heat map its rows, else empty
     * @param series rows of values; a heat map's first holds triples column, row, value, the others pairs of places
     * @param marks places on the x axis that mean something
     */
    record Chart(
            String kind,
            String caption,
            Axis xAxis,
            Axis yAxis,
            List<?> x,
            List<String> y,
            List<Series> series,
            List<Mark> marks) {

        Chart(String kind, String caption, Axis xAxis, Axis yAxis, List<?> x, List<Series> series) {
            this(kind, caption, xAxis, yAxis, x, List.of(), series, List.of());
        }
    }

    /**
     * An axis with its unit.
     *
     * @param name with the unit
     * @param log logarithmic
     * @param max the end, or 0: where the values end; lets several charts share a scale
     */
    record Axis(String name, boolean log, double max) {
        Axis(String name) {
            this(name, false, 0);
        }
    }

    /** A place on the x axis. */
    record Mark(double at, String text) {}

    /**
     * A named row of values.
     *
     * @param look how it is drawn: {@code color} or {@code color/shade}, numbers from 0 on; a dashed line ends in {@code -}
     */
    record Series(String name, List<?> data, String look) {
        Series(String name, List<?> data) {
            this(name, data, "");
        }
    }
}
