package org.multigen.lab.experiment;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.failure.Nearest;
import org.multigen.lab.scenario.Scenario;
import org.multigen.rules.KernelRules;
import org.multigen.rules.Kernels;

/**
 * Kernels crossed with LRUs, as the options {@code --kernels} and {@code --lru} name them.
 *
 * @param kernels names; empty for what a scenario says
 * @param lrus some of {@code classic} and {@code mglru}
 */
public record Configurations(List<String> kernels, List<String> lrus) {
    static final List<String> LRUS = List.of("classic", "mglru");

    /**
     * Checks the names.
     *
     * @throws Failure if one is none of those known; the message says which it may have been
     */
    public Configurations {
        List<String> known = Kernels.all().stream().map(KernelRules::name).toList();
        kernels.forEach(k -> check("--kernels", k, known));
        lrus.forEach(l -> check("--lru", l, LRUS));
        kernels = List.copyOf(kernels);
        lrus = List.copyOf(lrus);
    }

    private static void check(String option, String word, List<String> known) {
        if (!known.contains(word)) {
            throw Failure.usage(option + ": '" + word + "': expected some of " + String.join(", ", known)
                    + Nearest.hint(word, known));
        }
    }

    /** Settings by name: {@code KERNEL-LRU}, or the one of the two that is varied. */
    public Map<String, Map<String, String>> variants() {
        Map<String, Map<String, String>> variants = new LinkedHashMap<>();
        List<String> ks = kernels.isEmpty() ? List.of("") : kernels;
        for (String k : ks) {
            for (String l : lrus) {
                Map<String, String> settings = new LinkedHashMap<>();
                settings.put("lru", l);
                if (!k.isEmpty()) {
                    settings.put("kernel", k);
                }
                String name = ks.size() == 1 ? l : lrus.size() == 1 ? k : k + "-" + l;
                variants.put(name, settings);
            }
        }
        return variants;
    }

    /** A trace under each of them; the whole of it counts, as it does for the reference policies. */
    public Scenario onTrace(Path trace) {
        String name = nameOf(trace);
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("tasks." + name.replaceAll("[^A-Za-z0-9_-]", "_") + ".recording", trace.toString());
        settings.put("warmup", "none");
        return Scenario.of(name, settings).withVariants(variants());
    }

    /** A file's name without any of its endings. */
    public static String nameOf(Path file) {
        return String.valueOf(file.getFileName()).replaceFirst("(?<=.)\\..*", "");
    }
}
