/**
 * Comparison of what the engine showed with what a kernel showed, and the verdict by the transcript's own tolerance.
 *
 * <p>{@link org.multigen.fidelity.verdict.Observation} is one pair of ours and theirs, {@link
 * org.multigen.fidelity.verdict.Judge} turns the pairs of one transcript into a {@link
 * org.multigen.fidelity.verdict.Verdict}. Nothing here knows the engine, and nothing depends on the name of a file.
 */
@NullMarked
package org.multigen.fidelity.verdict;

import org.jspecify.annotations.NullMarked;
