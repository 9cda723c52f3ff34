package org.multigen.lab.experiment;

import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.cli.ErrorLine;

/** A bar for each variant on a terminal; it is gone when the variant is done. */
final class TerminalProgress implements Progress {
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
                .setConsumer(new ErrorLine(err))
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
}
