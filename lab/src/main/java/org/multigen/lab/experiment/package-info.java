/**
 * Carries out trials: builds the machine of a {@link org.multigen.lab.scenario.Plan}, runs its tasks and events in virtual time,
 * and takes the figures down.
 *
 * <p>A {@link org.multigen.lab.experiment.Trial} is a pure function of its {@link org.multigen.lab.experiment.TrialSpec}: equal
 * specifications give equal results on every machine. {@link org.multigen.lab.experiment.Experiment} runs one trial per variant.
 * A trial belongs to one thread; trials share nothing but the facts about recordings, which are immutable.
 */
@NullMarked
package org.multigen.lab.experiment;

import org.jspecify.annotations.NullMarked;
