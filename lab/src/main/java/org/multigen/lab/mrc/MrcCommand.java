package org.multigen.lab.mrc;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.cli.Command;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.failure.Nearest;
import org.multigen.lab.policy.ReferencePolicy;
import org.multigen.lab.policy.ReferenceReader;
import org.multigen.lab.policy.References;
import org.multigen.lab.report.Report;
import org.multigen.lab.result.ResultFile;
import org.multigen.lab.trace.command.InputChoice;
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
            "Policies: fifo, lru, clock, sieve, s3fifo, arc, lirs, wtinylfu, belady (the optimum)."
        },
        footer = {
            "",
            "Examples:",
            "  multigen mrc blocks.lis.zst --policies lru,s3fifo --sizes 0.01,0.1,64m",
            "  multigen mrc scenarios/recordings/redis.mgt --policies all --format csv -o redis.csv"
        })
public final class MrcCommand implements Command {
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
            description = "Policies, or all (default: ${DEFAULT-VALUE}).")
    private String policies = "";

    @Option(
            names = {"--sizes", "--size"},
            defaultValue = Capacities.DEFAULT,
            paramLabel = "SIZE,...",
            description = "Blocks, bytes such as 64m, or fractions of the trace's blocks (default: ${DEFAULT-VALUE}).")
    private String sizes = "";

    @Option(
            names = "--page-size",
            paramLabel = "BYTES",
            description = "Counts pages of this many bytes instead of the trace's own blocks.")
    private int pageSize;

    @Option(
            names = "--format",
            defaultValue = "table",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private Format format;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Writes the result there, not to standard output.")
    private @Nullable Path output;

    @Option(names = "--report", paramLabel = "FILE", description = "Draws the result there too: one HTML file.")
    private @Nullable Path report;

    /** For the service loader. */
    public MrcCommand() {}

    @Override
    public Integer call() {
        List<ReferencePolicy> chosen = chosen(policies);
        List<String> words = Capacities.check(sizes);
        if (pageSize != 0 && (pageSize < 512 || pageSize > 1 << 21 || Integer.bitCount(pageSize) != 1)) {
            throw Failure.usage("--page-size " + pageSize + ": expected a power of two from 512 to 2097152");
        }
        References r = ReferenceReader.read(file, input.options(false), pageSize);
        if (r.count() == 0) {
            throw Failure.badData(file.toString(), "no references: expected at least one");
        }
        MissRatioCurves m = MissRatioCurves.measure(name(file), r, Capacities.of(words, r), chosen, () -> {});
        String text = switch (format) {
            case table -> CurveFormat.table(m);
            case csv -> CurveFormat.csv(m);
            case json -> CurveFormat.json(m);
            case picture -> CurveFormat.picture(m);
        };
        if (report != null) {
            Report.write(report, CurveFormat.json(m), file.toString());
        }
        if (output == null) {
            spec.commandLine().getOut().print(text);
        } else {
            ResultFile.write(output, text);
        }
        return ExitCode.DONE.code();
    }

    /** A file's name without any of its endings. */
    static String name(Path file) {
        return String.valueOf(file.getFileName()).replaceFirst("(?<=.)\\..*", "");
    }

    private static List<ReferencePolicy> chosen(String list) {
        if (list.equals("all")) {
            return List.of(ReferencePolicy.values());
        }
        Set<ReferencePolicy> chosen = new LinkedHashSet<>();
        for (String word : list.split(",", -1)) {
            chosen.add(ReferencePolicy.named(word.strip())
                    .orElseThrow(() -> Failure.usage("--policies: '" + word + "': expected all, or some of "
                            + String.join(", ", ReferencePolicy.words())
                            + Nearest.hint(word, ReferencePolicy.words()))));
        }
        return new ArrayList<>(chosen);
    }
}
