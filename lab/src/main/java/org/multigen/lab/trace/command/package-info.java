/**
 * {@code multigen trace}: commands that look at traces, and the options by which every command says how to read one ({@link
 * org.multigen.lab.trace.command.InputChoice}).
 *
 * <p>Nothing here outlives a command.
 */
@NullMarked
package org.multigen.lab.trace.command;

import org.jspecify.annotations.NullMarked;
