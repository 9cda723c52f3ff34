package org.multigen.fidelity.prove;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.multigen.fidelity.replay.KernelNames;
import org.multigen.fidelity.replay.Replay;
import org.multigen.fidelity.replay.Replayed;
import org.multigen.fidelity.script.Lowering;
import org.multigen.fidelity.script.TouchScript;
import org.multigen.fidelity.transcript.Transcript;
import org.multigen.fidelity.transcript.TranscriptParser;
import org.multigen.lab.cli.Command;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.replay.Recordings;
import org.multigen.lab.result.ResultFile;
import org.multigen.lab.scenario.Plan;
import org.multigen.lab.scenario.Planner;
import org.multigen.lab.scenario.Scenario;
import org.multigen.lab.scenario.Settings;
import org.multigen.lab.scenario.Warmup;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code multigen prove SCENARIO --kernel K}: the same touches on a real kernel and on ours, side by side. */
@CommandLine.Command(
        name = "prove",
        mixinStandardHelpOptions = true,
        description = {
            "Boots a stock kernel in an emulator, performs a scenario's touches there and here, and compares.",
            "docs/prove.md explains what is compared and what is needed."
        },
        footer = {
            "",
            "Needs qemu-system-x86_64, a static busybox, a C compiler, and a kernel, which is fetched from Debian's archive",
            "once. The transcript is kept and can be given to multigen fidelity.",
            "",
            "Examples:",
            "  multigen prove scenarios/first.yaml --kernel 6.12",
            "  multigen prove scenarios/first.yaml --kernel 6.18 --variant classic --touches 500000",
            "  multigen prove my.yaml --kernel 6.12 --kernel-image vmlinuz --kernel-modules /lib/modules/6.12.9"
        })
public final class ProveCommand implements Command {
    private static final String KIND = "statistical pgmajfault=-5%..+5%";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "SCENARIO", description = "A YAML file with one task.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(names = "--kernel", paramLabel = "K", description = "6.1, 6.12, 6.18 or 7.2 (default: the scenario's).")
    private @Nullable String kernel;

    @Option(
            names = "--variant",
            paramLabel = "NAME",
            description = "The variant (default: the first one with the multi-gen LRU, else the first).")
    private @Nullable String variant;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Overrides a key. May be repeated.")
    private List<String> overrides = new ArrayList<>();

    @Option(names = "--touches", paramLabel = "N", description = "Compares at most N touches (default: 2000000).")
    private long touches = 2_000_000;

    @Option(
            names = "--skip",
            paramLabel = "N",
            description = "Only makes ready what the first N touches of a recording leave (default: its warm-up).")
    private long skip = -1;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The transcript; its touches go beside it (default: prove-SCENARIO-VARIANT-KERNEL.txt).")
    private @Nullable Path output;

    @Option(names = "--kernel-image", paramLabel = "FILE", description = "A kernel of your own (bzImage).")
    private @Nullable Path image;

    @Option(names = "--kernel-modules", paramLabel = "DIR", description = "Its modules; absent: all is built in.")
    private @Nullable Path modules;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "Gives the guest up (default: 900).")
    private long timeout = 900;

    /** For the service loader. */
    public ProveCommand() {}

    @Override
    public Integer call() {
        if (touches < 1 || timeout < 1) {
            throw Failure.usage("--touches and --timeout: expected at least 1");
        }
        Scenario scenario = Scenario.read(file);
        Recordings recordings = new Recordings();
        String name = variant != null ? variant : preferred(scenario);
        Plan plan = Planner.plan(settings(scenario, name), recordings::footprint);
        if (plan.tasks().size() != 1) {
            throw Failure.badData(
                    file.toString(), plan.tasks().size() + " tasks; a proof is of one task in one control group");
        }
        Path transcript = output != null
                ? output
                : Path.of("prove-" + scenario.name() + "-" + name + "-"
                        + plan.kernel().rules() + ".txt");
        needFolder(transcript);
        Emulator.program();
        try {
            Path work = Files.createTempDirectory("multigen-prove");
            Thread interrupted = new Thread(() -> deleteQuietly(work));
            Runtime.getRuntime().addShutdownHook(interrupted);
            try {
                prove(transcript, plan, recordings, work);
                compare(transcript, name);
            } finally {
                Runtime.getRuntime().removeShutdownHook(interrupted);
                delete(work);
            }
        } catch (IOException e) {
            throw Failure.cannotWrite(Path.of(System.getProperty("java.io.tmpdir")), e);
        }
        return ExitCode.DONE.code();
    }

    private Settings settings(Scenario scenario, String name) {
        List<String> all = new ArrayList<>(overrides);
        if (kernel != null) {
            all.add("kernel=" + kernel);
        }
        return scenario.settings(name, all);
    }

    private String preferred(Scenario scenario) {
        for (String name : scenario.variantNames()) {
            if (Planner.plan(settings(scenario, name), recording -> 1).kernel().lruGenEnabled() != 0) {
                return name;
            }
        }
        return scenario.variantNames().getFirst();
    }

    /** The boot takes a minute: what cannot be written afterwards is better known before. */
    private static void needFolder(Path transcript) {
        Path folder = transcript.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw Failure.cannotWrite(transcript, new IOException(folder + " is no folder that can be written to"));
        }
    }

    /** Has the kernel perform the touches, and keeps the transcript. */
    private void prove(Path transcript, Plan plan, Recordings recordings, Path work) throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        String rules = plan.kernel().rules();
        KernelFiles files = image != null
                ? KernelStore.of(rules, image, modules, work)
                : new KernelStore(System.getenv()).get(rules, err);
        Path words = work.resolve("script");
        TouchScript script = Lowering.write(plan.tasks().getFirst(), skipped(plan, recordings), touches, words);
        Path beside = beside(transcript);
        GuestSettings guest = GuestSettings.of(plan, script, String.valueOf(beside.getFileName()), file.toString());
        guest.notes().forEach(n -> err.println("multigen: note: " + n));
        err.printf(
                Locale.ROOT,
                "multigen: kernel %s performs %,d touches after %,d that make ready ...%n",
                rules,
                script.measured(),
                script.prepared());
        err.flush();
        String text = new Emulator(files, work).perform(guest, script, words, KIND, timeout);
        keep(words, beside);
        ResultFile.write(transcript, text);
    }

    private long skipped(Plan plan, Recordings recordings) {
        if (skip >= 0) {
            return skip;
        }
        if (!(plan.tasks().getFirst().work() instanceof Plan.Replay r)) {
            return 0;
        }
        return switch (plan.warmup()) {
            case Warmup.Touched w -> recordings.touchesUntilInUse(r.recording(), w.share());
            case Warmup.Touches t -> t.touches();
            case Warmup.None _, Warmup.Until _ -> 0;
        };
    }

    /** The touches lie beside the transcript, packed. */
    private static Path beside(Path transcript) {
        String name = String.valueOf(transcript.getFileName()).replaceFirst("\\.txt$", "");
        return transcript.resolveSibling(name + ".touches.gz");
    }

    private static void keep(Path words, Path beside) {
        Path part = beside.resolveSibling(beside.getFileName() + ".part");
        try {
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(part))) {
                Files.copy(words, out);
            }
            Files.move(part, beside, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw Failure.cannotWrite(beside, e);
        }
    }

    private void compare(Path file, String name) {
        Transcript transcript = TranscriptParser.read(file);
        String rules = KernelNames.of(transcript.header().release(), file);
        Replayed replayed = Replay.execute(transcript);
        PrintWriter out = spec.commandLine().getOut();
        ProofReport.print(out, transcript, rules, name, replayed);
        out.println();
        out.println("kept: " + file + " and " + beside(file).getFileName() + " (multigen fidelity " + file + ")");
        out.flush();
    }

    private static void deleteQuietly(Path folder) {
        try {
            delete(folder);
        } catch (IOException e) {
            // It lies in the system's folder for temporary files.
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }
}
