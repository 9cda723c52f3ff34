package org.multigen.lab.sweep;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.cli.BuildInfo;
import org.multigen.lab.cli.CommaList;
import org.multigen.lab.cli.Command;
import org.multigen.lab.cli.StepBar;
import org.multigen.lab.experiment.Trials;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.failure.HalfFile;
import org.multigen.lab.failure.Nearest;
import org.multigen.lab.failure.Tasks;
import org.multigen.lab.report.ReportChoice;
import org.multigen.lab.result.MetricWords;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.scenario.Scenario;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code multigen sweep}: a grid of settings. */
@picocli.CommandLine.Command(
        name = "sweep",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a scenario's variants at every point of a grid of settings, on all processors, into a DuckDB file.",
            "Killed at any moment, the same command continues where it stopped. multigen results asks the file."
        },
        footer = {
            "",
            "Examples:",
            "  multigen sweep scenarios/first.yaml --vary memory.max=0.3,0.5,0.7 --vary kernel=6.1,6.12",
            "  multigen sweep scenarios/scanhot.yaml --vary vm.swappiness=0,60,200 --seeds 6 --report swappiness.html",
            "  multigen sweep scenarios/guest-scatter.yaml --seeds 7 --against eviction-only"
        })
public final class SweepCommand implements Command {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "SCENARIO", description = "A YAML file.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(
            names = "--vary",
            paramLabel = "KEY=VALUES",
            description = "A key and its values: key=a,b,c or key=1..8. May be repeated.")
    private List<String> vary = new ArrayList<>();

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Overrides a key everywhere. May be repeated.")
    private List<String> overrides = new ArrayList<>();

    @Option(names = "--variant", paramLabel = "NAME", description = "Runs these variants only.")
    private List<String> variants = new ArrayList<>();

    @Option(names = "--seeds", defaultValue = "1", paramLabel = "N", description = "Runs with N seeds (default: 1).")
    private int seeds = 1;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "The first seed (default: 1).")
    private long seed = 1;

    @Option(
            names = "--metric",
            defaultValue = Metrics.RUN_TIME + "," + Metrics.MAJOR_FAULTS,
            paramLabel = "NAME",
            completionCandidates = MetricWords.class,
            description = "Metrics of the table at the end (default: ${DEFAULT-VALUE}).")
    private List<String> metrics = new ArrayList<>();

    @Option(
            names = "--against",
            paramLabel = "NAME",
            description =
                    "Compares each variant with this one, seed by seed: the change of the first metric, with an interval."
                            + " NAME.SUFFIX is compared with the one of the same suffix.")
    private @Nullable String against;

    @Option(names = "--threads", paramLabel = "N", description = "Trials at a time (default: one per processor).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The DuckDB file (default: the scenario's name with .duckdb).")
    private @Nullable Path output;

    @Mixin
    private ReportChoice report = new ReportChoice();

    /** For the service loader. */
    public SweepCommand() {}

    @Override
    public Integer call() {
        if (seeds < 1 || threads < 1) {
            throw Failure.usage("--seeds and --threads: expected a number of at least 1");
        }
        metrics = CommaList.of("--metric", metrics);
        for (String m : metrics) {
            if (!Metrics.isMetric(m)) {
                throw Failure.usage("--metric: no metric '" + m + "'" + Nearest.hint(m, Metrics.names())
                        + "; multigen list metrics lists them");
            }
        }
        Scenario scenario = Scenario.read(file);
        List<String> named = CommaList.of("--variant", variants);
        Grid grid = Grid.of(named.isEmpty() ? scenario.variantNames() : named, vary, seed, seeds);
        SweepComparison comparison = against == null ? null : new SweepComparison(grid, against);
        Path database = target(output == null ? Path.of(scenario.name() + ".duckdb") : output);
        Path journalFile = Path.of(database + ".journal");
        Trials trials = new Trials();
        StringBuilder all = new StringBuilder();
        for (Grid.Trial t : grid.trials()) {
            trials.check(scenario, t.variant(), t.overrides(overrides));
            all.append(scenario.given(t.variant(), t.overrides(overrides)).flat());
        }
        SortedMap<Integer, TrialResult> results;
        String drawn;
        try (Journal journal = Journal.open(journalFile, fingerprint(all))) {
            int before = journal.done().size();
            if (before > 0) {
                spec.commandLine()
                        .getErr()
                        .printf(
                                "multigen: %s: continues behind %d of %d trials%n",
                                database, before, grid.trials().size());
            }
            runMissing(scenario, grid, trials, journal);
            results = journal.done();
            drawn = SweepJson.write(scenario.name(), grid, results, metrics);
            SweepDatabase.write(database, scenario.name(), grid, results, drawn);
        }
        delete(journalFile);
        report.draw(() -> drawn, database);
        spec.commandLine().getOut().print(SweepTable.render(grid, results, metrics));
        if (comparison != null) {
            spec.commandLine().getOut().print('\n' + comparison.render(results, metrics.getFirst()));
        }
        return ExitCode.DONE.code();
    }

    private static Path target(Path database) {
        try {
            HalfFile.target(database);
            return database;
        } catch (IOException e) {
            throw Failure.cannotWrite(database, e);
        }
    }

    private void runMissing(Scenario scenario, Grid grid, Trials trials, Journal journal) {
        List<Grid.Trial> missing = grid.trials().stream()
                .filter(t -> !journal.done().containsKey(t.number()))
                .toList();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (StepBar bar = StepBar.of(spec.commandLine().getErr(), "sweep", "trials", missing.size())) {
            CompletionService<Integer> done = new ExecutorCompletionService<>(pool);
            for (Grid.Trial t : missing) {
                done.submit(() -> {
                    journal.add(t.number(), trials.run(scenario, t.variant(), t.overrides(overrides)));
                    return t.number();
                });
            }
            for (int i = 0; i < missing.size(); i++) {
                Tasks.result(done.take());
                bar.step();
            }
        } catch (InterruptedException e) {
            throw Tasks.interrupted(e);
        } finally {
            pool.shutdownNow();
        }
    }

    private static String fingerprint(CharSequence settings) {
        BuildInfo build = BuildInfo.load();
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(settings.toString().getBytes(StandardCharsets.UTF_8));
            return build.version() + " " + build.commit() + " " + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    private static void delete(Path journal) {
        try {
            Files.deleteIfExists(journal);
        } catch (IOException e) {
            throw Failure.cannotWrite(journal, e);
        }
    }
}
