package org.multigen.lab.mrc;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.cli.CommaList;
import org.multigen.lab.cli.Command;
import org.multigen.lab.cli.StepBar;
import org.multigen.lab.experiment.Configurations;
import org.multigen.lab.experiment.KernelWords;
import org.multigen.lab.experiment.LruWords;
import org.multigen.lab.experiment.Trials;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.policy.PolicyWords;
import org.multigen.lab.policy.ReferencePolicy;
import org.multigen.lab.policy.ReferenceReader;
import org.multigen.lab.policy.References;
import org.multigen.lab.report.ReportChoice;
import org.multigen.lab.result.OutputChoice;
import org.multigen.lab.scenario.Size;
import org.multigen.lab.trace.command.InputChoice;
import org.multigen.lab.trace.format.InputOptions;
import org.multigen.lab.trace.format.Traces;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code multigen mrc}: miss-ratio curves. */
@picocli.CommandLine.Command(
        name = "mrc",
        mixinStandardHelpOptions = true,
        description = {
            "Miss-ratio curves: how many references of a trace miss in caches of several sizes.",
            "Policies: fifo, lru, clock, sieve, s3fifo, arc, lirs, wtinylfu, belady (the optimum).",
            "With --kernels, kernels with their LRUs too; everything then counts 4 KiB pages that have to be read."
        },
        footer = {
            "",
            "Examples:",
            "  multigen mrc blocks.lis.zst --policies lru,s3fifo --sizes 0.01,0.1,64m",
            "  multigen mrc scenarios/recordings/redis.mgt --policies all --format csv -o redis.csv",
            "  multigen mrc scenarios/recordings/sqlite.mgt --kernels 6.12,6.18 --lru classic,mglru --sizes 0.3,0.5,0.7"
        })
public final class MrcCommand implements Command {
    private static final String DEFAULT_KERNEL = "6.12";

    private enum Format {
        table,
        csv,
        json,
        picture
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "TRACE", description = "A trace; - for standard input.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Mixin
    private InputChoice input = new InputChoice();

    @Option(
            names = {"--policies", "--policy"},
            defaultValue = "lru,clock,s3fifo,belady",
            paramLabel = "NAME,...",
            completionCandidates = PolicyWords.class,
            description = "Policies, or all (default: ${DEFAULT-VALUE}).")
    private String policies = "";

    @Option(
            names = {"--sizes", "--size"},
            defaultValue = Capacities.DEFAULT,
            paramLabel = "SIZE,...",
            description = "Blocks, bytes such as 64m, or fractions of the trace's blocks (default: ${DEFAULT-VALUE}).")
    private String sizes = "";

    @Option(
            names = {"--kernels", "--kernel"},
            paramLabel = "KERNEL",
            completionCandidates = KernelWords.class,
            description = "Kernels whose reclaim is run at every size too; multigen list kernels lists them.")
    private List<String> kernels = new ArrayList<>();

    @Option(
            names = "--lru",
            paramLabel = "LRU",
            completionCandidates = LruWords.class,
            description = "LRUs of the kernels: classic, mglru (default: both, of 6.12 if --kernels is not given).")
    private List<String> lrus = new ArrayList<>();

    @Option(
            names = "--page-size",
            paramLabel = "BYTES",
            description = "Counts pages of this many bytes instead of the trace's own blocks.")
    private @Nullable Integer pageSize;

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
    public MrcCommand() {}

    @Override
    public Integer call() {
        List<ReferencePolicy> chosen = chosen(policies);
        List<String> words = Capacities.check(sizes);
        if (pageSize != null && (pageSize < 512 || pageSize > 1 << 21 || Integer.bitCount(pageSize) != 1)) {
            throw Failure.usage("--page-size " + pageSize + ": expected a power of two from 512 to 2097152");
        }
        List<String> kernelWords = CommaList.of("--kernels", kernels);
        List<String> lruWords = CommaList.of("--lru", lrus);
        MissRatioCurves m = kernelWords.isEmpty() && lruWords.isEmpty()
                ? ofPolicies(chosen, words)
                : withKernels(
                        chosen,
                        words,
                        new Configurations(
                                kernelWords.isEmpty() ? List.of(DEFAULT_KERNEL) : kernelWords,
                                lruWords.isEmpty() ? List.of("classic", "mglru") : lruWords));
        String text = switch (format) {
            case table -> CurveFormat.table(m);
            case csv -> CurveFormat.csv(m);
            case json -> CurveFormat.json(m);
            case picture -> CurveFormat.picture(m);
        };
        report.draw(() -> CurveFormat.json(m), file);
        output.write(text);
        return ExitCode.DONE.code();
    }

    private MissRatioCurves ofPolicies(List<ReferencePolicy> chosen, List<String> words) {
        References r = checked(ReferenceReader.read(file, input.options(false), pageSize == null ? 0 : pageSize));
        return measure(r, words, chosen, List.of());
    }

    private MissRatioCurves withKernels(
            List<ReferencePolicy> chosen, List<String> words, Configurations configurations) {
        if (pageSize != null && pageSize != Size.PAGE) {
            throw Failure.usage("--page-size " + pageSize + ": kernels have pages of 4096 bytes");
        }
        Path trace = Traces.rereadable(file, input.options(false));
        References r = checked(ReferenceReader.readPages(trace, InputOptions.NONE));
        MissRatioCurves m = measure(
                r, words, chosen, KernelRunner.of(configurations, trace, r.distinct() - Trials.filePages(trace)));
        return m.of(
                configurations.kernels(),
                List.of(
                        "a miss is a page that is read, or the first touch of an anonymous one; writing a whole page of a file reads"
                                + " nothing and is no miss",
                        "a kernel gets the size as memory.max, which pays for page tables too; nothing is read ahead, as policies read"
                                + " nothing ahead"));
    }

    private References checked(References r) {
        if (r.count() == 0) {
            throw Failure.badData(file.toString(), "no references: expected at least one");
        }
        return r;
    }

    private MissRatioCurves measure(
            References r, List<String> words, List<ReferencePolicy> chosen, List<MissRatioCurves.Runner> runners) {
        long[] capacities = Capacities.of(words, r);
        long curves = chosen.size() + runners.size() + (chosen.contains(ReferencePolicy.BELADY) ? 0 : 1);
        try (StepBar bar = StepBar.of(spec.commandLine().getErr(), "mrc", "runs", curves * capacities.length)) {
            return MissRatioCurves.measure(Configurations.nameOf(file), r, capacities, chosen, runners, bar::step);
        }
    }

    private static List<ReferencePolicy> chosen(String list) {
        if (list.equals("all")) {
            return List.of(ReferencePolicy.values());
        }
        return CommaList.of("--policies", List.of(list)).stream()
                .map(w -> ReferencePolicy.chosen(w, "all"))
                .toList();
    }
}
