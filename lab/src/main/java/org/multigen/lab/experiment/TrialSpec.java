package org.multigen.lab.experiment;

import java.util.Map;

/**
 * Everything that determines a trial's result, in a form that can be sent elsewhere.
 *
 * @param scenario name of the scenario
 * @param variant name of the variant
 * @param settings path to text, as {@link org.multigen.lab.scenario.Settings#flat} gives them; the seed is one of them
 */
public record TrialSpec(String scenario, String variant, Map<String, String> settings) {}
