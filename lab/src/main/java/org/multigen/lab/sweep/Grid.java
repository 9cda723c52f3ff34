package org.multigen.lab.sweep;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.scenario.OptionSetting;

/**
 * The trials of a sweep: each variant at each point of the varied keys with each seed.
 *
 * @param keys the varied keys
 * @param trials in their order
 */
record Grid(List<String> keys, List<Trial> trials) {
    /** Runs; a day and more, even if each took a second. */
    private static final int MOST = 100_000;

    private static final Pattern RANGE = Pattern.compile("(-?[0-9]{1,15})\\.\\.(-?[0-9]{1,15})");

    /**
     * One trial.
     *
     * @param point varied key to value
     */
    record Trial(int number, String variant, Map<String, String> point, long seed) {
        /** As options of a run. */
        List<OptionSetting> overrides(List<String> common) {
            List<OptionSetting> all = new ArrayList<>(OptionSetting.set(common));
            point.forEach((key, value) -> all.add(option("--vary ", key + "=" + value)));
            all.add(option("--seed: ", "seed=" + seed));
            return all;
        }

        private static OptionSetting option(String option, String setting) {
            return new OptionSetting(option + setting, setting);
        }
    }

    /**
     * Lays out a grid; variants change fastest, then seeds, then the last of the keys.
     *
     * @param vary {@code key=a,b,c} or {@code key=1..8}
     */
    static Grid of(List<String> variants, List<String> vary, long firstSeed, int seeds) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String option : vary) {
            int equals = option.indexOf('=');
            if (equals < 1) {
                throw Failure.usage("--vary " + option + ": expected key=a,b,c or key=1..8");
            }
            if (option.startsWith("seed=")) {
                throw Failure.usage("--vary " + option + ": --seeds N and --seed FIRST vary the seed");
            }
            if (values.put(option.substring(0, equals), values(option, option.substring(equals + 1))) != null) {
                throw Failure.usage("--vary " + option + ": the key is varied twice");
            }
        }
        List<Map<String, String>> points = new ArrayList<>(List.of(Map.of()));
        long runs = (long) seeds * variants.size();
        if (runs > MOST) {
            throw Failure.usage("--seeds " + seeds + ": more than " + MOST + " runs");
        }
        for (Map.Entry<String, List<String>> v : values.entrySet()) {
            runs *= v.getValue().size();
            if (runs > MOST) {
                throw Failure.usage("--vary " + v.getKey() + ": more than " + MOST + " runs");
            }
            expand(points, v.getKey(), v.getValue());
        }
        List<Trial> trials = new ArrayList<>();
        for (Map<String, String> point : points) {
            for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
                for (String variant : variants) {
                    trials.add(new Trial(trials.size(), variant, point, seed));
                }
            }
        }
        return new Grid(List.copyOf(values.keySet()), trials);
    }

    private static void expand(List<Map<String, String>> points, String key, List<String> list) {
        List<Map<String, String>> before = List.copyOf(points);
        points.clear();
        for (Map<String, String> point : before) {
            for (String value : list) {
                Map<String, String> more = new LinkedHashMap<>(point);
                more.put(key, value);
                points.add(more);
            }
        }
    }

    private static List<String> values(String option, String text) {
        Set<String> values = new LinkedHashSet<>();
        for (String word : text.split(",", -1)) {
            Matcher range = RANGE.matcher(word);
            if (range.matches()) {
                long from = Long.parseLong(range.group(1));
                long to = Long.parseLong(range.group(2));
                if (to < from || to - from >= MOST) {
                    throw Failure.usage("--vary " + option + ": expected a range that ascends, of at most " + MOST);
                }
                for (long n = from; n <= to; n++) {
                    values.add(Long.toString(n));
                }
            } else if (word.isEmpty()) {
                throw Failure.usage("--vary " + option + ": a value is missing");
            } else {
                values.add(word);
            }
            if (values.size() > MOST) {
                throw Failure.usage("--vary " + option + ": more than " + MOST + " values");
            }
        }
        return List.copyOf(values);
    }
}
