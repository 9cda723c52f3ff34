package org.multigen.fidelity.transcript;

import java.nio.file.Path;
import java.util.List;

/**
 * A transcript.
 *
 * @param complete whether its last statement was reached; what a cut-off file still has is kept
 */
public record Transcript(Path file, Header header, List<Statement> statements, boolean complete) {}
