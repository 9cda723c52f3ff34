package org.multigen.lab.task;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Actor;
import org.multigen.machine.Program;
import org.multigen.machine.Task;

/** A scenario's task while it runs: one process, or the processes of a recording. */
public interface Workload {
    /** What runs it: one program, or under real threads one for each thread. */
    List<? extends Program> programs();

    /** Its processes so far, the dead ones too. */
    List<Task> processes();

    /** Virtual time at which it did its last operation. */
    long endNs();

    /** Whether the OOM killer ended one of its processes. */
    boolean killed();

    /** The warm-up of all is over: figures of its own begin anew. */
    default void warm() {}

    /** Times of its touches since the warm-up, faults included, if they are kept. */
    default @Nullable Histogram latency() {
        return null;
    }

    /** Its own notes. */
    default List<String> notes() {
        return List.of();
    }

    /** Whose time its run time is. */
    default List<Actor> timed() {
        return processes().stream().map(Task::actor).toList();
    }

    /** Moves it into another cgroup. */
    void moveTo(String cgroup);

    /** How long its hot pages wait for the top tier, if that is watched. */
    default @Nullable HotWait hotWait() {
        return null;
    }
}
