package org.multigen.lab.wss;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.trace.AccessWindow;
import org.multigen.lab.trace.TraceOutput;
import org.multigen.lab.trace.TraceSink;
import org.multigen.lab.trace.TraceSource;
import org.multigen.lab.trace.TraceSummary;
import org.multigen.lab.trace.format.Traces;

/**
 * The two halves of a recording by accesses, as temporary files that go when the process ends.
 *
 * @param first from the beginning
 * @param second to the end, with the mappings and files that stand when it begins
 */
record Halves(Path first, Path second) {

    static Halves of(Path file) {
        AccessWindow all = new AccessWindow(new TraceSink() {}, 0, Long.MAX_VALUE);
        try (TraceSource source = Traces.open(file, false)) {
            source.readAll(all);
        }
        long middle = all.accesses() / 2;
        if (middle == 0) {
            throw Failure.badData(file.toString(), "fewer than two accesses: nothing can be recommended");
        }
        return new Halves(part(file, "first", 0, middle), part(file, "second", middle, Long.MAX_VALUE));
    }

    private static Path part(Path file, String name, long from, long end) {
        try {
            Path folder = Files.createTempDirectory("multigen");
            folder.toFile().deleteOnExit();
            Path part = folder.resolve(name + ".mgt");
            part.toFile().deleteOnExit();
            try (TraceSource source = Traces.open(file, false);
                    TraceOutput out = new TraceOutput(part, source.header())) {
                source.readAll(new AccessWindow(out.writer(), from, end));
                out.finish(TraceSummary.COMPLETE);
            }
            return part;
        } catch (IOException e) {
            throw Failure.cannotWrite(file, e);
        }
    }
}
