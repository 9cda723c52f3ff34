package org.multigen.lab.replay;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.scenario.MappingAdvice;
import org.multigen.lab.scenario.Plan;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;

/**
 * The tasks that the processes of a recording become: named after their number and the round, in the task's cgroup. Threads may ask side
 * by side; rounds are begun by one at a time.
 */
public final class ReplayTasks {
    private final Machine machine;
    private final Plan.Task plan;
    private final @Nullable MappingAdvice advice;
    private final List<Task> all = new CopyOnWriteArrayList<>();
    private volatile String cgroup;
    private final AtomicLong round = new AtomicLong();

    /** @param first that of the recording's first process, already spawned */
    ReplayTasks(Machine machine, Plan.Task plan, Plan.Replay work, Task first) {
        this.machine = machine;
        this.plan = plan;
        this.advice = work.advice();
        this.cgroup = plan.cgroup();
        first.touchesAreTimed();
        all.add(first);
    }

    /** All that there were, the first process's in front. */
    List<Task> all() {
        return all;
    }

    RecordedProcess first() {
        return new RecordedProcess(all.getFirst(), advice);
    }

    /** A process that nobody in the recording forked. */
    RecordedProcess spawn(int number) {
        Task task = machine.spawn(name(number), machine.memcg(cgroup));
        task.touchesAreTimed();
        all.add(task);
        return new RecordedProcess(task, advice);
    }

    RecordedProcess fork(RecordedProcess parent, int number) {
        RecordedProcess child = parent.fork(name(number));
        all.add(child.task());
        return child;
    }

    private String name(int number) {
        return plan.name() + "." + number + (round() == 0 ? "" : "." + round());
    }

    /** The recording's round, from 0. */
    long round() {
        return round.get();
    }

    boolean lastRound() {
        return round() + 1 >= plan.repeat();
    }

    void nextRound() {
        round.getAndIncrement();
    }

    /** Those that are alive, and those that will be spawned. */
    void moveTo(String newCgroup) {
        cgroup = newCgroup;
        for (Task t : all) {
            if (t.alive()) {
                t.moveTo(machine.memcg(newCgroup));
            }
        }
    }
}
