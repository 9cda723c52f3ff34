package org.multigen.lab.trace.command;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.trace.TraceAccount;
import org.multigen.lab.trace.TraceHeader;
import org.multigen.lab.trace.TraceOutput;
import org.multigen.lab.trace.TraceSink;
import org.multigen.lab.trace.TraceSource;
import org.multigen.lab.trace.TraceSummary;
import org.multigen.lab.trace.format.Traces;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What {@code convert}, {@code cut} and {@code sample} share: they read a trace and write a {@code .mgt} trace. */
abstract class Rewriting implements java.util.concurrent.Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A trace; - for standard input.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Mixin
    private InputChoice input = new InputChoice();

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "OUT.mgt",
            description = "The .mgt trace to write.")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    /**
     * Writes the trace with each event gone through what {@code between} makes of the writer.
     *
     * @param check called at the end of the trace, before the output gets its name; may throw a {@link Failure}
     */
    final int rewrite(UnaryOperator<TraceSink> between, List<String> notes, Runnable check) {
        try (TraceSource source = Traces.open(file, input.options(false));
                TraceOutput out = new TraceOutput(output, header(source, notes))) {
            try {
                ReadingBar.readAll(
                        source,
                        between.apply(out.writer()),
                        file,
                        spec.commandLine().getErr());
            } catch (UncheckedIOException e) {
                throw out.failed(e);
            }
            check.run();
            out.finish(source.summary().map(TraceSummary::ending).orElse(TraceSummary.COMPLETE));
            report(out.writer().account(), source.notes());
        }
        return ExitCode.DONE.code();
    }

    private static TraceHeader header(TraceSource source, List<String> more) {
        TraceHeader.Provenance p = source.header().provenance();
        List<String> notes = new ArrayList<>(p.notes());
        notes.addAll(more);
        return new TraceHeader(
                source.header().pageSize(),
                new TraceHeader.Provenance(
                        p.command(), p.tool(), p.recorder(), p.date(), p.foldWindow(), p.system(), notes));
    }

    private void report(TraceAccount account, List<String> notes) {
        PrintWriter err = spec.commandLine().getErr();
        TraceSummary s = account.summary(TraceSummary.COMPLETE);
        err.printf(
                Locale.ROOT, "multigen: %s: %,d events, footprint %,d pages%n", output, s.events(), s.footprintPages());
        notes.forEach(n -> err.println("multigen: note: " + n));
    }

    /** A share of pages, as an option states it. */
    static double share(String option, double value) {
        if (!(value > 0 && value <= 1)) {
            throw Failure.usage(option + " " + value + ": expected a share above 0, at most 1");
        }
        return value;
    }
}
