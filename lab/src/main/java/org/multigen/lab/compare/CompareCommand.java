package org.multigen.lab.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.multigen.lab.cli.CommaList;
import org.multigen.lab.cli.Command;
import org.multigen.lab.experiment.Configurations;
import org.multigen.lab.experiment.KernelWords;
import org.multigen.lab.experiment.LruWords;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.policy.PolicyWords;
import org.multigen.lab.policy.ReferencePolicy;
import org.multigen.lab.report.ReportChoice;
import org.multigen.lab.result.Condition;
import org.multigen.lab.result.OutputChoice;
import org.multigen.lab.scenario.OptionSetting;
import org.multigen.lab.scenario.Scenario;
import org.multigen.lab.scenario.Size;
import org.multigen.lab.trace.command.InputChoice;
import org.multigen.lab.trace.format.InputOptions;
import org.multigen.lab.trace.format.Traces;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code multigen compare}: kernels and LRUs on a trace or a scenario. */
@picocli.CommandLine.Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = {
            "Compares kernels and LRUs on a trace or a scenario, at several sizes of memory.",
            "A configuration is called KERNEL-LRU, or after the one of the two that is varied."
        },
        footer = {
            "",
            "Examples:",
            "  multigen compare scenarios/recordings/redis.mgt --memory 0.3,0.5,0.7",
            "  multigen compare blocks.lis.zst --kernels 6.1,6.12,6.18,7.2 --lru classic,mglru --memory 64m",
            "  multigen compare scenarios/first.yaml --fail-if 'mglru.pgmajfault > 1.05 * classic.pgmajfault'"
        })
public final class CompareCommand implements Command {
    private enum Format {
        table,
        csv,
        json
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "TRACE|SCENARIO", description = "A trace of any format, or a scenario's YAML file.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Mixin
    private InputChoice input = new InputChoice();

    @Option(
            names = {"--kernels", "--kernel"},
            paramLabel = "KERNEL",
            completionCandidates = KernelWords.class,
            description = "Kernels (default: the scenario's, or 6.12); multigen list kernels lists them.")
    private List<String> kernels = new ArrayList<>();

    @Option(
            names = "--lru",
            defaultValue = "classic,mglru",
            paramLabel = "LRU",
            completionCandidates = LruWords.class,
            description = "classic, mglru (default: both).")
    private List<String> lrus = new ArrayList<>();

    @Option(
            names = "--memory",
            defaultValue = "0.5",
            paramLabel = "SIZE",
            description = "memory.max: fractions of the footprint or bytes such as 64m (default: ${DEFAULT-VALUE}).")
    private List<String> memory = new ArrayList<>();

    @Option(
            names = "--policies",
            defaultValue = "lru,belady",
            paramLabel = "NAME",
            completionCandidates = PolicyWords.class,
            description = "Reference policies, or none (default: ${DEFAULT-VALUE}); see multigen mrc.")
    private List<String> policies = new ArrayList<>();

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Overrides a key of scenarios. May be repeated.")
    private List<String> overrides = new ArrayList<>();

    @Option(
            names = "--fail-if",
            paramLabel = "CONDITION",
            description = "Ends with exit code 3 if it holds at any size. May be repeated.")
    private List<String> conditions = new ArrayList<>();

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
    public CompareCommand() {}

    @Override
    public Integer call() {
        List<ReferencePolicy> chosen = chosen();
        List<String> sizes = CommaList.of("--memory", memory);
        sizes.forEach(CompareCommand::checkSize);
        Configurations configurations =
                new Configurations(CommaList.of("--kernels", kernels), CommaList.of("--lru", lrus));
        boolean scenarioFile = file.toString().matches(".*\\.ya?ml");
        InputOptions options = input.options(false);
        Path trace = scenarioFile ? file : Traces.rereadable(file, options);
        Scenario scenario = scenarioFile
                ? Scenario.read(file).withVariants(configurations.variants())
                : configurations.onTrace(trace);
        List<Condition> failIf = conditions.stream()
                .map(c -> Condition.parse(c, scenario.variantNames()))
                .toList();
        Comparison c = Comparison.run(
                scenario,
                sizes,
                overrides,
                scenarioFile
                        ? trials -> Baseline.of(trials.references(
                                scenario, scenario.variantNames().getFirst(), OptionSetting.set(overrides)))
                        : trials -> Baseline.ofTrace(trace),
                chosen,
                spec.commandLine().getErr());
        output.write(
                switch (format) {
                    case table -> ComparisonTable.render(c);
                    case csv -> ComparisonJson.csv(c);
                    case json -> ComparisonJson.json(c);
                });
        report.draw(() -> ComparisonJson.json(c), file);
        judge(failIf, c);
        return ExitCode.DONE.code();
    }

    private static void judge(List<Condition> failIf, Comparison c) {
        for (Comparison.AtSize s : c.sizes()) {
            for (Condition condition : failIf) {
                if (condition.holds(s.result())) {
                    throw Failure.condition("failed at memory " + s.memory() + ": " + condition.explained(s.result()));
                }
            }
        }
    }

    private List<ReferencePolicy> chosen() {
        List<String> words = CommaList.of("--policies", policies);
        return words.equals(List.of("none"))
                ? List.of()
                : words.stream().map(w -> ReferencePolicy.chosen(w, "none")).toList();
    }

    private static void checkSize(String size) {
        if (Size.parse(size).isEmpty()) {
            throw Failure.usage("--memory: '" + size + "': expected max, " + Size.NOTATION);
        }
    }
}
