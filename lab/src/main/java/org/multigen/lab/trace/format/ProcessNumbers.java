package org.multigen.lab.trace.format;

import java.util.HashMap;
import java.util.Map;

/** Numbers processes from 0 on in order of appearance. */
final class ProcessNumbers {
    private static final int MOST = 1 << 16;

    private final Map<Long, Integer> numbers = new HashMap<>();
    private long last = Long.MIN_VALUE;
    private int lastNumber;

    int of(long id) throws Malformed {
        if (id == last) {
            return lastNumber;
        }
        Integer known = numbers.get(id);
        if (known == null) {
            if (numbers.size() == MOST) {
                throw Malformed.record("more than " + MOST + " processes");
            }
            known = numbers.size();
            numbers.put(id, known);
        }
        last = id;
        lastNumber = known;
        return known;
    }
}
