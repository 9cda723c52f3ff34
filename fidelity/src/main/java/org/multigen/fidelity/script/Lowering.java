package org.multigen.fidelity.script;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.scenario.Plan;
import org.multigen.lab.trace.TraceSink;
import org.multigen.lab.trace.TraceSource;
import org.multigen.lab.trace.format.Traces;
import org.multigen.lab.workload.PageStream;

/** Makes touch scripts of a scenario's task. */
public final class Lowering {
    private Lowering() {}

    /**
     * The script of a task.
     *
     * @param skip touches of a recording that only make ready: each page still mapped is touched once, in the order of its last
     *     touch
     * @param touches how many are compared at most
     */
    public static TouchScript write(Plan.Task task, long skip, long touches, Path to) {
        return switch (task.work()) {
            case Plan.Replay r -> recording(r, skip, touches, to);
            case Plan.Synthetic s -> pattern(s, touches, to);
            case Plan.Guest g ->
                throw Failure.unavailable(
                        "task " + task.name() + " is a virtual machine: only recordings and patterns can be proved");
        };
    }

    private static TouchScript recording(Plan.Replay work, long skip, long touches, Path to) {
        Path recording = work.recording();
        Layout layout = new Layout();
        read(recording, new Counter(layout, skip + touches));
        layout.settle();
        try (ScriptWriter out = new ScriptWriter(to)) {
            RecordingScript script = new RecordingScript(layout, out, work.advice(), skip, skip + touches);
            read(recording, script);
            script.finish();
            return new TouchScript(script.files(), out.pages(), out.prepared(), out.measured(), script.notes());
        }
    }

    private static void read(Path recording, Limited sink) {
        try (TraceSource source = Traces.open(recording, false)) {
            while (!sink.done() && source.next(sink)) {
                // each step delivers
            }
        }
    }

    /** A sink that has enough at some time. */
    interface Limited extends TraceSink {
        boolean done();
    }

    /** Finds out which stretches are touched at all. */
    private static final class Counter implements Limited {
        private final Layout layout;
        private long left;

        Counter(Layout layout, long touches) {
            this.layout = layout;
            this.left = touches;
        }

        @Override
        public void touch(int process, long page, int count, boolean write) {
            long pages = Math.min(count, left);
            if (pages > 0) {
                layout.use(process, page, pages);
                left -= pages;
            }
        }

        @Override
        public boolean done() {
            return left == 0;
        }
    }

    private static TouchScript pattern(Plan.Synthetic work, long touches, Path to) {
        long pages = work.pattern().pages();
        long anonymous = pages - work.filePages();
        List<Long> files = new ArrayList<>();
        try (ScriptWriter out = new ScriptWriter(to)) {
            if (anonymous > 0) {
                out.mapAnonymous(0, anonymous);
            }
            if (work.filePages() > 0) {
                files.add(work.filePages());
                out.mapFile(anonymous, work.filePages(), 0, 0, true);
            }
            switch (work.madvise()) {
                case "random" -> out.advise(0, pages, 1);
                case "sequential" -> out.advise(0, pages, 2);
                default -> {} // normal is how a mapping begins
            }
            for (long p = 0; work.pretouch() && p < pages; p++) {
                out.touch(p, p < anonymous);
            }
            out.measure();
            PageStream stream = work.pattern().start();
            long count = Math.min(touches, work.pattern().touches());
            for (long t = 1; t <= count; t++) {
                long page = stream.next();
                out.touch(
                        page,
                        switch (work.write()) {
                            case ALL -> true;
                            case NONE -> false;
                            case ANON -> page < anonymous;
                            case HALF -> (t & 1) == 0;
                        });
            }
            out.close();
            return new TouchScript(files, pages, out.prepared(), out.measured(), List.of());
        }
    }

    static String count(long n, String one, String many) {
        return String.format(Locale.ROOT, "%,d %s", n, n == 1 ? one : many);
    }
}
