package org.multigen.lab.result;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.multigen.rules.KernelRules;
import org.multigen.rules.Kernels;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What vouches for the rules that a run used: the exact release they were read from, and how they did against recordings of that
 * kernel, as {@code multigen fidelity --store} wrote it down.
 */
public final class Vouchers {
    private static final String SUMMARY = "fidelity-summary.json";

    private Vouchers() {}

    /** A line for each kernel that an experiment used. */
    public static List<String> of(ExperimentResult result) {
        return of(result.variants().stream().map(TrialResult::kernel).toList());
    }

    /** A line for each of those kernels. */
    public static List<String> of(List<String> kernels) {
        JsonNode stored = stored();
        return kernels.stream().distinct().map(kernel -> line(kernel, stored)).toList();
    }

    /** The line for one kernel, given the stored summary, if there is one. */
    static String line(String kernel, @Nullable JsonNode stored) {
        KernelRules rules = Kernels.find(kernel);
        String which = "Rules of Linux " + (rules == null ? kernel : rules.release());
        JsonNode checked = stored == null ? null : stored.path("kernels").get(kernel);
        if (checked == null || checked.path("recordings").asInt(0) == 0) {
            return which + ": not yet checked against recordings of it (multigen fidelity).";
        }
        JsonNode median = checked.path("medianFaultDifference");
        String faults = median.isNumber()
                ? String.format(Locale.ROOT, ", median fault difference %.2f %%", 100 * median.asDouble())
                : "";
        return which + ": " + checked.path("pass").asInt() + " of "
                + checked.path("recordings").asInt() + " recordings inside tolerance" + faults + ".";
    }

    private static @Nullable JsonNode stored() {
        try (InputStream in = Vouchers.class.getResourceAsStream(SUMMARY)) {
            return in == null ? null : JsonMapper.builder().build().readTree(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
