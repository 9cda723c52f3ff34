package org.multigen.lab.wss;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.cli.Command;
import org.multigen.lab.experiment.Configurations;
import org.multigen.lab.experiment.Trials;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.report.Report;
import org.multigen.lab.scenario.Size;
import org.multigen.lab.trace.TraceClock;
import org.multigen.lab.trace.command.InputChoice;
import org.multigen.lab.trace.format.Traces;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code multigen wss}: working set and recommended memory. */
@picocli.CommandLine.Command(
        name = "wss",
        mixinStandardHelpOptions = true,
        description = {
            "The working set of a recording over time, and the memory.max that keeps a budget of refaults.",
            "The recommendation comes from the first half of the recording and is checked on the second."
        },
        footer = {
            "",
            "Examples:",
            "  multigen wss scenarios/recordings/redis.mgt",
            "  multigen wss scenarios/recordings/sqlite.mgt --budget 1000 --kernels 6.1,7.2 --lru classic,mglru"
        })
public final class WssCommand implements Command {
    private static final double MOST_BUDGET = 1e9;
    private static final double MOST_MARGIN = 100;

    private enum Format {
        table,
        json
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "RECORDING", description = "A recording or a trace of any format; - for standard input.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Mixin
    private InputChoice input = new InputChoice();

    @Option(
            names = "--budget",
            defaultValue = "100",
            paramLabel = "N",
            description = "Refaults per second of run time that are allowed (default: 100).")
    private double budget;

    @Option(
            names = "--margin",
            defaultValue = "0.1",
            paramLabel = "SHARE",
            description = "Added to what the first half needs (default: 0.1).")
    private double margin;

    @Option(
            names = "--kernels",
            split = ",",
            defaultValue = "6.12",
            paramLabel = "KERNEL",
            description = "Default: 6.12.")
    private List<String> kernels = new ArrayList<>();

    @Option(names = "--lru", split = ",", defaultValue = "mglru", paramLabel = "LRU", description = "Default: mglru.")
    private List<String> lrus = new ArrayList<>();

    @Option(names = "--moments", defaultValue = "10", paramLabel = "N", description = "Moments shown (default: 10).")
    private int moments;

    @Option(
            names = "--format",
            defaultValue = "table",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private Format format;

    @Option(names = "--report", paramLabel = "FILE", description = "Draws the result there too: one HTML file.")
    private @Nullable Path report;

    /** For the service loader. */
    public WssCommand() {}

    @Override
    public Integer call() {
        boolean sane = budget >= 0 && budget <= MOST_BUDGET && margin >= 0 && margin <= MOST_MARGIN; // false for NaN
        if (!sane || moments < 1 || moments > 100_000) {
            throw Failure.usage(
                    "expected --budget from 0 to 1000000000, --margin from 0 to 100, --moments from 1 to 100000");
        }
        Configurations configurations = new Configurations(kernels, lrus);
        Path trace = Traces.rereadable(file, input.options(false));
        WorkingSets sets = WorkingSets.of(trace, moments);
        List<Recommendation> recommended = recommend(configurations, Halves.of(trace));
        if (report != null) {
            Report.write(report, json(sets, recommended), file.toString());
        }
        PrintWriter out = spec.commandLine().getOut();
        if (format == Format.json) {
            out.println(json(sets, recommended));
        } else {
            printSets(out, sets);
            printRecommended(out, recommended);
        }
        return ExitCode.DONE.code();
    }

    private List<Recommendation> recommend(Configurations configurations, Halves halves) {
        Trials trials = new Trials();
        try (ExecutorService pool =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<Future<Recommendation>> pending = new ArrayList<>();
            for (String kernel : configurations.kernels()) {
                for (String lru : configurations.lrus()) {
                    Need first = new Need(trials, halves.first(), kernel, lru);
                    Need second = new Need(trials, halves.second(), kernel, lru);
                    pending.add(pool.submit(() -> {
                        long need = first.pages(budget);
                        long pages = (long) Math.ceil(need * (1 + margin));
                        return new Recommendation(
                                kernel, lru, need, second.pages(budget), pages, second.refaultsPerSecond(pages));
                    }));
                }
            }
            List<Recommendation> results = new ArrayList<>();
            for (Future<Recommendation> f : pending) {
                results.add(f.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Failure f) {
                throw f;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private void printSets(PrintWriter out, WorkingSets s) {
        boolean seconds = s.unit() != TraceClock.Unit.ACCESSES;
        out.printf(
                Locale.ROOT,
                "%s: %s accessed over %.4g %s%n",
                file.getFileName(),
                mib(s.distinct()),
                s.end(),
                s.unit().text());
        if (!seconds) {
            out.println("the trace has no times: no working set over time");
            return;
        }
        out.printf("%naccessed within the last%n%12s %12s %12s %12s %12s%n", "at", "1 s", "10 s", "2 min", "10 min");
        for (int m = 0; m < moments; m++) {
            out.printf(Locale.ROOT, "%10.3g s", s.end() * (m + 1) / moments);
            for (long[] window : s.pages()) {
                out.printf(" %12s", mib(window[m]));
            }
            out.println();
        }
    }

    private void printRecommended(PrintWriter out, List<Recommendation> all) {
        out.printf(
                Locale.ROOT,
                "%nmemory.max for at most %,.0f refaults per second of run time, from the first half with a margin of %.0f %%%n",
                budget,
                100 * margin);
        out.printf(
                "%-8s %-8s %12s %12s %12s   %s%n",
                "kernel", "lru", "memory.max", "1st needs", "2nd needs", "checked on the second half");
        for (Recommendation r : all) {
            out.printf(
                    Locale.ROOT,
                    "%-8s %-8s %12s %12s %12s   %,.0f refaults/s: %s (the halves' needs differ by %.0f %%)%n",
                    r.kernel(),
                    r.lru(),
                    mib(r.pages()),
                    mib(r.needFirst()),
                    mib(r.needSecond()),
                    r.checked(),
                    r.checked() <= budget ? "met" : "NOT met",
                    100 * r.error());
        }
    }

    private String json(WorkingSets s, List<Recommendation> all) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("schema", 1)
                .put("kind", "wss")
                .put("timeUnit", s.unit().text())
                .put("end", s.end());
        json.put("distinctPages", s.distinct()).put("budget", budget).put("margin", margin);
        ObjectNode sets = json.putObject("workingSets");
        for (int w = 0; w < s.pages().length; w++) {
            ArrayNode pages = sets.putArray(WorkingSets.WINDOWS.get(w) + "s");
            for (long n : s.pages()[w]) {
                pages.add(n);
            }
        }
        ArrayNode rs = json.putArray("recommendations");
        for (Recommendation r : all) {
            rs.addObject()
                    .put("kernel", r.kernel())
                    .put("lru", r.lru())
                    .put("pages", r.pages())
                    .put("needFirst", r.needFirst())
                    .put("needSecond", r.needSecond())
                    .put("refaultsPerSecond", r.checked())
                    .put("met", r.checked() <= budget);
        }
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json);
    }

    private static String mib(long pages) {
        return String.format(Locale.ROOT, "%.1f MiB", pages * (double) Size.PAGE / (1 << 20));
    }
}
