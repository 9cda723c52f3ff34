package org.multigen.lab.experiment;

/** Is told how far an experiment is. Called from the thread that runs it, a few times a second at most per million touches. */
public interface Progress {
    /** Nobody watches. */
    Progress NONE = new Progress() {};

    /** A trial begins; {@code touches} is what it will do unless tasks are killed. */
    default void begin(String variant, long touches) {}

    /** So many touches have been done in this trial. */
    default void touched(long touches) {}

    /** The trial is over. */
    default void end() {}
}
