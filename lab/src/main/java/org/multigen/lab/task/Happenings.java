package org.multigen.lab.task;

import java.util.ArrayList;
import java.util.List;
import org.multigen.base.KernelError;
import org.multigen.lab.result.TrialResult.EventResult;
import org.multigen.lab.scenario.Plan;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;

/** The scenario's events: lets them happen in time and keeps what came of them. */
public final class Happenings {
    private static final String OK = "ok";
    private static final String NEVER = "never";

    private final Machine machine;
    private final Plan plan;
    private final Moments moments;
    private final List<Workload> workloads;
    private final List<EventResult> happened = new ArrayList<>();
    private final List<Plan.Event> ahead;

    public Happenings(Machine machine, Plan plan, Moments moments, List<Workload> workloads) {
        this.machine = machine;
        this.plan = plan;
        this.moments = moments;
        this.workloads = workloads;
        this.ahead = new ArrayList<>(plan.events());
    }

    public void schedule() {
        for (Plan.Event e : plan.events()) {
            if (e.touch() >= 0) {
                moments.atTouch(e.touch(), task -> happen(e, task));
            } else {
                moments.atTime(e.atNs(), task -> happen(e, task));
            }
        }
    }

    /** In the order in which they happened; those that never did are last. */
    public List<EventResult> results() {
        List<EventResult> all = new ArrayList<>(happened);
        ahead.forEach(e -> all.add(new EventResult(e.line(), 0, 0, NEVER, "")));
        return all;
    }

    private void happen(Plan.Event e, Task task) {
        ahead.remove(e);
        String outcome = OK;
        String text = "";
        try {
            text = switch (e.action()) {
                case Plan.WriteFile w -> write(w);
                case Plan.DumpFile d -> dump(d);
            };
        } catch (KernelError refused) {
            outcome = refused.errno();
        }
        happened.add(new EventResult(e.line(), task.clockNs(), moments.touches() - 1, outcome, text));
    }

    private String write(Plan.WriteFile w) throws KernelError {
        switch (w.file()) {
            case "lru_gen" -> machine.lruGen().write(w.value());
            case "enabled" -> machine.lruGen().startEnabled(w.value());
            case "min_ttl_ms" -> machine.lruGen().setMinTtlMs(w.value());
            case "cgroup.procs" -> named(w.value()).moveTo(w.cgroup());
            default -> machine.writeCgroupFile(w.cgroup(), w.file(), w.value());
        }
        return "";
    }

    private Workload named(String name) {
        for (int i = 0; i < workloads.size(); i++) {
            if (plan.tasks().get(i).name().equals(name)) {
                return workloads.get(i);
            }
        }
        throw new IllegalStateException("no task " + name);
    }

    private String dump(Plan.DumpFile d) {
        return switch (d.file()) {
            case "lru_gen" -> machine.lruGen().read();
            case "lru_gen_full" -> machine.lruGen().readFull();
            case "vmstat" -> vmstat(machine);
            default -> machine.readCgroupFile(d.cgroup(), d.file());
        };
    }

    /** Counters of the whole machine, a line each. */
    public static String vmstat(Machine machine) {
        StringBuilder text = new StringBuilder();
        machine.vmstat()
                .snapshot()
                .forEach((name, value) ->
                        text.append(name).append(' ').append(value).append('\n'));
        return text.toString();
    }
}
