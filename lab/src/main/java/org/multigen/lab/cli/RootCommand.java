package org.multigen.lab.cli;

import java.util.concurrent.Callable;
import org.multigen.lab.failure.Failure;
import picocli.CommandLine.IVersionProvider;

/** {@code multigen} itself: without a subcommand it only knows its version and its help. */
@picocli.CommandLine.Command(
        name = "multigen",
        mixinStandardHelpOptions = true,
        versionProvider = RootCommand.Version.class,
        subcommands = HelpCommand.class,
        description = "Runs what a program touched through the page reclaim of a named Linux kernel.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Exit codes: multigen help exit-codes"})
final class RootCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        throw Failure.usage("a command is expected; multigen --help lists them");
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            BuildInfo build = BuildInfo.load();
            return new String[] {"multigen " + build.version(), "commit " + build.commit()};
        }
    }
}
