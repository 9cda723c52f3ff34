package org.multigen.lru;

import java.util.ArrayList;
import java.util.List;

/** What an LRU keeps for each lruvec, found by the lruvec's number. Grows only while a control group is created. */
public final class LruvecTable<T> {
    private final List<T> entries = new ArrayList<>();

    /**
     * Adds what belongs to a new lruvec.
     *
     * @throws IllegalStateException unless lruvecs come in the order of their numbers
     */
    public void add(Lruvec lruvec, T entry) {
        if (entries.size() != lruvec.id) {
            throw new IllegalStateException("lruvec " + lruvec.id + " created out of order");
        }
        entries.add(entry);
    }

    public T get(int lruvec) {
        return entries.get(lruvec);
    }

    public T get(Lruvec lruvec) {
        return entries.get(lruvec.id);
    }

    public List<T> all() {
        return entries;
    }
}
