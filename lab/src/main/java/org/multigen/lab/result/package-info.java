/**
 * What a trial and an experiment came to, how variants compare, and how that is shown.
 *
 * <p>{@link org.multigen.lab.result.TrialResult} and {@link org.multigen.lab.result.ExperimentResult} are plain records that
 * travel as JSON; {@link org.multigen.lab.result.Comparison} derives changes and their bands from them. {@link
 * org.multigen.lab.result.Metrics} is the only list of metrics: the table of a run, {@code multigen list metrics} and {@code
 * docs/metrics.md} are made from it. Nothing here runs a machine.
 */
@NullMarked
package org.multigen.lab.result;

import org.jspecify.annotations.NullMarked;
