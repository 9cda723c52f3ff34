package org.multigen.lab.experiment;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.multigen.base.Cost;
import org.multigen.base.VmEvent;
import org.multigen.lab.cli.Command;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.failure.Nearest;
import org.multigen.lab.policy.ReferencePolicy;
import org.multigen.lab.result.Metric;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.scenario.Key;
import org.multigen.lab.scenario.Keys;
import org.multigen.lab.trace.format.InputFormat;
import org.multigen.lab.workload.Pattern;
import org.multigen.machine.CostModel;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code multigen list}: what scenarios and results may name. */
@picocli.CommandLine.Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = {
            "Lists kernels and how their rules differ, patterns, formats of traces, reference policies, metrics, costs, or the"
                    + " keys of scenarios."
        },
        footer = {"", "Examples:", "  multigen list kernels", "  multigen list keys | grep swap"})
public final class ListCommand implements Command {
    private static final int WIDTH = 100;
    private static final List<String> WHAT =
            List.of("kernels", "patterns", "formats", "policies", "metrics", "costs", "keys");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            paramLabel = "WHAT",
            completionCandidates = Words.class,
            description = "kernels, patterns, formats, policies, metrics, costs or keys.")
    @SuppressWarnings("NullAway.Init")
    private String what;

    /** For the service loader. */
    public ListCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        switch (what) {
            case "kernels" -> KernelTable.print(out);
            case "patterns" -> Arrays.stream(Pattern.Kind.values()).forEach(k -> row(out, 10, k.text(), k.meaning()));
            case "formats" ->
                Arrays.stream(InputFormat.values())
                        .forEach(f -> row(out, 14, f.word(), f.about() + "; becomes " + f.becomes()));
            case "policies" -> Arrays.stream(ReferencePolicy.values()).forEach(r -> row(out, 10, r.word(), r.about()));
            case "metrics" -> metrics(out);
            case "costs" -> costs(out);
            case "keys" -> Keys.all().forEach(k -> key(out, k));
            default ->
                throw Failure.usage("nothing to list under '" + what + "'" + Nearest.hint(what, WHAT) + ": expected "
                        + String.join(", ", WHAT));
        }
        return ExitCode.DONE.code();
    }

    static final class Words implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return WHAT.iterator();
        }
    }

    private static void metrics(PrintWriter out) {
        for (Metric m : Metrics.shown()) {
            row(out, 26, m.name(), m.meaning() + " Unit: " + m.unit().text() + ".");
        }
        row(out, 26, Metrics.CPU_PREFIX + "FUNCTION", "The part of mg_reclaim_cpu_ns in a kernel function.");
        row(
                out,
                26,
                "other counters",
                "as in /proc/vmstat: "
                        + String.join(
                                ", ",
                                Arrays.stream(VmEvent.values())
                                        .map(VmEvent::statName)
                                        .toList())
                        + ".");
    }

    private static void costs(PrintWriter out) {
        out.printf(Locale.ROOT, "%-18s %12s  %-28s %s%n", "cost", "ns", "kernel function", "one event");
        for (Cost c : Cost.values()) {
            out.printf(
                    Locale.ROOT,
                    "%-18s %,12d  %-28s %s%n",
                    CostModel.nameOf(c),
                    CostModel.defaults().ns(c),
                    c.function(),
                    c.meaning());
        }
    }

    private static void key(PrintWriter out, Key k) {
        String unit = k.unit().isEmpty() ? "" : " (" + k.unit() + ")";
        String fallback = k.fallback().isEmpty() ? "" : "  default: " + k.fallback();
        out.println(k.path() + unit + fallback);
        row(out, 4, "", k.meaning());
    }

    /** A name and a text that wraps to the right of it. */
    static void row(PrintWriter out, int indent, String name, String text) {
        StringBuilder line = new StringBuilder(name);
        line.append(" ".repeat(Math.max(name.isEmpty() ? 0 : 1, indent - name.length())));
        for (String word : text.split(" ")) {
            boolean empty = line.toString().isBlank() || line.length() == indent;
            if (!empty && line.length() + 1 + word.length() > WIDTH) {
                out.println(line.toString().stripTrailing());
                line.setLength(0);
                line.append(" ".repeat(indent));
                empty = true;
            }
            line.append(empty || line.charAt(line.length() - 1) == ' ' ? "" : " ")
                    .append(word);
        }
        out.println(line.toString().stripTrailing());
    }
}
