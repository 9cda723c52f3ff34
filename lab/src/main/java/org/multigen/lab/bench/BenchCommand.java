package org.multigen.lab.bench;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.cli.Command;
import org.multigen.lab.cli.Terminal;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.failure.Nearest;
import org.multigen.lab.result.OutputChoice;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code multigen bench}: measures the engine on this machine. */
@picocli.CommandLine.Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measures the engine on this machine, beside plain memory reads in the same run.",
            "Each bench runs in a JVM of its own.",
            "docs/benchmarks.md says what the figures mean."
        },
        footer = {"", "Examples:", "  multigen bench", "  multigen bench touch walk --format json"})
public final class BenchCommand implements Command {
    enum Format {
        table,
        json
    }

    private static final Path BUNDLED = Path.of("scenarios", "recordings", "redis.mgt");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            paramLabel = "BENCH",
            description = "touch, fault, decode, walk, scan, scaling, size or sweep (default: all of them).")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--format",
            defaultValue = "table",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private Format format;

    @Option(names = "--quick", description = "Only shows that everything runs: small sizes, one round.")
    private boolean quick;

    @Option(names = "--in-process", hidden = true, description = "Measures in this JVM, not in one for each bench.")
    private boolean inProcess;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "The trace that decode reads (default: the bundled Redis recording).")
    private @Nullable Path trace;

    @Mixin
    private OutputChoice output = new OutputChoice();

    /** For the service loader. */
    public BenchCommand() {}

    @Override
    public Integer call() {
        List<Bench> wanted = wanted(List.of(
                new SizeBench(),
                new TouchBench(),
                new FaultBench(),
                new DecodeBench(traceFile()),
                new WalkBench(),
                new ScanBench(),
                new ScalingBench(),
                new SweepBench()));
        PrintWriter err = spec.commandLine().getErr();
        List<Figure> figures = new ArrayList<>();
        for (Bench b : wanted) {
            if (Terminal.showsErr()) {
                err.println("multigen: measuring " + b.name() + ": " + b.meaning());
            }
            figures.addAll(
                    inProcess || quick
                            ? b.run(quick ? Effort.QUICK : Effort.FULL)
                            : BenchProcess.run(b.name(), traceOption()));
        }
        BenchReport report = BenchReport.of(quick, figures);
        output.write(format == Format.json ? report.json() : report.table());
        return ExitCode.DONE.code();
    }

    private List<String> traceOption() {
        return trace == null ? List.of() : List.of("--trace", trace.toString());
    }

    private @Nullable Path traceFile() {
        if (trace != null && !Files.exists(trace)) {
            throw Failure.noInput(trace);
        }
        if (trace != null || quick) {
            return trace;
        }
        Path bundled = Path.of(System.getProperty("multigen.root", ".")).resolve(BUNDLED);
        return Files.isReadable(bundled) ? bundled : null;
    }

    private List<Bench> wanted(List<Bench> all) {
        List<String> known = all.stream().map(Bench::name).toList();
        for (String name : names) {
            if (!known.contains(name)) {
                throw Failure.usage("no bench '" + name + "'" + Nearest.hint(name, known) + ": expected "
                        + String.join(", ", known));
            }
        }
        return names.isEmpty()
                ? all
                : all.stream().filter(b -> names.contains(b.name())).toList();
    }
}
