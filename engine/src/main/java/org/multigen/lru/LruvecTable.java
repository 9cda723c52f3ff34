package org.multigen.lru;

import java.util.Arrays;
import java.util.List;

/**
 * What an LRU keeps for each lruvec, found by the lruvec's number. Grows only while a control group is created, by a copy, so that
 * readers need no lock.
 */
@SuppressWarnings("unchecked") // only T are put into the array
public final class LruvecTable<T> {
    private volatile Object[] entries = {};

    /**
     * Adds what belongs to a new lruvec.
     *
     * @throws IllegalStateException unless lruvecs come in the order of their numbers
     */
    public void add(Lruvec lruvec, T entry) {
        Object[] now = entries;
        if (now.length != lruvec.id) {
            throw new IllegalStateException("lruvec " + lruvec.id + " created out of order");
        }
        Object[] more = Arrays.copyOf(now, now.length + 1);
        more[now.length] = entry;
        entries = more;
    }

    public T get(int lruvec) {
        return (T) entries[lruvec];
    }

    public T get(Lruvec lruvec) {
        return (T) entries[lruvec.id];
    }

    public List<T> all() {
        return (List<T>) List.of(entries);
    }
}
