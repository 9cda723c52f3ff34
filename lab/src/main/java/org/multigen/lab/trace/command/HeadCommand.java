package org.multigen.lab.trace.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.trace.TraceSource;
import org.multigen.lab.trace.format.Traces;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code multigen trace head}: the first events of a trace, a line each. */
@picocli.CommandLine.Command(
        name = "head",
        mixinStandardHelpOptions = true,
        description = "Prints the first events of a trace, a line each.",
        footer = {
            "",
            "Examples:",
            "  multigen trace head scenarios/recordings/redis.mgt",
            "  zstdcat blocks.lis.zst | multigen trace head -n 3 -"
        })
final class HeadCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A trace; - for standard input.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Mixin
    private InputChoice input = new InputChoice();

    @Option(
            names = {"-n", "--events"},
            defaultValue = "10",
            paramLabel = "N",
            description = "Events to print (default: ${DEFAULT-VALUE}).")
    private long events = 10;

    @Override
    public Integer call() {
        if (events < 0) {
            throw Failure.usage("-n " + events + ": expected a number of events, 0 or more");
        }
        PrintWriter out = spec.commandLine().getOut();
        long[] left = {events};
        EventText text = new EventText(line -> {
            if (left[0]-- > 0) {
                out.println(line);
            }
        });
        try (TraceSource source = Traces.open(file, input.options(true))) {
            while (left[0] > 0 && source.next(text)) {
                // each step prints
            }
            if (left[0] > 0 && source.damage().isPresent()) {
                throw Failure.badData(file.toString(), source.damage().get());
            }
        }
        return ExitCode.DONE.code();
    }
}
