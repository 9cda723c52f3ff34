package org.multigen.lab.replay;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.scenario.Plan;
import org.multigen.lab.task.Moments;
import org.multigen.lab.task.Workload;
import org.multigen.lab.trace.TraceSource;
import org.multigen.machine.Machine;
import org.multigen.machine.Program;
import org.multigen.machine.Task;

/**
 * Replays a recording on real threads: each of its processes is a {@link ReplayLane} that any thread may carry on. They run side by
 * side, in step every 10 ms of the recording; computing and sleeping take the recorded time of the wall.
 *
 * <p>A lane that has nothing left reads on for all, a block at a time, if every lane is beyond the last block's beginning: so at most
 * two blocks are in memory. What is read and to whom it was given is guarded by the monitor.
 */
public final class ThreadedReplay implements Workload {
    /** What a lane gets that has nothing left. */
    enum Supply {
        EVENTS,
        /** Others have to go on first. */
        LATER,
        /** The recording is over. */
        NONE
    }

    private final ReplayTasks tasks;
    private final Plan.Replay work;
    private final Moments moments;
    private final Recordings recordings;
    private final RecordedCalls calls;
    private final double nsPerInstruction;
    private final long warmTouches;
    private final Runnable warm;
    private final int threads;

    private final ReplayLane first;
    private final List<ReplayLane> lanes = new CopyOnWriteArrayList<>();
    private final Map<Integer, ReplayLane> byNumber = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<ReplayLane> born = new ConcurrentLinkedQueue<>();
    private final AtomicLong touches = new AtomicLong();
    private final AtomicLong repairs = new AtomicLong();
    private final AtomicBoolean warmed = new AtomicBoolean();
    private volatile boolean ended;
    /** The step in which the last block begins. */
    private volatile long blockStep;

    // guarded by the monitor
    private final EventBuffer read = new EventBuffer();
    private final Map<Integer, ReplayLane> openers = new HashMap<>();
    private final List<String> notes = new ArrayList<>();
    private @Nullable TraceSource source;
    private @Nullable ReplayLane latest;
    private boolean firstTaken;
    private long step;

    /**
     * @param task that of the recording's first process, already spawned
     * @param warmTouches touches of this recording after which {@code warm} is called
     */
    public ThreadedReplay(
            Machine machine,
            Plan.Task plan,
            Plan.Replay work,
            Task task,
            Moments moments,
            RecordedFiles files,
            Recordings recordings,
            double instructionsPerSecond,
            int threads,
            long warmTouches,
            Runnable warm) {
        this.tasks = new ReplayTasks(machine, plan, work, task);
        this.work = work;
        this.moments = moments;
        this.calls = new RecordedCalls(files);
        this.recordings = recordings;
        this.nsPerInstruction = 1e9 / instructionsPerSecond;
        this.threads = threads;
        this.warmTouches = warmTouches;
        this.warm = warm;
        first = new ReplayLane(this, tasks.first());
        latest = first;
        lanes.add(first);
    }

    RecordedCalls calls() {
        return calls;
    }

    long nanoseconds(long instructions) {
        return Math.round(instructions * nsPerInstruction);
    }

    // ---- what lanes say

    /** A lane begins a slice. */
    void begin() {
        if (warmTouches == 0 && warmed.compareAndSet(false, true)) {
            warm.run();
        }
    }

    void touched(Task task, int n) {
        moments.touched(task, n);
        if (touches.addAndGet(n) >= warmTouches && !warmed.get() && warmed.compareAndSet(false, true)) {
            warm.run();
        }
    }

    void repaired() {
        repairs.getAndIncrement();
    }

    /** Forks a process whose events may have been read already; a parent that was killed leaves an orphan without memory. */
    void fork(RecordedProcess parent, int number) {
        ReplayLane child = byNumber.get(number);
        if (child == null) {
            return;
        }
        RecordedProcess p = parent.runs() ? tasks.fork(parent, number) : tasks.spawn(number);
        child.born(p);
        born.add(child);
    }

    List<ReplayLane> takeBorn() {
        if (born.isEmpty()) {
            return List.of();
        }
        List<ReplayLane> taken = new ArrayList<>();
        for (ReplayLane l = born.poll(); l != null; l = born.poll()) {
            taken.add(l);
        }
        return taken;
    }

    /** All processes have done what they had to before a step. */
    boolean open(long laneStep) {
        return furthestBehind() >= laneStep;
    }

    private long furthestBehind() {
        long min = ReplayLane.NOWHERE;
        for (ReplayLane l : lanes) {
            min = Math.min(min, l.at());
        }
        return min;
    }

    // ---- reading

    boolean mayRead() {
        return ended || furthestBehind() >= blockStep;
    }

    /** More for a lane that has nothing left. */
    synchronized Supply supply(ReplayLane lane) {
        while (!lane.takeInbox()) {
            if (ended) {
                leave(lane);
                return Supply.NONE;
            }
            if (!mayRead()) {
                return Supply.LATER;
            }
            readOn();
        }
        return Supply.EVENTS;
    }

    /** A lane has reached the end of the recording; the last one begins it anew, if it is to be repeated. */
    private void leave(ReplayLane lane) {
        if (tasks.lastRound()) {
            return;
        }
        lane.endRound();
        lanes.remove(lane);
        while (lanes.isEmpty() && !tasks.lastRound()) {
            tasks.nextRound();
            byNumber.clear();
            openers.clear();
            calls.forget();
            latest = null;
            ended = false;
            while (lanes.isEmpty() && !ended) {
                readOn();
            }
        }
    }

    private void readOn() {
        TraceSource from = source;
        if (from == null) {
            from = recordings.open(work.recording());
            source = from;
        }
        read.clear();
        blockStep = ++step;
        if (from.next(read)) {
            distribute();
            return;
        }
        if (tasks.round() == 0) {
            notes.addAll(from.notes());
            from.damage().ifPresent(d -> notes.add("used up to its damage: " + d));
        }
        from.close();
        source = null;
        ended = true;
    }

    private void distribute() {
        for (; !read.isEmpty(); read.skip()) {
            switch (read.kind()) {
                case EventBuffer.WALL -> step++;
                case EventBuffer.FILE -> calls.define(read);
                case EventBuffer.PROCESS -> appear(read.intArg(0));
                case EventBuffer.CLOSE -> give(openers.getOrDefault(read.intArg(0), latest));
                case EventBuffer.TRUNCATE -> give(latest);
                case EventBuffer.FORK -> {
                    give(lane(read.intArg(0)));
                    expect(read.intArg(1));
                }
                case EventBuffer.OPEN -> {
                    ReplayLane opener = lane(read.intArg(0));
                    openers.put(read.intArg(1), opener);
                    give(opener);
                }
                default -> give(lane((int) read.arg(0)));
            }
        }
    }

    private void give(@Nullable ReplayLane lane) {
        if (lane != null) {
            lane.put(read, step);
            latest = lane;
        }
    }

    private ReplayLane lane(int number) {
        ReplayLane known = byNumber.get(number);
        return known == null ? appear(number) : known;
    }

    /** A process that nobody in the recording forked. */
    private ReplayLane appear(int number) {
        if (!firstTaken) {
            firstTaken = true;
            byNumber.put(number, first);
            return first;
        }
        ReplayLane lane = new ReplayLane(this, tasks.spawn(number));
        lanes.add(lane);
        byNumber.put(number, lane);
        born.add(lane);
        return lane;
    }

    /** A process that will run when its parent has forked it. */
    private void expect(int number) {
        ReplayLane lane = new ReplayLane(this, null);
        lanes.add(lane);
        byNumber.put(number, lane);
    }

    // ---- what a trial asks

    @Override
    public List<? extends Program> programs() {
        return List.of(first);
    }

    @Override
    public List<Task> processes() {
        return tasks.all();
    }

    @Override
    public long endNs() {
        return tasks.all().stream().mapToLong(Task::clockNs).max().orElse(0);
    }

    @Override
    public boolean killed() {
        return tasks.all().stream().anyMatch(t -> t.actor().killed);
    }

    @Override
    public void moveTo(String newCgroup) {
        tasks.moveTo(newCgroup);
    }

    @Override
    public synchronized List<String> notes() {
        List<String> all = new ArrayList<>(notes);
        if (repairs.get() > 0) {
            all.add(String.format(
                    Locale.ROOT, "%,d touches that the recorded mappings do not allow repaired", repairs.get()));
        }
        if (tasks.all().size() > 1) {
            all.add(String.format(
                    Locale.ROOT,
                    "%,d processes on %,d threads, in step every 10 ms of the recording",
                    tasks.all().size(),
                    threads));
        }
        return all;
    }
}
