package org.multigen.lab.trace.command;

import org.multigen.lab.cli.Command;
import org.multigen.lab.failure.Failure;

/** {@code multigen trace}: commands that look at traces. */
@picocli.CommandLine.Command(
        name = "trace",
        mixinStandardHelpOptions = true,
        description = "Looks at traces, converts, cuts and samples them.",
        subcommands = {StatCommand.class, HeadCommand.class, ConvertCommand.class, CutCommand.class, SampleCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  multigen trace stat sort.mgt",
            "  multigen trace stat --format json sort.mgt | jq .[0].summary.footprintPages"
        })
public final class TraceCommand implements Command {
    /** For the service loader. */
    public TraceCommand() {}

    @Override
    public Integer call() {
        throw Failure.usage("trace: a command is expected; multigen trace --help lists them");
    }
}
