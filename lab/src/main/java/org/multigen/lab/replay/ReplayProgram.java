package org.multigen.lab.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.multigen.fault.Touch;
import org.multigen.lab.explain.Toucher;
import org.multigen.lab.scenario.Plan;
import org.multigen.lab.task.HotWait;
import org.multigen.lab.task.Moments;
import org.multigen.lab.task.Workload;
import org.multigen.lab.trace.TraceSource;
import org.multigen.machine.Machine;
import org.multigen.machine.Program;
import org.multigen.machine.Task;

/**
 * Replays a recording: its processes become tasks of the machine, its system calls and touches theirs.
 *
 * <p>The recording is one sequence, and things happen in its order. Time is each process's own: those on different CPUs run side
 * by side, those on one CPU after one another; every step of the recording's clock (10 ms) begins for all when the last one has
 * done its part of the step before. A process that slept sleeps; one that somebody woke goes on no earlier than what anybody did
 * before, and idle time of the whole recording passes. What the recording's mappings do not allow (stacks that grew, races
 * between threads) is repaired and counted: a store to what can only be read becomes a load, and any other touch makes its page
 * accessible.
 */
public final class ReplayProgram implements Workload, Program {
    private final ReplayTasks tasks;
    private final Plan.Task plan;
    private final Plan.Replay work;
    private final Moments moments;
    private final Toucher toucher;
    private final Recordings recordings;
    private final Runnable warm;
    private final long warmTouches;
    private final double nsPerInstruction;

    private final EventBuffer events = new EventBuffer();
    private final List<@Nullable RecordedProcess> byNumber = new ArrayList<>();
    private final RecordedCalls calls;

    private @Nullable TraceSource source;
    private Task current;
    private int done;
    private final @Nullable HotWait hotWait;
    private long touches;
    private long repairs;
    private List<String> traceNotes = List.of();
    private boolean warmed;
    private boolean slept;
    /** Until when each CPU is taken by a process of this recording. */
    private final long[] cpuFreeNs;
    /** Clock of the process that is furthest. */
    private long latestNs;
    /** Where the last step of the recording ended. */
    private long stepNs;

    private boolean killed;

    /**
     * @param first the task of the recording's first process, already spawned
     * @param warmTouches touches of this recording after which {@code warm} is called
     */
    public ReplayProgram(
            Machine machine,
            Plan.Task plan,
            Plan.Replay work,
            Task first,
            Moments moments,
            Toucher toucher,
            RecordedFiles files,
            Recordings recordings,
            double instructionsPerSecond,
            int cpus,
            long warmTouches,
            Runnable warm) {
        this.tasks = new ReplayTasks(machine, plan, work, first);
        this.plan = plan;
        this.work = work;
        this.moments = moments;
        this.toucher = toucher;
        this.calls = new RecordedCalls(files);
        this.recordings = recordings;
        this.cpuFreeNs = new long[cpus];
        this.nsPerInstruction = 1e9 / instructionsPerSecond;
        this.warmTouches = warmTouches;
        this.warm = warm;
        this.hotWait = HotWait.over(machine);
        this.current = first;
    }

    @Override
    public @Nullable HotWait hotWait() {
        return hotWait;
    }

    @Override
    public Task task() {
        return current;
    }

    @Override
    public boolean runUntil(long ns) {
        if (!warmed && warmTouches == 0) {
            warmed = true;
            warm.run();
        }
        while (current.clockNs() < ns) {
            if (events.isEmpty() && !fill()) {
                return false;
            }
            step();
            if (slept) {
                slept = false;
                return true;
            }
        }
        return true;
    }

    @Override
    public boolean runSteps(int steps) {
        if (!warmed && warmTouches == 0) {
            warmed = true;
            warm.run();
        }
        for (int i = 0; i < steps; i++) {
            if (events.isEmpty() && !fill()) {
                return false;
            }
            step();
        }
        return true;
    }

    /** Reads the next step; false at the end of the last round. */
    private boolean fill() {
        events.clear();
        while (events.isEmpty()) {
            if (source == null) {
                source = recordings.open(work.recording());
            }
            if (!source.next(events)) {
                traceNotes = new ArrayList<>(source.notes());
                source.damage().ifPresent(d -> traceNotes.add("used up to its damage: " + d));
                source.close();
                source = null;
                if (tasks.lastRound()) {
                    return false;
                }
                endRound();
            }
        }
        return true;
    }

    /** Whoever the recording left running ends here: it is run again. */
    private void endRound() {
        for (RecordedProcess p : byNumber) {
            if (p != null && p.runs()) {
                p.exit();
            }
        }
        byNumber.clear();
        calls.forget();
        tasks.nextRound();
    }

    /** One event, or one page of a run of touches. */
    private void step() {
        EventBuffer e = events;
        switch (e.kind()) {
            case EventBuffer.TOUCH -> {
                touch(false);
                return;
            }
            case EventBuffer.TOUCH_WRITE -> {
                touch(true);
                return;
            }
            case EventBuffer.TIME -> time(e.intArg(0), e.arg(1));
            case EventBuffer.WALL -> inStep();
            case EventBuffer.SLEEP -> sleep(e.intArg(0), e.arg(1), e.arg(2) != 0);
            case EventBuffer.PROCESS -> appear(e.intArg(0));
            case EventBuffer.FORK -> fork(e.intArg(0), e.intArg(1));
            case EventBuffer.FILE -> calls.define(e);
            case EventBuffer.CLOSE -> calls.close(e);
            case EventBuffer.TRUNCATE -> calls.truncate(current, e);
            default -> ofProcess(e);
        }
        e.skip();
    }

    private void ofProcess(EventBuffer e) {
        RecordedProcess p = resume((int) e.arg(0));
        if (p == null) {
            return;
        }
        calls.perform(p, e);
        if (p.task().actor().killed) {
            killed = true;
            p.gone();
        }
    }

    // ---- touches and time

    private void touch(boolean write) {
        RecordedProcess p = resume(events.intArg(0));
        long page = events.arg(1) + done;
        if (p != null) {
            moments.beforeTouch(current);
            int outcome = toucher.touch(p.task(), page, write);
            if (outcome == Touch.SEGV || outcome == Touch.SIGBUS) {
                repairs++;
                outcome = toucher.again(p.task(), page, p.repair(page, write));
            }
            if (hotWait != null) {
                hotWait.touched(p.task(), page);
            }
            if (outcome == Touch.KILLED) {
                killed = true;
                p.gone();
            }
            if (++touches >= warmTouches && !warmed) {
                warmed = true;
                warm.run();
            }
        } else {
            toucher.skip();
        }
        if (++done >= events.arg(2)) {
            done = 0;
            events.skip();
        }
    }

    private void time(int process, long instructions) {
        RecordedProcess p = resume(process);
        if (p != null) {
            p.task().compute(Math.round(instructions * nsPerInstruction));
        }
    }

    private void sleep(int process, long ns, boolean woken) {
        RecordedProcess p = resume(process);
        if (p == null) {
            return;
        }
        if (woken) {
            p.task().actor().advanceTo(latestNs);
        }
        if (ns > 0) {
            p.task().sleep(ns);
            slept = true;
        }
    }

    // ---- processes

    /** A step of the recording is over: whoever goes on does not begin before the others have done their part of it. */
    private void inStep() {
        latestNs = Math.max(latestNs, current.clockNs());
        stepNs = latestNs;
        current.actor().advanceTo(stepNs);
    }

    /** The process of an event, made the current one; null if it is gone. */
    private @Nullable RecordedProcess resume(int process) {
        RecordedProcess p = process < byNumber.size() ? byNumber.get(process) : null;
        if (p == null) {
            p = appear(process);
        }
        if (!p.runs()) {
            return null;
        }
        if (p.task() != current) {
            latestNs = Math.max(latestNs, current.clockNs());
            int left = current.actor().cpu;
            cpuFreeNs[left] = Math.max(cpuFreeNs[left], current.actor().endTurn());
            current = p.task();
            current.actor().endTurn();
            current.actor().advanceTo(Math.max(stepNs, cpuFreeNs[current.actor().cpu]));
            current.contextSwitch();
        }
        return p;
    }

    private RecordedProcess appear(int process) {
        boolean first = tasks.all().size() == 1 && byNumber.isEmpty() && tasks.round() == 0;
        return put(process, first ? tasks.first() : spawn(process));
    }

    private RecordedProcess spawn(int process) {
        RecordedProcess p = tasks.spawn(process);
        p.task().actor().advanceTo(current.clockNs());
        place(p.task(), process);
        return p;
    }

    /** Processes take the CPUs in turn, from the plan's on. */
    private void place(Task task, int process) {
        task.actor().cpu = (plan.cpu() + process) % cpuFreeNs.length;
    }

    private void fork(int parent, int child) {
        RecordedProcess p = resume(parent);
        if (p == null) {
            return;
        }
        place(put(child, tasks.fork(p, child)).task(), child);
    }

    private RecordedProcess put(int process, RecordedProcess p) {
        while (byNumber.size() <= process) {
            byNumber.add(null);
        }
        byNumber.set(process, p);
        return p;
    }

    // ---- what a trial asks

    @Override
    public List<? extends Program> programs() {
        return List.of(this);
    }

    @Override
    public List<Task> processes() {
        return tasks.all();
    }

    @Override
    public long endNs() {
        return Math.max(latestNs, current.clockNs());
    }

    @Override
    public boolean killed() {
        return killed;
    }

    @Override
    public void moveTo(String newCgroup) {
        tasks.moveTo(newCgroup);
    }

    /** What a reader of the result has to know, a sentence each. */
    @Override
    public List<String> notes() {
        List<String> notes = new ArrayList<>(traceNotes);
        if (repairs > 0) {
            notes.add(count(repairs, "touch", "touches") + " that the recorded mappings do not allow repaired");
        }
        if (tasks.all().size() > 1) {
            notes.add(tasks.all().size() + " processes on " + count(cpuFreeNs.length, "CPU", "CPUs")
                    + ", in the recording's order");
        }
        return notes;
    }

    private static String count(long n, String one, String many) {
        return String.format(Locale.ROOT, "%,d %s", n, n == 1 ? one : many);
    }
}
