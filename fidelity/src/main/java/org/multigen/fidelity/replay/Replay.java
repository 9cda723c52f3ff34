package org.multigen.fidelity.replay;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.multigen.base.KernelError;
import org.multigen.fidelity.transcript.LruGenDump;
import org.multigen.fidelity.transcript.ProcessCommand;
import org.multigen.fidelity.transcript.ReclaimCalls;
import org.multigen.fidelity.transcript.Statement;
import org.multigen.fidelity.transcript.Transcript;
import org.multigen.fidelity.verdict.Observation;
import org.multigen.lab.failure.Failure;

/** Executes a transcript statement by statement and pairs what we show with what the kernel showed. */
public final class Replay {
    /** Context switches per guest second in a run for which the transcript does not count them. */
    private static final double SWITCHES_PER_SECOND = 100;

    private final Transcript transcript;
    private final String kernel;
    private final Rig rig;
    private final Operations operations;
    private final Map<String, Guest> guests = new HashMap<>();
    private final List<Observation> observations = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<String, SortedMap<String, Long>> snapshots = new HashMap<>();
    private SortedMap<String, Long> lastSnapshot;
    private @Nullable CallTrace trace;
    private boolean settled = true;
    private boolean evicted;
    private boolean reclaimed;
    private int at;

    private Replay(Transcript transcript, String kernel, Rig rig) {
        this.transcript = transcript;
        this.kernel = kernel;
        this.rig = rig;
        this.operations = new Operations(rig);
        this.lastSnapshot = new TreeMap<>(rig.machine().vmstat().snapshot());
    }

    /**
     * Executes the whole transcript.
     *
     * @throws Failure if the transcript contradicts itself or the machine it describes cannot be built
     */
    public static Replayed execute(Transcript transcript) {
        String kernel = KernelNames.of(transcript.header().release(), transcript.file());
        Rig rig;
        try {
            rig = new Rig(transcript, kernel);
        } catch (IllegalArgumentException e) {
            throw Failure.badData(transcript.file().toString(), "machine: " + e.getMessage());
        }
        try (rig) {
            Replay replay = new Replay(transcript, kernel, rig);
            replay.run();
            return new Replayed(kernel, replay.observations, replay.notes);
        }
    }

    private void run() {
        List<Statement> statements = transcript.statements();
        if (statements.stream().anyMatch(Statement.Trace.class::isInstance)) {
            trace = CallTrace.attach(rig.machine());
        }
        for (at = 0; at < statements.size(); at++) {
            Statement s = statements.get(at);
            try {
                execute(s);
            } catch (IllegalArgumentException e) {
                throw Failure.badData(transcript.file() + ":" + s.line(), String.valueOf(e.getMessage()));
            } catch (Unmodelled | UnsupportedOperationException e) {
                notes.add("line " + s.line() + ": not modelled: " + e.getMessage());
                observations.add(new Observation.Acceptance(
                        s.line(), "not modelled: " + e.getMessage(), true, false, null, false));
                return;
            }
        }
        rig.machine().warnings().all().forEach(w -> notes.add("warning: " + w));
    }

    private void execute(Statement statement) {
        switch (statement) {
            case Statement.Swap _, Statement.Nodes _, Statement.NodeOnline _, Statement.Note _, Statement.Maps _ -> {}
            case Statement.FileSystem f -> rig.addFile(f);
            case Statement.CreateGroup g -> rig.group(g.name());
            case Statement.SetGroupFile w -> setGroupFile(w);
            case Statement.SetSystemFile w -> setSystemFile(w);
            case Statement.Start s -> start(s);
            case Statement.Operation o -> operation(o);
            case Statement.Gone _ -> {}
            case Statement.Move m -> guest(m.process()).task().moveTo(rig.group(m.group()));
            case Statement.ContextSwitches c ->
                c.counts().forEach((name, count) -> {
                    if (guests.containsKey(name)) {
                        guest(name).switchedTo(count);
                    }
                });
            case Statement.OwnPages o -> guest(o.process()).usedOwn(o.mappings());
            case Statement.Command c -> command(c);
            case Statement.Squeeze s -> squeeze(s);
            case Statement.Reclaim r -> reclaim(r);
            case Statement.Dump d -> dump(d);
            case Statement.Stat s -> stat(s);
            case Statement.VmDelta v -> counters(v);
            case Statement.MaxSeq m -> maxSeq(m);
            case Statement.Trace t -> calls(t);
        }
    }

    private Guest guest(String name) {
        Guest guest = guests.get(name);
        if (guest == null) {
            throw new IllegalArgumentException("no process '" + name + "'");
        }
        // Statements follow one another in time, whoever performs them.
        guest.task().actor().advanceTo(rig.machine().nowNs());
        return guest;
    }

    private void start(Statement.Start s) {
        List<Statement.OwnMapping> own = List.of();
        if (!s.locked()) {
            own = transcript.statements().stream()
                    .filter(o ->
                            o instanceof Statement.OwnPages p && p.process().equals(s.process()))
                    .map(o -> ((Statement.OwnPages) o).mappings())
                    .findFirst()
                    .orElse(List.of());
        }
        guests.put(
                s.process(),
                Guest.start(
                        rig.machine(),
                        rig.machine().spawn(s.process(), rig.group(s.group())),
                        s.locked(),
                        s.ownPages(),
                        own));
        settled &= s.locked();
    }

    // ---- operations of processes

    private void operation(Statement.Operation o) {
        Guest guest = guest(o.process());
        // It slept until the command came.
        guest.task().contextSwitch();
        String what = o.process() + ": " + o.text();
        switch (o.command()) {
            case ProcessCommand.Fork f -> guests.put(f.child(), guest.fork(f.child()));
            case ProcessCommand.Quit _ -> guest.task().exit();
            case ProcessCommand.Run r -> run(o, guest, r);
            case ProcessCommand.CountPages c ->
                observations.add(new Observation.Counts(
                        o.line(),
                        what,
                        numbers(o.answer()),
                        Operations.count(guest, c.region()),
                        weight(guest, c.region())));
            case ProcessCommand.ListPages c -> list(o, guest, c, what);
            case ProcessCommand.CountResident c ->
                observations.add(new Observation.Counts(
                        o.line(),
                        what,
                        numbers(o.answer()),
                        Map.of("resident", Operations.resident(guest, c.region())),
                        Observation.Weight.TOLD));
            case ProcessCommand.CountFolios c -> folios(o, guest, c, what);
            case ProcessCommand.ListFlagged c -> flagged(o, guest, c, what);
            default -> perform(o, guest, what);
        }
        if (guest.task().alive()) {
            guest.task().writePipe(); // its answer
        }
    }

    private void perform(Statement.Operation o, Guest guest, String what) {
        long major = guest.task().majorFaults();
        boolean resting = operations.perform(guest, o.command());
        boolean drains = o.command() instanceof ProcessCommand.Drain
                || o.command() instanceof ProcessCommand.RandomTouch
                || o.command() instanceof ProcessCommand.Touch t && t.drain();
        settled = drains || settled && !resting;
        if (o.doneMs() >= 0 && transcript.header().lruGenEnabled() == 0) {
            guest.task().actor().advanceTo(GuestTime.machineNs(o.doneMs()));
        }
        Long recorded = numbers(o.answer()).get("maj");
        if (recorded != null && !(o.command() instanceof ProcessCommand.Usage)) {
            observations.add(new Observation.Counts(
                    o.line(),
                    what,
                    Map.of("maj", recorded),
                    Map.of("maj", guest.task().majorFaults() - major),
                    Observation.Weight.TOLD));
        }
    }

    private Observation.Weight weight(Guest guest, String region) {
        return guest.region(region).filePages() > 0 ? Observation.Weight.FILE : Observation.Weight.EXACT;
    }

    private void list(Statement.Operation o, Guest guest, ProcessCommand.ListPages c, String what) {
        BitSet ours = Operations.list(guest, c.region(), c.swapped());
        BitSet theirs = new BitSet();
        int limit = ranges(o.answer(), theirs);
        observations.add(new Observation.PageSets(o.line(), what, theirs, ours, limit, weight(guest, c.region())));
    }

    /** Reads {@code first-last} words into a set; returns the first page that is no longer listed, or -1. */
    private static int ranges(String answer, BitSet into) {
        int limit = -1;
        for (String word : answer.split(" +")) {
            if (word.matches("\\d+-\\d+")) {
                int dash = word.indexOf('-');
                into.set(Integer.parseInt(word.substring(0, dash)), Integer.parseInt(word.substring(dash + 1)) + 1);
            } else if (word.matches("\\+\\d+")) {
                limit = into.length();
            }
        }
        return limit;
    }

    private void folios(Statement.Operation o, Guest guest, ProcessCommand.CountFolios c, String what) {
        Map<String, Long> theirs = new LinkedHashMap<>();
        for (String word : o.answer().split(" +")) {
            int colon = word.indexOf(':');
            if (colon > 0) {
                theirs.put(word.substring(0, colon), Long.parseLong(word.substring(colon + 1)));
            }
        }
        observations.add(new Observation.Counts(
                o.line(), what, theirs, Pages.folios(rig.machine(), guest, c.region()), Observation.Weight.TOLD));
    }

    private void flagged(Statement.Operation o, Guest guest, ProcessCommand.ListFlagged c, String what) {
        BitSet theirs = new BitSet();
        int limit = ranges(o.answer(), theirs);
        BitSet ours = Pages.flagged(rig.machine(), guest, c.region(), c.mask());
        observations.add(new Observation.PageSets(o.line(), what, theirs, ours, limit, Observation.Weight.TOLD));
    }

    private void run(Statement.Operation o, Guest guest, ProcessCommand.Run run) {
        Map<String, String> answer = values(o.answer());
        Pace pace = pace(o, guest, run, answer);
        String script = run.text("script");
        Observation.RunResult ours = script == null
                ? RunExecutor.execute(rig, guest, run, switchesPerSecond(o, guest, answer), pace)
                : ScriptRun.execute(
                        rig,
                        guest,
                        transcript.file().resolveSibling(script),
                        switchesPerSecond(o, guest, answer),
                        pace);
        settled = false;
        Statement.TouchLog log = o.log();
        BitSet misses = log == null ? null : BitSet.valueOf(log.misses());
        BitSet resident = log == null ? null : BitSet.valueOf(log.resident());
        observations.add(new Observation.RunPair(o.line(), RunExecutor.recorded(answer, misses, resident, run), ours));
    }

    /** Switches to the process until the next count of them, by the guest seconds that the run took. */
    private double switchesPerSecond(Statement.Operation o, Guest guest, Map<String, String> answer) {
        double seconds = (milliseconds(answer, "pre_s") + milliseconds(answer, "run_s")) / 1000.0;
        List<Statement> rest =
                transcript.statements().subList(at, transcript.statements().size());
        for (Statement s : rest) {
            if (s instanceof Statement.ContextSwitches c && c.counts().containsKey(o.process()) && seconds > 0) {
                return Math.max(0, c.counts().get(o.process()) - guest.switches()) / seconds;
            }
        }
        return SWITCHES_PER_SECOND;
    }

    /** Walks of page tables depend on what our own costs make of them; the classic LRU on the guest's time. */
    private @Nullable Pace pace(
            Statement.Operation o, Guest guest, ProcessCommand.Run run, Map<String, String> answer) {
        if (o.doneMs() < 0 || transcript.header().lruGenEnabled() != 0 || !answer.containsKey("run_s")) {
            return null;
        }
        long pretouchMs = milliseconds(answer, "pre_s");
        long runMs = milliseconds(answer, "run_s");
        guest.task().actor().advanceTo(GuestTime.machineNs(o.doneMs() - runMs - pretouchMs));
        return new Pace(
                guest.task().clockNs(),
                pretouchMs * 1_000_000,
                runMs * 1_000_000,
                Long.parseLong(answer.getOrDefault("run_maj", "0")),
                run.number("log", 0) != 0);
    }

    private static long milliseconds(Map<String, String> answer, String key) {
        return Math.round(1000 * Double.parseDouble(answer.getOrDefault(key, "0")));
    }

    // ---- groups, lru_gen

    private void setGroupFile(Statement.SetGroupFile w) {
        rig.group(w.group());
        String error = refusal(() -> rig.machine().writeCgroupFile(w.group(), w.file(), w.value()));
        reclaimed = true;
        accepted(w.line(), w.group() + " " + w.file() + "=" + w.value(), w.ok(), error, true);
    }

    private void setSystemFile(Statement.SetSystemFile w) {
        String error = refusal(() -> SystemFiles.write(rig.machine(), w.file(), w.value()));
        accepted(w.line(), w.file() + " " + w.value(), w.ok(), error, false);
    }

    private void command(Statement.Command c) {
        String error = refusal(() -> rig.machine().lruGen().write(rig.renumbered(c.group(), c.text())));
        evicted |= !c.ages();
        accepted(c.line(), c.group() + " [" + c.text() + "]", c.ok(), error, false);
    }

    private void squeeze(Statement.Squeeze s) {
        String text = s.text();
        if (text == null) {
            return;
        }
        String error = refusal(() -> rig.machine().lruGen().write(rig.renumbered(s.group(), text)));
        accepted(s.line(), s.group() + " [" + text + "]", true, error, false);
        List<LruGenDump.Generation> ours =
                rig.dump(rig.lruGen(s.group(), false), false).nodes().getFirst().generations();
        observations.add(new Observation.Counts(
                s.line(),
                "generations after the squeeze",
                Map.of("min_seq", s.minSeq(), "max_seq", s.maxSeq()),
                Map.of(
                        "min_seq",
                        ours.getFirst().seq(),
                        "max_seq",
                        ours.getLast().seq()),
                Observation.Weight.EXACT));
    }

    private void reclaim(Statement.Reclaim r) {
        String error = refusal(() -> rig.machine().writeCgroupFile(r.group(), "memory.reclaim", r.text()));
        settled = true;
        reclaimed = true;
        accepted(r.line(), r.group() + " [" + r.text() + "]", r.ok(), error, true);
    }

    private interface Write {
        void run() throws KernelError;
    }

    private static @Nullable String refusal(Write write) {
        try {
            write.run();
            return null;
        } catch (KernelError e) {
            return e.errno();
        }
    }

    private void accepted(int line, String what, boolean theirs, @Nullable String error, boolean reclaims) {
        observations.add(new Observation.Acceptance(line, what, theirs, error == null, error, reclaims));
    }

    // ---- what the kernel showed

    private void dump(Statement.Dump d) {
        String text = rig.lruGen(d.group(), d.full());
        observations.add(new Observation.DumpPair(d, rig.dump(text, d.full()), text, settled));
    }

    private void stat(Statement.Stat s) {
        Map<String, Long> ours = new HashMap<>(rig.machine().memoryStat(rig.group(s.group())));
        rig.machine().readCgroupFile(s.group(), "memory.stat");
        Map<String, Long> theirs = new LinkedHashMap<>();
        s.counters().forEach((key, value) -> {
            if (ours.containsKey(key) && !ours.get(key).equals(value)) {
                theirs.put(key, value);
            }
        });
        if (!theirs.isEmpty()) {
            observations.add(new Observation.Counts(
                    s.line(), "memory.stat of " + s.group(), theirs, ours, Observation.Weight.TOLD));
        }
    }

    private void counters(Statement.VmDelta v) {
        SortedMap<String, Long> base = snapshots.computeIfAbsent(v.since(), tag -> lastSnapshot);
        SortedMap<String, Long> now = new TreeMap<>(rig.machine().vmstat().snapshot());
        Map<String, Long> ours = new TreeMap<>();
        now.forEach((key, value) -> ours.put(key, value - base.getOrDefault(key, 0L)));
        observations.add(new Observation.VmCounters(v.line(), v.changes(), ours, evicted && !reclaimed));
        lastSnapshot = now;
        evicted = false;
        reclaimed = false;
    }

    private void maxSeq(Statement.MaxSeq m) {
        String group = lastGroup();
        List<LruGenDump.Node> nodes = rig.dump(rig.lruGen(group, false), false).nodes();
        observations.add(new Observation.YoungestSeq(
                m.line(), m.after(), nodes.getFirst().generations().getLast().seq()));
    }

    /** The group of the last started process: a #MAXSEQ line names none. */
    private String lastGroup() {
        String group = "";
        for (Statement s : transcript.statements().subList(0, at)) {
            if (s instanceof Statement.Start start) {
                group = start.group();
            }
        }
        return group;
    }

    private void calls(Statement.Trace t) {
        ReclaimCalls recorded = ReclaimCalls.beside(transcript.file());
        if (recorded == null || trace == null) {
            notes.add("line " + t.line() + ": no file of reclaim calls beside the transcript");
            return;
        }
        observations.add(new Observation.Calls(t.line(), recorded.calls(), trace.calls(recorded)));
    }

    private static Map<String, String> values(String answer) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String word : answer.split(" +")) {
            int eq = word.indexOf('=');
            if (eq > 0) {
                values.put(word.substring(0, eq), word.substring(eq + 1));
            }
        }
        return values;
    }

    private static Map<String, Long> numbers(String answer) {
        Map<String, Long> numbers = new LinkedHashMap<>();
        values(answer).forEach((key, value) -> {
            if (value.matches("\\d+")) {
                numbers.put(key, Long.parseLong(value));
            }
        });
        return numbers;
    }
}
