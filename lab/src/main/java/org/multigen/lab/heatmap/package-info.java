/**
 * {@code multigen heatmap}: which addresses a recording touches when.
 *
 * <p>{@link org.multigen.lab.heatmap.Regions} finds what each process uses, in one reading; {@link
 * org.multigen.lab.heatmap.HeatMap} counts accesses per cell of address and time, in a second one; {@link
 * org.multigen.lab.heatmap.HeatText} draws. Nothing here outlives a command.
 */
@NullMarked
package org.multigen.lab.heatmap;

import org.jspecify.annotations.NullMarked;
