package org.multigen.lab.experiment;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.cli.Command;
import org.multigen.lab.cli.Shell;
import org.multigen.lab.cli.Terminal;
import org.multigen.lab.explain.Counted;
import org.multigen.lab.explain.Explainer;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.report.ReportChoice;
import org.multigen.lab.result.Condition;
import org.multigen.lab.result.CsvFormat;
import org.multigen.lab.result.ExperimentResult;
import org.multigen.lab.result.JsonFormat;
import org.multigen.lab.result.MetricWords;
import org.multigen.lab.result.OutputChoice;
import org.multigen.lab.result.ResultFile;
import org.multigen.lab.result.TableFormat;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.result.Vouchers;
import org.multigen.lab.scenario.Scenario;
import org.multigen.machine.Machine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code multigen run}: runs a scenario's variants and compares them. */
@picocli.CommandLine.Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the variants of a scenario and compares them.",
            "docs/scenario.md explains scenarios; multigen list keys lists what they may say."
        },
        footer = {
            "",
            "Examples:",
            "  multigen run scenarios/first.yaml",
            "  multigen run scenarios/first.yaml --set memory.max=0.7 --format json -o result.json",
            "  multigen run scenarios/first.yaml --explain pgmajfault --pages pages.csv",
            "  multigen run scenarios/first.yaml --fail-if 'mglru.pgmajfault > 1.05 * classic.pgmajfault'"
        })
public final class RunCommand implements Command {
    private static final int MOST_THREADS = 1024;

    /** How a result is written. */
    enum Format {
        table,
        csv,
        json
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "SCENARIO", description = "A YAML file.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(
            names = "--format",
            defaultValue = "table",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private Format format;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Overrides a key in every variant. May be repeated.")
    private List<String> overrides = new ArrayList<>();

    @Option(
            names = "--variant",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Runs this variant only. May be repeated, or several be joined by commas; the first one given is"
                            + " compared with.")
    private List<String> variants = new ArrayList<>();

    @Option(names = "--seed", paramLabel = "N", description = "The seed; short for --set seed=N.")
    private @Nullable Long seed;

    @Option(
            names = "--fail-if",
            paramLabel = "CONDITION",
            description =
                    "Ends with exit code 3 if it holds, such as 'mglru.pgmajfault > 1.05 * classic.pgmajfault'. May be"
                            + " repeated.")
    private List<String> conditions = new ArrayList<>();

    @Mixin
    private OutputChoice output = new OutputChoice();

    @Option(
            names = "--explain",
            paramLabel = "METRIC",
            completionCandidates = MetricWords.class,
            description = {
                "Says which pages and which decisions of the kernel make the difference in a metric, such as pgmajfault,"
                        + " between the first variant and each other; see docs/explain.md. Runs the first variant once"
                        + " more per other."
            })
    private @Nullable String explain;

    @Option(names = "--pages", paramLabel = "FILE", description = "With --explain: lists the pages there, as CSV.")
    private @Nullable Path pages;

    @Option(names = "--partial", description = "Uses what a damaged recording holds before its damage.")
    private boolean partial;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Runs on so many real threads, with real locks and wall-clock time; not deterministic.")
    private @Nullable Integer threads;

    @Option(
            names = "--panic-on-warn",
            description =
                    "Stops at the first broken invariant instead of counting it, and writes a dump to the working folder.")
    private boolean panicOnWarn;

    @Option(
            names = "--heat",
            description =
                    "Also counts accesses by address, for the heat map of a report drawn later; --report implies it.")
    private boolean heat;

    private final Consumer<Machine> built;

    @Mixin
    private ReportChoice report = new ReportChoice();

    /** For the service loader. */
    public RunCommand() {
        this(m -> {});
    }

    /** Tells {@code built} of each machine before anything runs on it. */
    RunCommand(Consumer<Machine> built) {
        this.built = built;
    }

    @Override
    public Integer call() {
        Scenario scenario = Scenario.read(file);
        List<String> names = variants.isEmpty() ? scenario.variantNames() : List.copyOf(new LinkedHashSet<>(variants));
        List<String> all = new ArrayList<>(overrides);
        if (seed != null) {
            all.add("seed=" + seed);
        }
        List<Condition> failIf =
                conditions.stream().map(c -> Condition.parse(c, names)).toList();
        Explainer explainer = explainer(names);
        PrintWriter err = spec.commandLine().getErr();
        Progress progress = Terminal.showsErr() ? new TerminalProgress(err) : Progress.NONE;
        Sampling sampling = heat || report.wanted() ? Sampling.HEAT : Sampling.SERIES;
        Conduct conduct =
                new Conduct(panicOnWarn, partial, progress, this::replay, Path.of(""), built, threads(), sampling);
        try {
            ExperimentResult result = explainer == null
                    ? Experiment.run(scenario, names, all, conduct)
                    : Experiment.explain(scenario, names, all, conduct, explainer);
            if (explainer != null && pages != null) {
                ResultFile.write(pages, explainer.pages());
            }
            write(result);
            report.draw(() -> JsonFormat.write(result), file);
            int code = exitCode(result, err);
            if (code == ExitCode.DONE.code()) {
                judge(failIf, result);
            }
            return code;
        } finally {
            progress.end();
        }
    }

    /** The command line that runs a variant again and stops where an invariant breaks. */
    private String replay(String variant) {
        List<String> words = new ArrayList<>(List.of("multigen", "run", file.toString(), "--variant", variant));
        if (seed != null) {
            words.addAll(List.of("--seed", seed.toString()));
        }
        overrides.forEach(o -> words.addAll(List.of("--set", o)));
        if (partial) {
            words.add("--partial");
        }
        if (threads != null) {
            words.addAll(List.of("--threads", threads.toString()));
        }
        words.add("--panic-on-warn");
        return Shell.quoted(words.toArray(String[]::new));
    }

    private @Nullable Explainer explainer(List<String> names) {
        if (explain != null && threads != null) {
            throw Failure.usage(
                    "--explain compares runs page by page, and runs with --threads are never the same: give one of them");
        }
        if (explain == null) {
            if (pages != null) {
                throw Failure.usage("--pages lists what --explain METRIC finds: give both");
            }
            return null;
        }
        Counted counted = Counted.of(explain);
        if (names.size() < 2) {
            throw Failure.usage("--explain compares variants: there is only " + names.getFirst());
        }
        return new Explainer(counted);
    }

    private int threads() {
        if (threads == null) {
            return 0;
        }
        if (threads < 1 || threads > MOST_THREADS) {
            throw Failure.usage("--threads is " + threads + ", expected 1.." + MOST_THREADS);
        }
        return threads;
    }

    private void write(ExperimentResult result) {
        String text = switch (format) {
            case table -> TableFormat.render(result, Vouchers.of(result), output.colors());
            case csv -> CsvFormat.write(result);
            case json -> JsonFormat.write(result);
        };
        output.write(text);
    }

    private static void judge(List<Condition> failIf, ExperimentResult result) {
        for (Condition c : failIf) {
            if (c.holds(result)) {
                throw Failure.condition("failed: " + c.explained(result));
            }
        }
    }

    private static int exitCode(ExperimentResult result, PrintWriter err) {
        ExitCode code = ExitCode.DONE;
        for (TrialResult v : result.variants()) {
            for (TrialResult.WarningResult w : v.warnings()) {
                err.println("multigen: broken invariant in " + v.name() + ": " + w.site() + ": " + w.text() + " ("
                        + w.count() + " times)");
                code = ExitCode.INTERNAL;
            }
        }
        return code.code();
    }
}
