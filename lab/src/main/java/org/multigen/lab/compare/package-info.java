/**
 * {@code multigen compare}: kernels and LRUs side by side on a trace or a scenario, at several sizes of memory, without a file
 * that describes the experiment.
 *
 * <p>{@link org.multigen.lab.compare.CompareCommand} makes a scenario with a variant for each kernel and LRU, {@link
 * org.multigen.lab.compare.Comparison} runs it once per size on all processors, {@link
 * org.multigen.lab.compare.ComparisonTable} prints it beside the reference policies, which run on the same pages with the same
 * number of pages. Nothing here outlives a command.
 */
@NullMarked
package org.multigen.lab.compare;

import org.jspecify.annotations.NullMarked;
