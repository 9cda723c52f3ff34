package org.multigen.lab.wss;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.trace.AccessWindow;
import org.multigen.lab.trace.PassingSink;
import org.multigen.lab.trace.TraceOutput;
import org.multigen.lab.trace.TraceSink;
import org.multigen.lab.trace.TraceSource;
import org.multigen.lab.trace.TraceSummary;
import org.multigen.lab.trace.format.Traces;

/**
 * The two halves of a recording by accesses, as temporary files that go when the process ends.
 *
 * @param first from the beginning
 * @param second to the end, with the mappings, files and memory contents that stand when it begins
 */
record Halves(Half first, Half second) {
    /**
     * A half.
     *
     * @param file a recording
     * @param wallNs what it spans on the trace's clock, 0 if there is none
     */
    record Half(Path file, long wallNs) {}

    static Halves of(Path file) {
        AccessWindow all = new AccessWindow(new TraceSink() {}, 0, Long.MAX_VALUE);
        try (TraceSource source = Traces.open(file, false)) {
            source.readAll(all);
        }
        long middle = all.accesses() / 2;
        if (middle == 0) {
            throw Failure.badData(file.toString(), "fewer than two accesses: nothing can be recommended");
        }
        Half first = part(file, "first", 0, middle, 0);
        return new Halves(first, part(file, "second", middle, Long.MAX_VALUE, first.wallNs()));
    }

    private static Half part(Path file, String name, long from, long end, long beginNs) {
        try {
            Path folder = Files.createTempDirectory("multigen");
            folder.toFile().deleteOnExit();
            Path part = folder.resolve(name + ".mgt");
            part.toFile().deleteOnExit();
            try (TraceSource source = Traces.open(file, false);
                    TraceOutput out = new TraceOutput(part, source.header())) {
                LastTime time = new LastTime(out.writer(), beginNs);
                source.readAll(new AccessWindow(time, from, end));
                out.finish(TraceSummary.COMPLETE);
                return new Half(part, time.lastNs - beginNs);
            }
        } catch (IOException e) {
            throw Failure.cannotWrite(file, e);
        }
    }

    private static final class LastTime extends PassingSink {
        private long lastNs;

        LastTime(TraceSink to, long beginNs) {
            super(to);
            lastNs = beginNs;
        }

        @Override
        public void wall(long ns) {
            lastNs = ns;
            to.wall(ns);
        }
    }
}
