package org.multigen.fidelity.replay;

import java.util.List;
import org.multigen.fidelity.verdict.Observation;

/**
 * What came out of executing a transcript.
 *
 * @param kernel the rules that were used
 * @param notes warnings of the engine and other remarks
 */
public record Replayed(String kernel, List<Observation> observations, List<String> notes) {}
