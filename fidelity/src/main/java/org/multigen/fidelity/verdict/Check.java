package org.multigen.fidelity.verdict;

/**
 * One judged figure.
 *
 * @param figure its name, such as {@code pgmajfault} or {@code generations}
 * @param tolerance what is allowed, in the words of the transcript
 * @param where the line and label it was taken at
 */
public record Check(String figure, String tolerance, String ours, String theirs, boolean holds, String where) {}
