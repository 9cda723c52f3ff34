/**
 * Proof on the user's own workload: boots a stock kernel in an emulator, lets it perform a scenario's touches, and has our engine
 * perform the same transcript.
 *
 * <p>{@link org.multigen.fidelity.prove.ProveCommand} is the command. {@code KernelStore} finds or fetches a kernel, {@code
 * Initramfs} and {@code GuestProgram} make what it boots with, {@code Emulator} runs it and assembles the transcript. The guest's
 * side lies in {@code fidelity/oracle}. Nothing of a kernel is part of the project: images come from the user's distribution
 * and stay in the user's cache.
 */
@NullMarked
package org.multigen.fidelity.prove;

import org.jspecify.annotations.NullMarked;
