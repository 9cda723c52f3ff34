/**
 * Reads transcripts of real kernels, rebuilds the machine they describe, executes the same operations and compares every
 * dump.
 *
 * <p>Recorded results are read only after the engine's own exist; nothing here corrects the engine.
 */
@NullMarked
package org.multigen.fidelity;

import org.jspecify.annotations.NullMarked;
