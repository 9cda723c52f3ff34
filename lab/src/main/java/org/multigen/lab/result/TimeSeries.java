package org.multigen.lab.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A run over its time, the warm-up included: intervals of one length that follow each other from 0 on, of which only the last may be
 * shorter.
 *
 * @param intervalNs length of an interval
 * @param endNs where the last one ends
 * @param warmNs where the warm-up ended; 0 without one
 * @param happened by metric, what each interval added to it; metrics that stayed 0 are left out
 * @param state by name, what there was at the end of each interval: {@code gen_anon_0} to {@code gen_file_3}, pages of a generation
 *     by its age, 0 for the youngest; {@code nr_active_anon} and the like under the classic LRU; {@code max_seq}, the youngest
 *     generation of the lruvec with the most pages
 * @param heat addresses by time, or null if that was not asked for
 */
public record TimeSeries(
        long intervalNs,
        long endNs,
        long warmNs,
        SortedMap<String, List<Long>> happened,
        SortedMap<String, List<Long>> state,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Heat heat) {

    /** Prefix of pages of a generation: then the type and the age. */
    public static final String GENERATION = "gen_";

    /** The youngest generation. */
    public static final String MAX_SEQ = "max_seq";

    /** Not touched yet. */
    public static final char UNTOUCHED = '.';
    /** Not in memory any more. */
    public static final char GONE = '-';
    /** In memory and on no list: just faulted in, isolated or unevictable. */
    public static final char UNLISTED = '?';
    /** On the active list of the classic LRU. */
    public static final char ACTIVE = 'a';
    /** On its inactive list. */
    public static final char INACTIVE = 'i';

    /**
     * Accesses by address and time, and where the pages were.
     *
     * @param intervalNs length of a column; the last may be shorter
     * @param regions the most accessed parts of address spaces
     * @param others accesses elsewhere
     */
    public record Heat(long intervalNs, List<Region> regions, long others) {}

    /**
     * A part of an address space.
     *
     * @param task its process
     * @param firstPage number of its first page
     * @param pagesPerRow pages of a row
     * @param accesses by row, from the lowest address on, and column: touches of pages
     * @param places by row: a character per column, where most of the row's pages were at its end: the age of their generation, 0
     *     to 3, or one of the constants here
     */
    public record Region(
            String task, long firstPage, long pagesPerRow, List<List<Long>> accesses, List<String> places) {}
}
