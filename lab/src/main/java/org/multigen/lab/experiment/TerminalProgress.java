package org.multigen.lab.experiment;

import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar for each variant on a terminal; it is gone when the variant is done. */
final class TerminalProgress implements Progress {
    private static final int WIDTH = 90;
    private static final int INTERVAL_MS = 200;
    private static final long MILLION = 1_000_000;

    private final PrintWriter err;
    private @Nullable ProgressBar bar;

    TerminalProgress(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void begin(String variant, long touches) {
        bar = new ProgressBarBuilder()
                .setTaskName(variant)
                .setInitialMax(touches)
                .setUnit(" M touches", MILLION)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(INTERVAL_MS)
                .setConsumer(new Line(err))
                .build();
    }

    @Override
    public void touched(long touches) {
        if (bar != null) {
            bar.stepTo(touches);
        }
    }

    @Override
    public void end() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    /** The line on the terminal. */
    private record Line(PrintWriter err) implements ProgressBarConsumer {
        @Override
        public int getMaxRenderedLength() {
            return WIDTH;
        }

        @Override
        public void accept(String text) {
            err.print("\r" + text + "\u001b[K");
            err.flush();
        }

        @Override
        public void close() {
            err.print("\r\u001b[K");
            err.flush();
        }
    }
}
