package org.multigen.machine;

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
}
