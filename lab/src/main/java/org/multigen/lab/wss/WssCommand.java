package org.multigen.lab.wss;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.multigen.lab.cli.CommaList;
import org.multigen.lab.cli.Command;
import org.multigen.lab.experiment.Configurations;
import org.multigen.lab.experiment.KernelWords;
import org.multigen.lab.experiment.LruWords;
import org.multigen.lab.experiment.Trials;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.failure.Tasks;
import org.multigen.lab.report.ReportChoice;
import org.multigen.lab.result.OutputChoice;
import org.multigen.lab.trace.TraceClock;
import org.multigen.lab.trace.command.InputChoice;
import org.multigen.lab.trace.format.Traces;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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
            defaultValue = "0.2",
            paramLabel = "SHARE",
            description = "Added to what the first half needs (default: 0.2).")
    private double margin;

    @Option(
            names = "--kernels",
            defaultValue = "6.12",
            paramLabel = "KERNEL",
            completionCandidates = KernelWords.class,
            description = "Default: 6.12.")
    private List<String> kernels = new ArrayList<>();

    @Option(
            names = "--lru",
            defaultValue = "mglru",
            paramLabel = "LRU",
            completionCandidates = LruWords.class,
            description = "Default: mglru.")
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

    @Mixin
    private OutputChoice output = new OutputChoice();

    @Mixin
    private ReportChoice report = new ReportChoice();

    /** For the service loader. */
    public WssCommand() {}

    @Override
    public Integer call() {
        boolean sane = budget >= 0 && budget <= MOST_BUDGET && margin >= 0 && margin <= MOST_MARGIN; // false for NaN
        if (!sane || moments < 1 || moments > 100_000) {
            throw Failure.usage(
                    "expected --budget from 0 to 1000000000, --margin from 0 to 100, --moments from 1 to 100000");
        }
        Configurations configurations =
                new Configurations(CommaList.of("--kernels", kernels), CommaList.of("--lru", lrus));
        Path trace = Traces.rereadable(file, input.options(false));
        WorkingSets sets = WorkingSets.of(trace, moments);
        List<Recommendation> recommended = recommend(configurations, Halves.of(trace), sets.unit());
        WssFormat result =
                new WssFormat(String.valueOf(file.getFileName()), sets, recommended, budget, margin, notes(sets));
        report.draw(result::json, file);
        output.write(format == Format.json ? result.json() : result.table());
        return ExitCode.DONE.code();
    }

    /** What has to be said of everything that is told of this trace. */
    private static List<String> notes(WorkingSets sets) {
        List<String> notes = new ArrayList<>(sets.notes());
        switch (sets.unit()) {
            case INSTRUCTIONS -> {}
            case WALL ->
                notes.add(
                        "a second is one of the trace's clock; between accesses the replay neither computes nor waits");
            case ACCESSES ->
                notes.add(
                        "the trace has no times: a second is one of the replay, which neither computes nor waits between"
                                + " accesses, so that a budget a second allows next to no refaults");
        }
        return notes;
    }

    private List<Recommendation> recommend(Configurations configurations, Halves halves, TraceClock.Unit unit) {
        Trials trials = new Trials();
        try (ExecutorService pool =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<Future<Recommendation>> pending = new ArrayList<>();
            for (String kernel : configurations.kernels()) {
                for (String lru : configurations.lrus()) {
                    Need first = new Need(trials, halves.first(), unit, kernel, lru);
                    Need second = new Need(trials, halves.second(), unit, kernel, lru);
                    pending.add(pool.submit(() -> {
                        long need = first.pages(budget);
                        long pages = (long) Math.ceil(need * (1 + margin));
                        return new Recommendation(
                                kernel,
                                lru,
                                need,
                                second.pages(budget),
                                pages,
                                first.withEverything(),
                                second.with(pages));
                    }));
                }
            }
            List<Recommendation> results = new ArrayList<>();
            for (Future<Recommendation> f : pending) {
                results.add(Tasks.result(f));
            }
            return results;
        }
    }
}
