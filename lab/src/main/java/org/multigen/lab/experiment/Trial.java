package org.multigen.lab.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Cost;
import org.multigen.base.Warnings;
import org.multigen.lab.explain.Toucher;
import org.multigen.lab.explain.Watch;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.figure.CgroupFigures;
import org.multigen.lab.figure.GuestFigures;
import org.multigen.lab.figure.HeatWatch;
import org.multigen.lab.figure.LastDecisions;
import org.multigen.lab.figure.Reading;
import org.multigen.lab.figure.ReferenceLog;
import org.multigen.lab.figure.Sampler;
import org.multigen.lab.figure.TouchLog;
import org.multigen.lab.replay.RecordedFiles;
import org.multigen.lab.replay.Recordings;
import org.multigen.lab.replay.ReplayProgram;
import org.multigen.lab.replay.ThreadedReplay;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.result.TimeSeries;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.scenario.Plan;
import org.multigen.lab.scenario.Planner;
import org.multigen.lab.scenario.Settings;
import org.multigen.lab.scenario.Warmup;
import org.multigen.lab.task.Ager;
import org.multigen.lab.task.GuestProgram;
import org.multigen.lab.task.GuestThreads;
import org.multigen.lab.task.Happenings;
import org.multigen.lab.task.Moments;
import org.multigen.lab.task.PatternProgram;
import org.multigen.lab.task.PatternRegion;
import org.multigen.lab.task.ThreadedPattern;
import org.multigen.lab.task.Workload;
import org.multigen.machine.CostModel;
import org.multigen.machine.Machine;
import org.multigen.machine.Program;
import org.multigen.machine.Task;
import org.multigen.machine.ThreadFailure;
import org.multigen.memory.Node;

/** One variant, run once. */
final class Trial {
    private static final long PROGRESS_TOUCHES = 1 << 20;
    /** A rate limit's seconds begin anywhere, so that a run may touch two more of them than it is long. */
    private static final double LIMIT_SLACK_S = 2;

    private final TrialSpec spec;
    private final Recordings recordings;
    private final Conduct conduct;
    private final Progress progress;
    private final Plan plan;
    private final Machine machine;
    private final Moments moments = new Moments();
    private final List<Workload> workloads = new ArrayList<>();
    private final Happenings happenings;
    private final int threads;
    private final LastDecisions decisions = new LastDecisions();
    private final Settings settings;
    private final Ager ager;
    private int cold;
    private final @Nullable Watch watch;
    /** For the optimum of promotion. */
    private final @Nullable TouchLog touchLog;

    private final @Nullable ReferenceLog references;

    private String optimumNote = "";
    private final @Nullable Sampler sampler;
    private final @Nullable HeatWatch heat;
    private @Nullable Reading warm;

    private Trial(
            TrialSpec spec,
            Settings settings,
            Recordings recordings,
            Conduct conduct,
            @Nullable Watch watch,
            @Nullable ReferenceLog references) {
        this.spec = spec;
        this.references = references;
        this.settings = settings;
        this.threads = conduct.threads();
        this.recordings = recordings;
        this.conduct = conduct;
        this.progress = conduct.progress();
        this.plan = Planner.plan(settings, recordings::footprint);
        if (plan.tiers().optimum()) {
            refuseOptimum();
        }
        try {
            this.machine = MachineAssembly.build(plan, conduct.panic(), threads);
        } catch (IllegalArgumentException e) {
            throw settings.impossible(String.valueOf(e.getMessage()));
        }
        machine.warnings().setReplay(conduct.replay().apply(spec.variant()));
        this.watch = watch;
        if (conduct.panic() && threads == 0) {
            machine.traceReclaim(decisions);
            if (watch == null) {
                machine.rooms().folios().setLog(decisions);
            }
        }
        if (watch != null) {
            watch.attach(machine);
        }
        conduct.built().accept(machine);
        if (references != null) {
            references.attach(machine);
        }
        this.touchLog = plan.tiers().optimum() ? new TouchLog(machine) : null;
        this.happenings = new Happenings(machine, plan, moments, workloads);
        this.ager = new Ager(machine, plan, moments);
        this.sampler = conduct.sampling() == Sampling.NONE ? null : new Sampler(machine, moments);
        this.heat = conduct.sampling() == Sampling.HEAT && threads == 0 ? new HeatWatch(machine, moments) : null;
    }

    /** The optimum is that of one order of touches, all of which pass through here. */
    private void refuseOptimum() {
        if (threads > 0) {
            throw Failure.usage(
                    "--threads: promotion.policy optimum needs one order of touches, expected virtual time");
        }
        if (plan.tasks().stream().anyMatch(t -> t.work() instanceof Plan.Guest)) {
            throw settings.failed("promotion.policy", "optimum does not see what guests touch, expected other tasks");
        }
    }

    /**
     * Runs a trial.
     *
     * @param settings those of {@code spec}, with their places in files if they are known
     * @param watch accounts for pages, or null
     * @throws Failure if the settings cannot be carried out
     */
    static TrialResult run(
            TrialSpec spec, Settings settings, Recordings recordings, Conduct conduct, @Nullable Watch watch) {
        return run(spec, settings, recordings, conduct, watch, null);
    }

    /** The same, and writes down what is referenced. */
    static TrialResult run(
            TrialSpec spec,
            Settings settings,
            Recordings recordings,
            Conduct conduct,
            @Nullable Watch watch,
            @Nullable ReferenceLog references) {
        Trial trial = new Trial(spec, settings, recordings, conduct, watch, references);
        try (Machine machine = trial.machine) {
            return trial.runOrDump();
        } finally {
            if (watch != null) {
                watch.detach();
            }
        }
    }

    private TrialResult runOrDump() {
        try {
            return run();
        } catch (Warnings.Panic broken) {
            throw Dump.write(broken, spec, plan, machine, decisions, conduct);
        } catch (ThreadFailure failed) {
            if (failed.getCause() instanceof Failure ofInput) {
                throw ofInput;
            }
            throw Failure.broken(spec.variant() + ": " + failed.getMessage() + "; seed " + plan.seed() + "; replay: "
                    + conduct.replay().apply(spec.variant()));
        }
    }

    private TrialResult run() {
        spawn();
        happenings.schedule();
        if (threads == 0) {
            ager.schedule();
        } else {
            ager.start();
        }
        scheduleWarmup();
        if (sampler != null) {
            sampler.schedule();
        }
        if (heat != null) {
            heat.schedule();
        }
        progress.begin(spec.variant(), expectedTouches());
        reportProgress(null);
        List<Program> programs = new ArrayList<>();
        workloads.forEach(w -> programs.addAll(w.programs()));
        if (threads == 0) {
            machine.run(programs);
        } else {
            machine.run(programs, threads);
            machine.quiesce();
        }
        progress.end();
        return result();
    }

    // ---- tasks

    private void spawn() {
        RecordedFiles files = new RecordedFiles(
                machine,
                plan.machine().readAheadPages(),
                references == null ? RecordedFiles.Transfers.NONE : references);
        boolean gradual = plan.warmup() instanceof Warmup.Touched;
        double share = plan.warmup() instanceof Warmup.Touched w ? w.share() : 0;
        cold = gradual ? plan.tasks().size() : 0;
        Runnable ready = gradual ? this::oneIsWarm : () -> {};
        for (Plan.Task t : plan.tasks()) {
            Task task = machine.spawn(t.name(), machine.memcg(t.cgroup()));
            task.actor().cpu = t.cpu();
            task.actor().advanceTo(t.startNs());
            Toucher watched = watch == null ? Toucher.PLAIN : watch.toucher(workloads.size());
            Toucher logged =
                    references != null ? references.over(watched) : touchLog == null ? watched : touchLog.over(watched);
            Toucher toucher = heat == null ? logged : heat.around(logged);
            workloads.add(
                    switch (t.work()) {
                        case Plan.Synthetic s ->
                            pattern(t, s, task, toucher, new PatternProgram.Warmth(s, share, ready));
                        case Plan.Guest g -> guest(t, g, task, share, ready);
                        case Plan.Replay r -> replay(t, r, task, toucher, files, share, ready);
                    });
        }
    }

    private Workload replay(
            Plan.Task t, Plan.Replay r, Task task, Toucher toucher, RecordedFiles files, double share, Runnable ready) {
        double speed = plan.machine().cpu().instructionsPerSecond();
        long warmTouches = recordings.touchesUntilInUse(r.recording(), share);
        return threads > 0
                ? new ThreadedReplay(
                        machine, t, r, task, moments, files, recordings, speed, threads, warmTouches, ready)
                : new ReplayProgram(
                        machine,
                        t,
                        r,
                        task,
                        moments,
                        toucher,
                        files,
                        recordings,
                        speed,
                        plan.machine().cpus(),
                        warmTouches,
                        ready);
    }

    private Workload guest(Plan.Task t, Plan.Guest g, Task task, double share, Runnable ready) {
        PatternProgram.Warmth warmth = new PatternProgram.Warmth(g.pages(), g.pretouch(), share, ready);
        try {
            return threads == 0
                    ? new GuestProgram(machine, t, g, task, moments, warmth, plan.seed())
                    : new GuestThreads(machine, t, g, task, moments, warmth, plan.seed());
        } catch (IllegalArgumentException e) {
            throw settings.failed("tasks." + t.name() + ".guest", String.valueOf(e.getMessage()));
        }
    }

    private Workload pattern(Plan.Task t, Plan.Synthetic s, Task task, Toucher toucher, PatternProgram.Warmth warmth) {
        PatternRegion region = new PatternRegion(machine, t, s, plan.machine().readAheadPages());
        if (threads == 0) {
            return new PatternProgram(t, s, task, moments, region, toucher, warmth);
        }
        int lanes = Math.max(1, threads / plan.tasks().size());
        return new ThreadedPattern(machine, t, s, task, moments, region, warmth, lanes);
    }

    private long expectedTouches() {
        long sum = 0;
        for (Plan.Task t : plan.tasks()) {
            sum += switch (t.work()) {
                case Plan.Synthetic s ->
                    s.pattern().touches() * t.repeat()
                            + (s.pretouch() ? s.pattern().pages() : 0);
                case Plan.Guest g -> g.pattern().touches() * g.vcpus() * t.repeat() + (g.pretouch() ? g.pages() : 0);
                case Plan.Replay r -> recordings.summary(r.recording()).touches() * t.repeat();
            };
        }
        return sum;
    }

    private void reportProgress(@Nullable Task task) {
        progress.touched(moments.touches());
        moments.atTouch(moments.touches() + PROGRESS_TOUCHES, this::reportProgress);
    }

    // ---- warm-up

    private void scheduleWarmup() {
        switch (plan.warmup()) {
            case Warmup.None none -> warm(0);
            case Warmup.Touches t -> moments.atTouch(t.touches() + 1, task -> warm(moments.touches() - 1));
            case Warmup.Until u -> moments.atTime(u.ns(), task -> warm(moments.touches() - 1));
            case Warmup.Touched s -> {} // the workloads say when
        }
    }

    private synchronized void oneIsWarm() {
        if (--cold == 0) {
            warm(moments.touches());
        }
    }

    private void warm(long touches) {
        warm = reading(touches);
        workloads.forEach(Workload::warm);
        if (watch != null) {
            watch.open();
        }
        if (touchLog != null) {
            touchLog.clear();
        }
        if (references != null) {
            references.warm();
        }
    }

    // ---- figures

    private Reading reading(long touches) {
        return Reading.take(machine, workloads, ager, touches);
    }

    private TrialResult result() {
        Reading end = reading(moments.touches());
        Reading from = warm == null ? end : warm;
        SortedMap<String, SortedMap<String, Long>> costs = new TreeMap<>();
        costs.put(Metrics.RUN_TIME, end.timeParts(from));
        costs.put(Metrics.RECLAIM_CPU, end.reclaimParts(from));
        SortedMap<String, Long> metrics = end.since(from);
        metrics.putAll(GuestFigures.means(workloads, metrics));
        addHotWaits(metrics);
        addOptimum(metrics);
        return new TrialResult(
                spec.variant(),
                plan.kernel().rules(),
                shown(spec.settings()),
                metrics,
                from.since(null),
                CgroupFigures.of(machine, plan),
                taskResults(),
                happenings.results(),
                notes(),
                machine.warnings().all().stream()
                        .map(w -> new TrialResult.WarningResult(w.site(), w.text(), w.count()))
                        .toList(),
                threads == 0 ? costs : new TreeMap<>(),
                costModel(),
                series(from, end));
    }

    private SortedMap<String, Long> costModel() {
        SortedMap<String, Long> ns = new TreeMap<>();
        for (Cost c : Cost.values()) {
            ns.put(CostModel.nameOf(c), machine.costs().model().ns(c));
        }
        return ns;
    }

    private @Nullable TimeSeries series(Reading warmed, Reading end) {
        if (sampler == null) {
            return null;
        }
        long warmNs = warmed == end ? 0 : warmed.ns();
        return sampler.end(end.ns(), warmNs, heat == null ? null : heat.end(end.ns()));
    }

    private void addHotWaits(SortedMap<String, Long> figures) {
        Histogram all = new Histogram(3);
        workloads.stream().map(Workload::hotWait).filter(Objects::nonNull).forEach(w -> all.add(w.waits()));
        if (all.getTotalCount() > 0) {
            figures.put(Metrics.HOT_WAIT_P50, all.getValueAtPercentile(50));
            figures.put(Metrics.HOT_WAIT_P99, all.getValueAtPercentile(99));
        }
    }

    /** In the place of what this run reached: what none can exceed. */
    private void addOptimum(SortedMap<String, Long> figures) {
        TouchLog log = touchLog;
        if (log == null) {
            return;
        }
        long capacity = machine.memory().nodes().stream()
                .filter(n -> machine.tiers().top(n.id()))
                .mapToLong(Node::managedPages)
                .sum();
        double seconds = figures.getOrDefault(Metrics.RUN_TIME, 0L) / 1e9 + LIMIT_SLACK_S;
        double budget = plan.tiers().settings().limits().pagesPerSecond() * seconds;
        TouchLog.Shares shares = log.shares(capacity, Reading.promotionPrice(machine), budget);
        figures.put(Metrics.NET_SHARE, shares.most());
        optimumNote =
                "promotion.policy optimum: the top tier's share less promotions is a bound that no policy exceeds; leaving the"
                        + " most touched pages there all the time gives " + shares.fixed()
                        + " ppm. Its other figures are those of a run"
                        + " without promotion.";
    }

    /** What a reader has to know about how tasks were run. */
    private List<String> notes() {
        List<String> notes = new ArrayList<>(machine.tiering().notes());
        if (!optimumNote.isEmpty()) {
            notes.add(optimumNote);
        }
        for (int i = 0; i < workloads.size(); i++) {
            String name = plan.tasks().get(i).name();
            workloads.get(i).notes().forEach(n -> notes.add(name + ": " + n));
        }
        return notes;
    }

    private List<TrialResult.TaskResult> taskResults() {
        List<TrialResult.TaskResult> results = new ArrayList<>();
        for (int i = 0; i < workloads.size(); i++) {
            Workload w = workloads.get(i);
            SortedMap<String, Long> metrics = new TreeMap<>();
            metrics.put(
                    Metrics.MAJOR_FAULTS,
                    w.processes().stream().mapToLong(Task::majorFaults).sum());
            metrics.put(
                    Metrics.MINOR_FAULTS,
                    w.processes().stream().mapToLong(Task::minorFaults).sum());
            metrics.put(Metrics.RUN_TIME, w.endNs() - plan.tasks().get(i).startNs());
            String outcome = w.killed() ? "killed" : "finished";
            results.add(new TrialResult.TaskResult(plan.tasks().get(i).name(), outcome, metrics));
        }
        return results;
    }

    /** Settings as they are reported: files by their names, so that a result does not tell where it was made. */
    private static SortedMap<String, String> shown(Map<String, String> settings) {
        SortedMap<String, String> shown = new TreeMap<>(settings);
        shown.replaceAll((path, value) -> path.endsWith(".recording") ? value.replaceFirst(".*/", "") : value);
        return shown;
    }
}
