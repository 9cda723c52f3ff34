/**
 * Executes a transcript again: builds the machine of its header, performs every operation in order, and pairs what the engine
 * shows with what the kernel showed.
 *
 * <p>{@link org.multigen.fidelity.replay.Replay} is the way in. Recorded results (dumps, counters, per-touch logs, answers)
 * are read only to stand beside ours; they never change what the engine does next. Two things of a transcript that are not
 * operations are inputs all the same, because they describe the guest and not its memory management: how often a process
 * was switched to ({@code #CTX}), and which of its own pages an unlocked process had used ({@code #OWN}).
 *
 * <p>Single-threaded; a {@code Replay} owns its machine.
 */
@NullMarked
package org.multigen.fidelity.replay;

import org.jspecify.annotations.NullMarked;
