package org.multigen.fidelity.script;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where the address spaces of a recording lie in a script: stretches of 512 pages that are touched, one after the other, so that
 * every leaf page table keeps its shape and neighbours stay neighbours. Between stretches that are none lies an empty one.
 */
final class Layout {
    private static final int SHIFT = 9;
    private static final int PROCESS_SHIFT = 40;

    private final TreeSet<Long> used = new TreeSet<>();
    private final TreeMap<Long, Long> places = new TreeMap<>();

    /** A part of a range that has a place: {@code page} in the script for {@code skipped} pages behind the range's first. */
    interface Part {
        void at(long page, long pages, long skipped);
    }

    void use(int process, long page, long pages) {
        for (long stretch = page >> SHIFT; stretch <= page + pages - 1 >> SHIFT; stretch++) {
            used.add(key(process, stretch));
        }
    }

    /** Gives every stretch used so far its place. */
    void settle() {
        long at = -1;
        long previous = -2;
        for (long key : used) {
            at += key == previous + 1 || at < 0 ? 1 : 2;
            places.put(key, at);
            previous = key;
        }
    }

    /** The place of a page, or -1. */
    long place(int process, long page) {
        Long stretch = places.get(key(process, page >> SHIFT));
        return stretch == null ? -1 : (stretch << SHIFT) + (page & (1 << SHIFT) - 1);
    }

    /** Visits the parts of a range that have places, ascending and as long as possible. */
    void parts(int process, long page, long pages, Part visitor) {
        long end = page + pages;
        Map<Long, Long> hit = places.subMap(key(process, page >> SHIFT), true, key(process, end - 1 >> SHIFT), true);
        long from = 0;
        long place = -1;
        long length = 0;
        for (Map.Entry<Long, Long> e : hit.entrySet()) {
            long first = (e.getKey() & (1L << PROCESS_SHIFT) - 1) << SHIFT;
            long low = Math.max(page, first);
            long high = Math.min(end, first + (1 << SHIFT));
            long at = (e.getValue() << SHIFT) + (low - first);
            if (length > 0 && from + length == low && place + length == at) {
                length += high - low;
                continue;
            }
            if (length > 0) {
                visitor.at(place, length, from - page);
            }
            from = low;
            place = at;
            length = high - low;
        }
        if (length > 0) {
            visitor.at(place, length, from - page);
        }
    }

    private static long key(int process, long stretch) {
        return (long) process << PROCESS_SHIFT | stretch;
    }
}
