/**
 * Invariants of a running machine, seeded random plans and slow reference models.
 *
 * <p>Everything here is reproducible from a seed. A failure names the seed and the command that replays it.
 */
@NullMarked
package org.multigen.testkit;

import org.jspecify.annotations.NullMarked;
