package org.multigen.lab.trace.command;

import java.util.List;
import java.util.function.UnaryOperator;

/** {@code multigen trace convert}: any trace as {@code .mgt}. */
@picocli.CommandLine.Command(
        name = "convert",
        mixinStandardHelpOptions = true,
        description = "Writes any trace as .mgt, times included.",
        footer = {
            "",
            "Examples:",
            "  multigen trace convert blocks.lis.zst -o blocks.mgt",
            "  multigen trace convert io.csv --columns time=1,op=3,size=4,lbn=5 --time-unit us -o io.mgt"
        })
final class ConvertCommand extends Rewriting {
    @Override
    public Integer call() {
        return rewrite(UnaryOperator.identity(), List.of(), () -> {});
    }
}
