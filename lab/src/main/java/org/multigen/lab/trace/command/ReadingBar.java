package org.multigen.lab.trace.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.multigen.lab.cli.StepBar;
import org.multigen.lab.trace.TraceSink;
import org.multigen.lab.trace.TraceSource;

/** Reads a trace to its end; a terminal is shown how far it has come. */
final class ReadingBar {
    private static final int PERCENT = 100;

    private ReadingBar() {}

    static void readAll(TraceSource source, TraceSink sink, Path file, PrintWriter err) {
        if (Double.isNaN(source.shareRead())) {
            source.readAll(sink);
            return;
        }
        try (StepBar bar = StepBar.of(err, String.valueOf(file.getFileName()), "%", PERCENT)) {
            int shown = 0;
            while (source.next(sink)) {
                for (int now = (int) (source.shareRead() * PERCENT); shown < now; shown++) {
                    bar.step();
                }
            }
        }
    }
}
