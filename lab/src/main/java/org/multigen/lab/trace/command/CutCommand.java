package org.multigen.lab.trace.command;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.trace.AccessWindow;
import org.multigen.lab.trace.TraceSink;
import picocli.CommandLine.Option;

/** {@code multigen trace cut}: a part of a trace, with the mappings and files that stand when it begins. */
@picocli.CommandLine.Command(
        name = "cut",
        mixinStandardHelpOptions = true,
        description = {
            "Writes a part of a trace, with the mappings and files that stand when it begins.",
            "Accesses are counted from 0: every touch of a page, every read or write of a file."
        },
        footer = {
            "",
            "Examples:",
            "  multigen trace cut redis.mgt --from 10000 --to 20000 -o part.mgt",
            "  multigen trace cut blocks.lis.zst --to 50000 -o begin.mgt"
        })
final class CutCommand extends Rewriting {
    @Option(names = "--from", paramLabel = "N", description = "The first access to keep (default: 0).")
    private long from;

    @Option(names = "--to", paramLabel = "N", description = "The first access to leave out (default: none).")
    private long to = Long.MAX_VALUE;

    private @Nullable AccessWindow window;

    @Override
    public Integer call() {
        if (from < 0 || to <= from) {
            throw Failure.usage("--from " + from + " --to " + to + ": expected 0 <= from < to");
        }
        String range = to == Long.MAX_VALUE
                ? String.format(Locale.ROOT, "cut from access %,d on", from)
                : String.format(Locale.ROOT, "cut to accesses %,d to %,d", from, to - 1);
        return rewrite(this::window, List.of(range), this::checkReached);
    }

    private AccessWindow window(TraceSink sink) {
        window = new AccessWindow(sink, from, to);
        return window;
    }

    private void checkReached() {
        if (window != null && window.accesses() <= from) {
            throw Failure.usage(String.format(
                    Locale.ROOT,
                    "--from %d: behind the end; the trace has %,d accesses, counted from 0",
                    from,
                    window.accesses()));
        }
    }
}
