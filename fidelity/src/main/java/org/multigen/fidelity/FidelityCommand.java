package org.multigen.fidelity;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.multigen.fidelity.report.Explanations;
import org.multigen.fidelity.report.JsonReport;
import org.multigen.fidelity.report.MarkdownReport;
import org.multigen.fidelity.report.TableReport;
import org.multigen.fidelity.verdict.Verdict;
import org.multigen.lab.cli.Command;
import org.multigen.lab.cli.StepBar;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.report.ReportChoice;
import org.multigen.lab.result.ResultFile;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code multigen fidelity PATH...}: how close the engine is to recordings of real kernels. */
@CommandLine.Command(
        name = "fidelity",
        mixinStandardHelpOptions = true,
        description =
                "Executes recordings of real kernels again and compares what the engine shows with what the kernel showed.",
        footer = {
            "",
            "Exit code 0 if every recording is inside the tolerance that it states, 3 otherwise.",
            "",
            "Examples:",
            "  multigen fidelity recordings/",
            "  multigen fidelity recordings/ --kernel 6.12 --filter 'p_*_en1.txt'",
            "  multigen fidelity recordings/6.12/ev.txt --verbose"
        })
public final class FidelityCommand implements Command {
    /** What goes to standard output. */
    enum Format {
        table,
        json
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Recordings, or folders of them.")
    private List<Path> paths = new ArrayList<>();

    @Option(names = "--format", paramLabel = "FORMAT", description = "table or json (default: table).")
    private Format format = Format.table;

    @Option(
            names = "--verbose",
            description =
                    "Also every judged figure, and the first differing dump of each recording, ours beside the kernel's.")
    private boolean verbose;

    @Option(names = "--kernel", paramLabel = "K", description = "Only recordings of this kernel, such as 6.12.")
    private @Nullable String kernel;

    @Option(names = "--filter", paramLabel = "GLOB", description = "Only files whose name matches.")
    private @Nullable String filter;

    @Option(names = "--store", paramLabel = "FILE", description = "Write the summary that other commands quote.")
    private @Nullable Path store;

    @Option(names = "--markdown", paramLabel = "FILE", description = "Write the page with a table per kernel.")
    private @Nullable Path markdown;

    @Mixin
    private ReportChoice report = new ReportChoice();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Recordings executed at a time (default: one per CPU).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Override
    public Integer call() {
        if (threads < 1) {
            throw Failure.usage("--threads " + threads + ": expected at least 1");
        }
        List<Path> files = Recordings.find(paths, kernel, filter);
        List<Verdict> verdicts = judge(files);
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case table -> new TableReport(out, verbose).print(verdicts);
            case json -> out.print(JsonReport.verdicts(verdicts));
        }
        if (store != null) {
            ResultFile.write(store, JsonReport.summary(verdicts));
        }
        if (markdown != null) {
            ResultFile.write(markdown, MarkdownReport.of(verdicts, Explanations.load()));
        }
        report.draw(() -> JsonReport.verdicts(verdicts), "fidelity");
        boolean all = verdicts.stream().allMatch(Verdict::pass);
        return (all ? ExitCode.DONE : ExitCode.CONDITION_FAILED).code();
    }

    private List<Verdict> judge(List<Path> files) {
        try (StepBar bar = StepBar.of(spec.commandLine().getErr(), "fidelity", "recordings", files.size())) {
            return Recordings.judge(files, threads, bar::step);
        }
    }
}
