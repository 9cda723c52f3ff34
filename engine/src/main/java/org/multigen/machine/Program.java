package org.multigen.machine;

import java.util.List;

/** What a task does, in slices that whoever runs it asks for. */
public interface Program {
    /** The task that goes on when the program does. */
    Task task();

    /**
     * Performs operations until the task's clock reaches {@code ns} or there are none left. For virtual time.
     *
     * @return true if there is more to do
     */
    boolean runUntil(long ns);

    /**
     * Performs up to so many operations. For real threads: the caller has entered {@link #task()}, and whoever changes to another
     * task leaves the one and enters the other.
     *
     * @return true if there is more to do
     */
    boolean runSteps(int steps);

    /** {@link #waitNs}: until other programs have gone on. */
    long OTHERS = -1;

    /**
     * For real threads, asked between slices: how long there is nothing to do.
     *
     * @return nanoseconds of the wall, 0 if it can go on at once, or {@link #OTHERS}
     */
    default long waitNs() {
        return 0;
    }

    /** For real threads, asked after each slice: programs that came into being in it and are to be run as well. */
    default List<? extends Program> takeBorn() {
        return List.of();
    }
}
