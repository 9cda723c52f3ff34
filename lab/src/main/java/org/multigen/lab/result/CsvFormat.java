package org.multigen.lab.result;

import java.util.Map;

/** Results as CSV in long form: a line per variant, phase and metric, under a header. */
public final class CsvFormat {
    private CsvFormat() {}

    public static String write(ExperimentResult result) {
        StringBuilder out = new StringBuilder("scenario,seed,variant,kernel,phase,metric,value\n");
        for (TrialResult v : result.variants()) {
            lines(out, result, v, "run", v.metrics());
            lines(out, result, v, "warmup", v.warmup());
        }
        return out.toString();
    }

    private static void lines(
            StringBuilder out, ExperimentResult r, TrialResult v, String phase, Map<String, Long> metrics) {
        metrics.forEach((metric, value) -> out.append(quoted(r.scenario()))
                .append(',')
                .append(r.seed())
                .append(',')
                .append(quoted(v.name()))
                .append(',')
                .append(quoted(v.kernel()))
                .append(',')
                .append(phase)
                .append(',')
                .append(quoted(metric))
                .append(',')
                .append(value)
                .append('\n'));
    }

    private static String quoted(String text) {
        return text.matches("[^\",\\r\\n]*") ? text : "\"" + text.replace("\"", "\"\"") + "\"";
    }
}
