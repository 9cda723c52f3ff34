package org.multigen.lab.trace.command;

import java.util.List;
import java.util.Locale;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.trace.PassingSink;
import org.multigen.lab.trace.TraceSink;
import picocli.CommandLine.Option;

/** {@code multigen trace sample}: a share of a trace's pages with all their accesses. */
@picocli.CommandLine.Command(
        name = "sample",
        mixinStandardHelpOptions = true,
        description = {
            "Writes the accesses to a share of the pages, chosen by hash, so that whole reuse patterns stay.",
            "Memory given as a fraction of the footprint scales by itself; bytes have to be scaled by the rate."
        },
        footer = {
            "",
            "Examples:",
            "  multigen trace sample huge.lis.zst --rate 0.01 -o small.mgt",
            "  multigen trace sample redis.mgt --rate 0.1 -o tenth.mgt"
        })
final class SampleCommand extends Rewriting {
    @Option(names = "--rate", required = true, paramLabel = "R", description = "Share of the pages, such as 0.01.")
    private double rate;

    private long kept;

    @Override
    public Integer call() {
        share("--rate", rate);
        String note = String.format(
                Locale.ROOT,
                "a sample of %s of the pages, chosen by hash: sizes are %s of the whole trace's, readahead sees gaps",
                rate,
                rate);
        int code = rewrite(Sample::new, List.of(note), this::checkKept);
        spec.commandLine()
                .getErr()
                .printf(
                        Locale.ROOT,
                        "multigen: standard error of page counts scaled up: %.1f %%%n",
                        100 * Math.sqrt((1 - rate) / Math.max(1, kept)));
        return code;
    }

    private void checkKept() {
        if (kept == 0) {
            throw Failure.usage("--rate " + rate + ": no page of the trace was chosen; expected a larger share");
        }
    }

    /** Lets accesses to the chosen pages pass, and everything else. */
    private final class Sample extends PassingSink {
        private final long threshold = rate >= 1 ? Long.MAX_VALUE : (long) (rate * Long.MAX_VALUE);
        private final org.multigen.lab.trace.PageSet seen = new org.multigen.lab.trace.PageSet();

        Sample(TraceSink to) {
            super(to);
        }

        private boolean chosen(long page) {
            long z = page + 0x9e3779b97f4a7c15L;
            z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
            z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
            boolean chosen = (z ^ z >>> 31) >>> 1 < threshold;
            if (chosen && seen.add(page, 1) == 0) {
                kept++;
            }
            return chosen;
        }

        /** The end of the run of pages, from one on, that are alike chosen or not. */
        private long runEnd(long page, long end, boolean chosen) {
            long p = page + 1;
            while (p < end && chosen(p) == chosen) {
                p++;
            }
            return p;
        }

        @Override
        public void touch(int process, long page, int count, boolean write) {
            for (long p = page; p < page + count; ) {
                boolean chosen = chosen(p);
                long stop = runEnd(p, page + count, chosen);
                if (chosen) {
                    to.touch(process, p, (int) (stop - p), write);
                }
                p = stop;
            }
        }

        @Override
        public void read(int process, int handle, int file, long page, long count) {
            for (long p = page; p < page + count; ) {
                boolean chosen = chosen(p);
                long stop = runEnd(p, page + count, chosen);
                if (chosen) {
                    to.read(process, handle, file, p, stop - p);
                }
                p = stop;
            }
        }

        @Override
        public void write(int process, int handle, int file, long page, long count) {
            for (long p = page; p < page + count; ) {
                boolean chosen = chosen(p);
                long stop = runEnd(p, page + count, chosen);
                if (chosen) {
                    to.write(process, handle, file, p, stop - p);
                }
                p = stop;
            }
        }
    }
}
