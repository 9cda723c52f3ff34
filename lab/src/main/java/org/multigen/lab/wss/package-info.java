/**
 * {@code multigen wss}: how much of its memory a recording uses, over time, and how much a kernel has to give it.
 *
 * <p>{@link org.multigen.lab.wss.WorkingSets} counts pages by idle age. {@link org.multigen.lab.wss.Halves} cuts the recording in
 * two; {@link org.multigen.lab.wss.Need} searches the least memory with which a kernel keeps a budget of refaults on one half, so
 * that what the first half recommends can be checked on the second. Nothing here outlives a command.
 */
@NullMarked
package org.multigen.lab.wss;

import org.jspecify.annotations.NullMarked;
