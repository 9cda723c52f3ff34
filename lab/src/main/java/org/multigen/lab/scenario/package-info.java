/**
 * What an experiment is: the scenario file, its keys, its variants, and the plan that a trial carries out.
 *
 * <p>{@link org.multigen.lab.scenario.Keys} is the only list of keys: the parser asks it, and the tables in {@code
 * docs/scenario.md} and the JSON Schema are generated from it. A {@link org.multigen.lab.scenario.Scenario} is read from YAML;
 * each variant of it becomes flat {@link org.multigen.lab.scenario.Settings}, path to text, which is also the form in which a
 * trial travels; a {@link org.multigen.lab.scenario.Plan} is what they mean once the workload's footprint is known. All of
 * them are immutable.
 */
@NullMarked
package org.multigen.lab.scenario;

import org.jspecify.annotations.NullMarked;
