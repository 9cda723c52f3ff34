/**
 * How a command ends: the exit codes and the one-line failures that carry them; outputs are complete or absent.
 *
 * <p>The lowest room of the lab. Every other room reports what the user can mend as a {@link
 * org.multigen.lab.failure.Failure}; anything else that escapes is an internal error.
 */
@NullMarked
package org.multigen.lab.failure;

import org.jspecify.annotations.NullMarked;
