package org.multigen.lab.scenario;

import java.util.Arrays;
import java.util.List;

/**
 * A setting that an option of the command line gives.
 *
 * @param option as a message names it, such as {@code --set memory.max=0.5}
 * @param setting {@code key=value}
 */
public record OptionSetting(String option, String setting) {
    /** Settings as {@code --set} gives them. */
    public static List<OptionSetting> set(List<String> settings) {
        return settings.stream().map(s -> new OptionSetting("--set " + s, s)).toList();
    }

    /** Settings as {@code --set} gives them. */
    public static List<OptionSetting> set(String... settings) {
        return set(Arrays.asList(settings));
    }
}
