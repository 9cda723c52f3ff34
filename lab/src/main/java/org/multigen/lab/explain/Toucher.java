package org.multigen.lab.explain;

import org.multigen.machine.Task;

/** Carries out the touches of one task of a scenario, in their order. */
public interface Toucher {
    /** Nobody watches. */
    Toucher PLAIN = Task::touch;

    /**
     * Touches a page.
     *
     * @return a constant of {@link org.multigen.fault.Touch}
     */
    int touch(Task task, long vpn, boolean write);

    /** The same touch once more, after what made it fail was mended. */
    default int again(Task task, long vpn, boolean write) {
        return touch(task, vpn, write);
    }

    /** A touch that cannot be done any more: its process has ended. */
    default void skip() {}
}
