package org.multigen.machine;

/** What a task does, in slices that the virtual-time scheduler asks for. */
public interface Program {
    Task task();

    /**
     * Performs operations until the task's clock reaches {@code ns} or there are none left.
     *
     * @return true if there is more to do
     */
    boolean runUntil(long ns);
}
