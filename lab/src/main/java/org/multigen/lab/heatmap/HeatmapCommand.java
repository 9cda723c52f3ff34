package org.multigen.lab.heatmap;

import java.nio.file.Path;
import org.multigen.lab.cli.Command;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.report.ReportChoice;
import org.multigen.lab.result.OutputChoice;
import org.multigen.lab.trace.command.InputChoice;
import org.multigen.lab.trace.format.Traces;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code multigen heatmap}: addresses by time. */
@picocli.CommandLine.Command(
        name = "heatmap",
        mixinStandardHelpOptions = true,
        description = "Shows which addresses a recording accesses when, for each process and region.",
        footer = {
            "",
            "Examples:",
            "  multigen heatmap scenarios/recordings/redis.mgt",
            "  multigen heatmap damon.data --regions 3 --format csv -o heat.csv"
        })
public final class HeatmapCommand implements Command {
    private enum Format {
        table,
        csv,
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

    @Option(names = "--rows", defaultValue = "16", paramLabel = "N", description = "Rows of a region (default: 16).")
    private int rows;

    @Option(names = "--columns-of-time", defaultValue = "72", paramLabel = "N", description = "Columns (default: 72).")
    private int columns;

    @Option(names = "--regions", defaultValue = "6", paramLabel = "N", description = "Regions to show (default: 6).")
    private int regions;

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
    public HeatmapCommand() {}

    @Override
    public Integer call() {
        if (rows < 1 || columns < 2 || regions < 1 || rows > 4096 || columns > 4096) {
            throw Failure.usage("--rows, --columns-of-time, --regions: expected numbers from 1 (2 columns) to 4096");
        }
        HeatMap map = HeatMap.of(Traces.rereadable(file, input.options(false)), rows, columns, regions);
        String text = switch (format) {
            case table -> HeatText.table(map, output.colors());
            case csv -> HeatText.csv(map);
            case json -> HeatText.json(map);
        };
        report.draw(() -> HeatText.json(map), file);
        output.write(text);
        return ExitCode.DONE.code();
    }
}
