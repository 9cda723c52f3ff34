package org.multigen.base;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counters of one owner, found by their numbers. Under real threads each change is atomic; in virtual time one thread runs the whole
 * machine, and plain changes do.
 */
public final class Tally {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] cells;
    private final boolean shared;

    /**
     * @param locks of the machine
     */
    public Tally(int counters, Locks locks) {
        cells = new long[counters];
        shared = locks.real();
    }

    public long get(int i) {
        return (long) CELL.getOpaque(cells, i);
    }

    /** Adds and returns the sum. */
    public long add(int i, long delta) {
        if (shared) {
            return (long) CELL.getAndAdd(cells, i, delta) + delta;
        }
        return cells[i] += delta;
    }

    /** Stores a value and returns the one before. */
    public long exchange(int i, long value) {
        return (long) CELL.getAndSet(cells, i, value);
    }
}
