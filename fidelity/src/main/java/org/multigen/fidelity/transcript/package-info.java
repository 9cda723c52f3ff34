/**
 * Transcripts of real kernels, format version 2, as typed statements.
 *
 * <p>{@link org.multigen.fidelity.transcript.TranscriptParser} turns a file into a {@link
 * org.multigen.fidelity.transcript.Transcript}: a header and the statements in their order, each with its line number. It
 * knows every statement and every process command of the format; anything else is an error that names file, line and word.
 * Everything here is immutable and free of the engine.
 */
@NullMarked
package org.multigen.fidelity.transcript;

import org.jspecify.annotations.NullMarked;
