package org.multigen.fidelity.replay;

import java.util.BitSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.Prot;
import org.multigen.fault.Touch;
import org.multigen.fidelity.transcript.ProcessCommand;
import org.multigen.fidelity.verdict.Observation;
import org.multigen.lab.workload.PageStream;
import org.multigen.lab.workload.Pattern;
import org.multigen.machine.Task;
import org.multigen.storage.BackingFile;

/**
 * Performs one {@code run}: maps region {@code w} and touches it in the order of its pattern.
 *
 * <p>The process is switched to at even distances of guest time, since a transcript only tells how often it was.
 */
final class RunExecutor {
    private final GuestTime time;
    private final Task task;
    private final ProcessCommand.Run run;
    private final long pages;
    private final long touches;
    private final boolean log;
    private final Region region;
    private final @Nullable Pace pace;
    private final BitSet misses = new BitSet();
    private boolean killed;

    private RunExecutor(Guest guest, ProcessCommand.Run run, Region region, GuestTime time, @Nullable Pace pace) {
        this.time = time;
        this.task = guest.task();
        this.run = run;
        this.pages = region.pages();
        this.touches = run.number("touches", 0);
        this.log = run.number("log", 0) != 0;
        this.region = region;
        this.pace = pace;
    }

    /**
     * @param switchesPerSecond how often the process is switched to, per second of guest time
     * @param pace how the recorded guest took its time, or null to let our own costs decide
     */
    static Observation.RunResult execute(
            Rig rig, Guest guest, ProcessCommand.Run run, double switchesPerSecond, @Nullable Pace pace) {
        long pages = run.text("mb") == null ? run.number("pages", 0) : run.number("mb", 0) * 256;
        if ("zipf".equals(run.text("pattern")) && guest.locked()) {
            guest.own().lockZipf(guest.task(), pages);
        }
        GuestTime time = new GuestTime(guest.task(), switchesPerSecond, rig::busy);
        RunExecutor executor = new RunExecutor(guest, run, map(rig, guest, run, pages), time, pace);
        guest.task().actor().setYield(time);
        Observation.RunResult result = executor.run();
        guest.task().actor().setYield(null);
        return result;
    }

    private static Region map(Rig rig, Guest guest, ProcessCommand.Run run, long pages) {
        String path = run.text("file");
        BackingFile file = path == null ? null : rig.file(path);
        long filePages = file == null ? 0 : run.number("fpages", 0) == 0 ? pages : run.number("fpages", 0);
        Region region = new Region(guest.nextVpn(), pages, file, filePages);
        long anonymous = pages - filePages;
        if (anonymous > 0) {
            guest.task().mmapAnon(region.vpn(), anonymous, Prot.READ_WRITE);
        }
        if (file != null) {
            guest.task().mmapFile(region.vpn() + anonymous, filePages, file, 0, true, Prot.READ_WRITE);
        }
        String advice = run.text("madv");
        if (advice != null) {
            guest.task().madvise(region.vpn(), pages, Operations.advice(advice));
        }
        guest.add("w", region);
        return region;
    }

    private Observation.RunResult run() {
        long major = task.majorFaults();
        long minor = task.minorFaults();
        if (run.number("pretouch", 1) != 0) {
            pretouch();
        }
        long majorBefore = task.majorFaults();
        if (!killed) {
            minor = task.minorFaults();
            major = majorBefore;
            touches();
        }
        return new Observation.RunResult(
                killed,
                task.majorFaults() - major,
                task.minorFaults() - minor,
                touches,
                pages,
                log && !killed ? misses : null,
                log && !killed ? resident() : null);
    }

    private void pretouch() {
        for (long p = 0; p < pages && !killed; p++) {
            time.userMode();
            killed = task.touch(region.vpn() + p, !region.isFile(p)) == Touch.KILLED;
            if (pace != null) {
                task.actor().advanceTo(pace.pretouched(p + 1, pages));
            }
        }
    }

    private void touches() {
        long majorBefore = task.majorFaults();
        PageStream stream = pattern().start();
        long write = run.number("write", 1);
        for (long t = 0; t < touches && !killed; t++) {
            time.userMode();
            long page = stream.next();
            boolean store = write == 2 ? !region.isFile(page) : write != 0;
            int outcome = task.touch(region.vpn() + page, store);
            killed = outcome == Touch.KILLED;
            if (outcome == Touch.MAJOR) {
                misses.set((int) t);
            }
            keepPace(t + 1, task.majorFaults() - majorBefore);
        }
    }

    private void keepPace(long done, long majorFaults) {
        if (pace != null) {
            task.actor().advanceTo(pace.touched(done, touches, majorFaults));
        }
    }

    private Pattern pattern() {
        String name = run.parameters().getOrDefault("pattern", "uniform");
        Pattern.Kind kind = Pattern.Kind.named(name)
                .orElseThrow(() -> new IllegalArgumentException("unknown pattern '" + name + "'"));
        return new Pattern(
                kind,
                pages,
                touches,
                run.number("seed", 1),
                real("hot", Pattern.DEFAULT_HOT),
                real("hotprob", Pattern.DEFAULT_HOTPROB),
                real("theta", Pattern.DEFAULT_THETA),
                run.number("scatter", 0) != 0);
    }

    private double real(String key, double otherwise) {
        String text = run.text(key);
        return text == null ? otherwise : Double.parseDouble(text);
    }

    private BitSet resident() {
        BitSet present = new BitSet();
        for (long p = 0; p < pages; p++) {
            if (task.isPresent(region.vpn() + p)) {
                present.set((int) p);
            }
        }
        return present;
    }

    /** The recorded result, from the answer and the per-touch log. */
    static Observation.RunResult recorded(
            Map<String, String> answer, @Nullable BitSet misses, @Nullable BitSet resident, ProcessCommand.Run run) {
        boolean killed = !answer.containsKey("run_maj");
        return new Observation.RunResult(
                killed,
                number(answer, "run_maj"),
                number(answer, "run_min"),
                run.number("touches", 0),
                run.number("pages", 0),
                misses,
                resident);
    }

    private static long number(Map<String, String> answer, String key) {
        return Long.parseLong(answer.getOrDefault(key, "0"));
    }
}
