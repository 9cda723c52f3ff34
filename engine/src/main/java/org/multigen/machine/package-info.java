/**
 * The machine: wires all rooms, runs tasks and daemons in virtual time, and shows the files that a kernel shows.
 *
 * <p>{@link org.multigen.machine.Machine} is the engine's front door; in virtual time one thread owns it.
 */
@org.jspecify.annotations.NullMarked
package org.multigen.machine;
