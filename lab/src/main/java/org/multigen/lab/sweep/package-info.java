/**
 * {@code multigen sweep} and {@code multigen results}: a grid of settings, run on all processors, and its results in a database.
 *
 * <p>{@link org.multigen.lab.sweep.Grid} is what is to be run, in a fixed order. Each trial that is done goes into a {@link
 * org.multigen.lab.sweep.Journal} beside the database and is forced to disk; when all are done, {@link
 * org.multigen.lab.sweep.SweepDatabase} writes the database in the grid's order under a temporary name. So a sweep that is killed
 * at any moment continues with the trials that are missing, and ends with the same database.
 *
 * <p>The journal is shared by the threads that run trials and locks itself; the rest belongs to the command's thread.
 */
@NullMarked
package org.multigen.lab.sweep;

import org.jspecify.annotations.NullMarked;
