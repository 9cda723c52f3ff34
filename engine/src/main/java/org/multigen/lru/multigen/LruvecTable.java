package org.multigen.lru.multigen;

import java.util.ArrayList;
import java.util.List;
import org.multigen.lru.Lruvec;

/** What this LRU keeps for each lruvec, found by the lruvec's number. Grows only while a control group is created. */
final class LruvecTable<T> {
    private final List<T> entries = new ArrayList<>();

    void add(Lruvec lruvec, T entry) {
        if (entries.size() != lruvec.id) {
            throw new IllegalStateException("lruvec " + lruvec.id + " created out of order");
        }
        entries.add(entry);
    }

    T get(int lruvec) {
        return entries.get(lruvec);
    }

    T get(Lruvec lruvec) {
        return entries.get(lruvec.id);
    }

    List<T> all() {
        return entries;
    }
}
