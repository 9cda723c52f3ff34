package org.multigen.lab.record;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.multigen.lab.trace.TraceAccount;

/** A line on a terminal that says how the recording gets on; nothing anywhere else. */
final class Progress implements Runnable {
    private static final long STEP_NS = 500_000_000;

    private final PrintWriter err;
    private final TraceAccount account;
    private final boolean terminal;
    private final long start = System.nanoTime();
    private long lastNs = start;
    private long lastTouches;
    private boolean shown;

    Progress(PrintWriter err, TraceAccount account, boolean terminal) {
        this.err = err;
        this.account = account;
        this.terminal = terminal;
    }

    /** Whether this process's standard error is a terminal. */
    static boolean onTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void run() {
        long now = System.nanoTime();
        if (!terminal || now - lastNs < STEP_NS) {
            return;
        }
        long touches = account.touches();
        err.printf(
                "\r%,d s  %,d touches  %,.1f M/s  %,d pages in use\u001b[K",
                (now - start) / 1_000_000_000,
                touches,
                (touches - lastTouches) * 1e3 / (now - lastNs),
                account.pagesInUse());
        err.flush();
        lastNs = now;
        lastTouches = touches;
        shown = true;
    }

    /** Clears the line. */
    void end() {
        if (shown) {
            err.print("\r\u001b[K");
            err.flush();
        }
    }
}
