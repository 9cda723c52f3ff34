package org.multigen.lab.cli;

import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBarConsumer;

/**
 * The line of a terminal that a progress bar rewrites and wipes at its end.
 *
 * @param err the terminal
 */
public record ErrorLine(PrintWriter err) implements ProgressBarConsumer {
    private static final int WIDTH = 90;

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
