package org.multigen.lab.cli;

import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** How many pieces of a long work are done, and the time left, on a line of standard error that is gone at the end. */
public final class StepBar implements AutoCloseable {
    private final @Nullable ProgressBar bar;

    private StepBar(@Nullable ProgressBar bar) {
        this.bar = bar;
    }

    /** A bar where standard error is a terminal, nothing elsewhere. */
    public static StepBar of(PrintWriter err, String work, String unit, long pieces) {
        if (!Terminal.showsErr()) {
            return new StepBar(null);
        }
        return new StepBar(new ProgressBarBuilder()
                .setTaskName(work)
                .setInitialMax(pieces)
                .setUnit(" " + unit, 1)
                .setStyle(ProgressBarStyle.ASCII)
                .setConsumer(new ErrorLine(err))
                .build());
    }

    /** One more is done; by any thread. */
    public void step() {
        if (bar != null) {
            bar.step();
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
