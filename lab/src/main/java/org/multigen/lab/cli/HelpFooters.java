package org.multigen.lab.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The ends of helps as they were written: a broken line of an example could not be copied into a shell. */
final class HelpFooters {
    private HelpFooters() {}

    /** Sets it for a command and all below it. */
    static void apply(CommandLine line) {
        line.getHelpSectionMap()
                .put(
                        UsageMessageSpec.SECTION_KEY_FOOTER,
                        help -> String.join(
                                        System.lineSeparator(),
                                        help.commandSpec().usageMessage().footer())
                                + System.lineSeparator());
        line.getSubcommands().values().forEach(HelpFooters::apply);
    }
}
