package org.multigen.lab.record;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.multigen.lab.cli.BuildInfo;
import org.multigen.lab.cli.Command;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.trace.TraceHeader;
import org.multigen.lab.trace.TraceHeader.Provenance;
import org.multigen.lab.trace.TraceOutput;
import org.multigen.lab.trace.TraceSummary;
import org.multigen.lab.trace.TraceSummary.Unfollowed;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code multigen record}: runs a program and records which pages it touches. */
@picocli.CommandLine.Command(
        name = "record",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a program and records which pages it and its children touch.",
            "The program runs under an emulator, unmodified and without root, some 20 to 50 times slower."
        },
        footer = {
            "",
            "Examples:",
            "  multigen record -o sort.mgt -- sort -n numbers.txt",
            "  multigen record -o build.mgt --fold 100000 -- sh -c 'make clean; make'"
        })
public final class RecordCommand implements Command {
    private static final int PAGE_SIZE = 4096;
    private static final long FINISH_SECONDS = 60;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "The recording, a .mgt file; it replaces one of that name.")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    @Option(
            names = "--fold",
            defaultValue = "10000",
            paramLabel = "N|none",
            description = "Report a page at most once as read and once as written per N executed instructions of its"
                    + " process, in order of first touch (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private String fold;

    @Option(
            names = "--tool",
            defaultValue = "auto",
            paramLabel = "TOOL",
            description = "qemu, lackey (Valgrind: about a million accesses a second), or auto: the first of them that"
                    + " is installed (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private String tool;

    @Option(
            names = "--allow-unfollowed",
            description = "Exit with 0 even if a child could not be followed into the program that it executed.")
    private boolean allowUnfollowed;

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "The program and its arguments, after --.")
    @SuppressWarnings("NullAway.Init")
    private List<String> command;

    private final AtomicBoolean stopped = new AtomicBoolean();
    private final CountDownLatch finished = new CountDownLatch(1);

    /** For the service loader. */
    public RecordCommand() {}

    @Override
    public Integer call() {
        Recorder recorder = Recorders.choose(tool, foldWindow(), System.getenv());
        Thread interrupt = Thread.ofPlatform().unstarted(this::interrupted);
        Runtime.getRuntime().addShutdownHook(interrupt);
        try {
            return record(recorder, spec.commandLine().getErr());
        } finally {
            finished.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(interrupt);
            } catch (IllegalStateException shuttingDown) {
                // the hook is running, and is waiting for the line above
            }
        }
    }

    /** Ctrl-C: the recording ends, its file is completed, and only then does this process. */
    private void interrupted() {
        stopped.set(true);
        try {
            if (!finished.await(FINISH_SECONDS, TimeUnit.SECONDS)) {
                spec.commandLine().getErr().println("multigen: the recording did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int record(Recorder recorder, PrintWriter err) {
        try (TraceOutput out = new TraceOutput(output, header(recorder))) {
            Progress progress = new Progress(err, out.writer().account(), Progress.onTerminal());
            int status;
            try {
                status = recorder.record(command, out.writer(), progress, stopped::get);
            } catch (UncheckedIOException e) {
                throw out.failed(e);
            } catch (IOException e) {
                throw Failure.cannotWrite(output, e);
            } finally {
                progress.end();
            }
            List<Unfollowed> unfollowed = out.writer().account().unfollowed();
            long touches = out.writer().account().touches();
            out.finish(stopped.get() ? TraceSummary.INTERRUPTED : TraceSummary.COMPLETE);
            return report(err, status, touches, unfollowed);
        }
    }

    private int report(PrintWriter err, int status, long touches, List<Unfollowed> unfollowed) {
        for (Unfollowed u : unfollowed) {
            err.println("multigen: not followed: " + u.program() + ": " + u.reason());
        }
        if (stopped.get()) {
            err.printf("multigen: interrupted; %s holds the %,d touches until then%n", output, touches);
            return ExitCode.INTERRUPTED.code();
        }
        if (status != 0) {
            err.println("multigen: " + command.getFirst() + " ended with status " + status);
        }
        return unfollowed.isEmpty() || allowUnfollowed ? ExitCode.DONE.code() : ExitCode.BAD_DATA.code();
    }

    private TraceHeader header(Recorder recorder) {
        BuildInfo build = BuildInfo.load();
        return new TraceHeader(
                PAGE_SIZE,
                new Provenance(
                        command,
                        recorder.tool(),
                        "multigen " + build.version() + " " + build.commit(),
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                        recorder.foldWindow(),
                        "Linux " + System.getProperty("os.version") + " " + System.getProperty("os.arch")));
    }

    private long foldWindow() {
        if (fold.equals("none")) {
            return 0;
        }
        try {
            long n = Long.parseLong(fold.replace("_", ""));
            if (n >= 1) {
                return n;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw Failure.usage("--fold " + fold + ": a number of instructions from 1, or none, was expected");
    }

    /** Chooses among the tools. */
    private static final class Recorders {
        private static final String QEMU = " (Debian: apt-get install qemu-user gcc libc6-dev)";
        private static final String VALGRIND = " (Debian: apt-get install valgrind)";

        static Recorder choose(String tool, long fold, Map<String, String> environment) {
            Path qemu = QemuRecorder.find(environment);
            Path valgrind = LackeyRecorder.find(environment);
            boolean auto = tool.equals("auto");
            if (!auto && !tool.equals("qemu") && !tool.equals("lackey")) {
                throw Failure.usage("--tool " + tool + ": auto, qemu or lackey was expected");
            }
            if (qemu != null && !tool.equals("lackey")) {
                return new QemuRecorder(qemu, fold, environment);
            }
            if (valgrind != null && !tool.equals("qemu")) {
                return new LackeyRecorder(valgrind, fold, environment);
            }
            throw Failure.unavailable(
                    switch (tool) {
                        case "qemu" -> "QEMU's user mode is not installed" + QEMU;
                        case "lackey" -> "Valgrind is not installed" + VALGRIND;
                        default ->
                            "no recorder is installed: QEMU's user mode" + QEMU + ", or Valgrind" + VALGRIND
                                    + ", which is much slower";
                    });
        }
    }
}
