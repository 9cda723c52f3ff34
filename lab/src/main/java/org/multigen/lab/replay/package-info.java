/**
 * Recordings on a machine: their processes become tasks, their system calls and touches theirs.
 *
 * <p>{@link org.multigen.lab.replay.ReplayProgram} keeps the recording's order, in virtual time; {@link
 * org.multigen.lab.replay.ThreadedReplay} runs the processes side by side. {@link org.multigen.lab.replay.Recordings} holds what is
 * known of the recordings themselves, immutable and shared by trials.
 */
@NullMarked
package org.multigen.lab.replay;

import org.jspecify.annotations.NullMarked;
