package org.multigen.lab.cli;

import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.multigen.lab.failure.Failure;
import org.multigen.rules.Kernels;
import picocli.CommandLine.IVersionProvider;

/** {@code multigen} itself: without a subcommand it only knows its version and its help. */
@picocli.CommandLine.Command(
        name = "multigen",
        mixinStandardHelpOptions = true,
        versionProvider = RootCommand.Version.class,
        subcommands = {HelpCommand.class, CompletionCommand.class, ManCommand.class},
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
            return new String[] {"multigen " + build.version(), "commit " + build.commit(), "kernels " + kernels()};
        }

        /** The names that scenarios use, each with the exact release that its rules describe. */
        private static String kernels() {
            return Kernels.all().stream()
                    .map(k -> k.name() + " (" + k.release() + ")")
                    .collect(Collectors.joining(", "));
        }
    }
}
