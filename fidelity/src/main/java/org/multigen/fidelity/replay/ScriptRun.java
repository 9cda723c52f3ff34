package org.multigen.fidelity.replay;

import java.nio.file.Path;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.Advice;
import org.multigen.addrspace.Prot;
import org.multigen.fault.Touch;
import org.multigen.fidelity.script.ScriptReader;
import org.multigen.fidelity.script.TouchScript;
import org.multigen.fidelity.verdict.Observation;
import org.multigen.machine.Task;
import org.multigen.storage.BackingFile;

/** Performs a {@code run} whose mappings and touches stand in a touch script beside the transcript. */
final class ScriptRun implements ScriptReader.Sink {
    /** Guest time of the system call that follows each measured touch, and of filling the TLB after it. */
    private static final long LOG_NS = 9_000;

    private final Rig rig;
    private final Task task;
    private final GuestTime time;
    private final @Nullable Pace pace;
    private final BitSet misses = new BitSet();
    private long window;
    private long touches;
    private long minorBefore;
    private long majorBefore;
    private boolean measuring;
    private boolean killed;

    private ScriptRun(Rig rig, Guest guest, GuestTime time, @Nullable Pace pace) {
        this.rig = rig;
        this.task = guest.task();
        this.time = time;
        this.pace = pace;
    }

    /**
     * @param switchesPerSecond how often the process is switched to, per second of guest time
     * @param pace how the recorded guest took its time, or null to let our own costs decide
     */
    static Observation.RunResult execute(
            Rig rig, Guest guest, Path script, double switchesPerSecond, @Nullable Pace pace) {
        GuestTime time = new GuestTime(guest.task(), switchesPerSecond, rig::busy);
        ScriptRun run = new ScriptRun(rig, guest, time, pace);
        guest.task().actor().setYield(time);
        try (ScriptReader reader = ScriptReader.open(script)) {
            reader.perform(run);
        }
        guest.task().actor().setYield(null);
        guest.add("w", Region.anonymous(TouchScript.BASE, run.window));
        return run.result();
    }

    @Override
    public boolean touch(long page, boolean store) {
        time.userMode();
        int outcome = task.touch(TouchScript.BASE + page, store);
        if (outcome == Touch.KILLED) {
            killed = true;
            return false;
        }
        if (measuring) {
            if (outcome == Touch.MAJOR) {
                misses.set((int) touches);
            }
            touches++;
            task.compute(LOG_NS);
        }
        return true;
    }

    @Override
    public void map(long page, long pages, int file, long filePage, boolean shared) {
        long at = TouchScript.BASE + page;
        window = Math.max(window, page + pages);
        task.munmap(at, pages);
        if (file == ScriptReader.ANONYMOUS) {
            task.mmapAnon(at, pages, Prot.READ_WRITE);
        } else if (file == ScriptReader.SHARED_MEMORY) {
            task.mmapFile(at, pages, rig.sharedMemory(pages), 0, true, Prot.READ_WRITE);
        } else {
            BackingFile backing = rig.file("/mnt/f" + file);
            task.mmapFile(at, pages, backing, filePage, shared, Prot.READ_WRITE);
        }
    }

    @Override
    public void unmap(long page, long pages) {
        task.munmap(TouchScript.BASE + page, pages);
    }

    @Override
    public void advise(long page, long pages, int advice) {
        Advice known = Advice.numbered(advice);
        if (known != null) {
            task.madvise(TouchScript.BASE + page, pages, known);
        }
    }

    @Override
    public void measure() {
        measuring = true;
        minorBefore = task.minorFaults();
        majorBefore = task.majorFaults();
        if (pace != null) {
            task.actor().advanceTo(pace.pretouched(1, 1));
        }
    }

    private Observation.RunResult result() {
        BitSet resident = new BitSet();
        for (long p = 0; p < window && !killed; p++) {
            resident.set((int) p, task.isPresent(TouchScript.BASE + p));
        }
        return new Observation.RunResult(
                killed,
                task.majorFaults() - majorBefore,
                task.minorFaults() - minorBefore,
                touches,
                window,
                killed ? null : misses,
                killed ? null : resident);
    }
}
