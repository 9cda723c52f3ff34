package org.multigen.lab.replay;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.multigen.fault.Touch;
import org.multigen.machine.Program;
import org.multigen.machine.Task;

/**
 * One process of a recording on real threads: does its events in their order, and none of a step of the recording before all
 * processes have done theirs of the steps before.
 *
 * <p>The thread that runs it owns it; what it is yet to do is put in by whoever reads the recording, under the monitor of the {@link
 * ThreadedReplay}.
 */
public final class ReplayLane implements Program {
    /** {@link #at}: it has nothing to do. */
    static final long NOWHERE = Long.MAX_VALUE;

    private static final int REPORT = 256;
    private static final int ROOM = 1 << 10;

    private final ThreadedReplay replay;
    /** Null until its parent has forked it. */
    private volatile @Nullable RecordedProcess process;

    private EventBuffer events = new EventBuffer(ROOM);
    // guarded by the replay's monitor
    private EventBuffer inbox = new EventBuffer(ROOM);
    private long inboxStep = -1;

    /** The step of what it does next. Set to {@link #NOWHERE} and back under the replay's monitor, raised by whoever runs it. */
    private volatile long at = NOWHERE;

    private boolean hungry;
    private int doneOfRun;
    private int touched;
    private long wakeNs;

    /** @param process the process, or null if it is still to be forked */
    ReplayLane(ThreadedReplay replay, @Nullable RecordedProcess process) {
        this.replay = replay;
        this.process = process;
    }

    long at() {
        return at;
    }

    /** Its parent has forked it. */
    void born(RecordedProcess forked) {
        process = forked;
    }

    private RecordedProcess process() {
        RecordedProcess p = process;
        if (p == null) {
            throw new IllegalStateException("a process of the recording runs before it was forked");
        }
        return p;
    }

    // ---- what it is given, under the replay's monitor

    /** The current event of {@code from} is its next one, in a step. */
    void put(EventBuffer from, long step) {
        if (step != inboxStep) {
            inbox.wall(step);
            inboxStep = step;
        }
        from.copyTo(inbox);
        if (at == NOWHERE) {
            at = step;
        }
    }

    /** Takes what was put in; false if there is nothing. */
    boolean takeInbox() {
        events.clear();
        if (inbox.isEmpty()) {
            at = NOWHERE;
            return false;
        }
        EventBuffer full = inbox;
        inbox = events;
        events = full;
        return true;
    }

    // ---- running

    @Override
    public Task task() {
        return process().task();
    }

    @Override
    public boolean runUntil(long ns) {
        throw new IllegalStateException("a lane runs on a real thread");
    }

    @Override
    public long waitNs() {
        if (wakeNs != 0) {
            long left = wakeNs - System.nanoTime();
            if (left > 0) {
                return left;
            }
            wakeNs = 0;
        }
        boolean stopped = hungry ? at == NOWHERE && !replay.mayRead() : at != NOWHERE && !replay.open(at);
        return stopped ? OTHERS : 0;
    }

    @Override
    public List<? extends Program> takeBorn() {
        return replay.takeBorn();
    }

    @Override
    public boolean runSteps(int steps) {
        boolean more = true;
        replay.begin();
        for (int i = 0; i < steps && more && wakeNs == 0; i++) {
            hungry = false;
            if (events.isEmpty()) {
                ThreadedReplay.Supply s = replay.supply(this);
                hungry = s == ThreadedReplay.Supply.LATER;
                more = s != ThreadedReplay.Supply.NONE;
                if (s != ThreadedReplay.Supply.EVENTS) {
                    break;
                }
            }
            if (events.kind() == EventBuffer.WALL) {
                at = events.arg(1);
                if (!replay.open(at)) {
                    break;
                }
                events.skip();
            } else {
                step();
            }
        }
        report();
        return more;
    }

    /** One event, or one page of a run of touches. */
    private void step() {
        RecordedProcess p = process();
        switch (events.kind()) {
            case EventBuffer.TOUCH, EventBuffer.TOUCH_WRITE -> {
                touch(p);
                return;
            }
            case EventBuffer.FORK -> replay.fork(p, events.intArg(1));
            case EventBuffer.CLOSE -> replay.calls().close(events);
            case EventBuffer.TRUNCATE -> {
                if (p.runs()) {
                    replay.calls().truncate(p.task(), events);
                }
            }
            default -> {
                if (p.runs()) {
                    ofProcess(p);
                }
            }
        }
        events.skip();
    }

    private void ofProcess(RecordedProcess p) {
        switch (events.kind()) {
            case EventBuffer.TIME -> p.task().compute(replay.nanoseconds(events.arg(1)));
            case EventBuffer.SLEEP -> wakeNs = System.nanoTime() + Math.max(1, events.arg(1));
            default -> replay.calls().perform(p, events);
        }
    }

    private void touch(RecordedProcess p) {
        boolean write = events.kind() == EventBuffer.TOUCH_WRITE;
        if (p.runs()) {
            long page = events.arg(1) + doneOfRun;
            int outcome = p.task().touch(page, write);
            if (outcome == Touch.SEGV || outcome == Touch.SIGBUS) {
                replay.repaired();
                outcome = p.task().touch(page, p.repair(page, write));
            }
            if (outcome == Touch.KILLED) {
                p.gone();
            }
            if (++touched == REPORT) {
                report();
                p.task().quiesce();
            }
        }
        if (++doneOfRun >= events.arg(2)) {
            doneOfRun = 0;
            events.skip();
        }
    }

    private void report() {
        if (touched > 0) {
            replay.touched(task(), touched);
            touched = 0;
        }
    }

    /** The recording is run again: its process does not go on. */
    void endRound() {
        RecordedProcess p = process();
        if (p.runs()) {
            p.exit();
        }
    }
}
