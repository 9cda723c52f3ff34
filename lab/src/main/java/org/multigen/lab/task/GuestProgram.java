package org.multigen.lab.task;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.multigen.base.Actor;
import org.multigen.fault.Touch;
import org.multigen.guest.Vcpu;
import org.multigen.lab.scenario.Plan;
import org.multigen.machine.Guest;
import org.multigen.machine.Machine;
import org.multigen.machine.Program;
import org.multigen.machine.Task;

/**
 * A virtual machine whose vCPUs touch its memory as a pattern says, each on a CPU of its own: always the vCPU goes on that is
 * furthest behind. The clock of the machine's process is that of the last one among them.
 */
public final class GuestProgram implements Workload, Program {
    private static final long RUN_NS = 5_000;
    private static final long MOST_NS = 100_000_000_000L;
    private static final int DIGITS = 3;

    private final Machine machine;
    private final Plan.Task plan;
    private final Plan.Guest work;
    private final Task task;
    private final Moments moments;
    private final PatternProgram.Warmth warmth;
    private final Guest guest;
    private final List<Runner> left = new ArrayList<>();
    private final Histogram latency = new Histogram(MOST_NS, DIGITS);
    private long nextLogNs;
    private boolean killed;

    /**
     * @throws IllegalArgumentException with one clear line if there is no such guest
     */
    public GuestProgram(
            Machine machine,
            Plan.Task plan,
            Plan.Guest work,
            Task task,
            Moments moments,
            PatternProgram.Warmth warmth,
            long seed) {
        this.machine = machine;
        this.plan = plan;
        this.work = work;
        this.task = task;
        this.moments = moments;
        this.warmth = warmth;
        guest = GuestAssembly.build(machine, plan, work, task, seed);
        nextLogNs = work.dirtyLogNs() == 0 ? Long.MAX_VALUE : task.clockNs() + work.dirtyLogNs();
        for (Vcpu v : guest.vcpus()) {
            left.add(new Runner(v, new VcpuPattern(plan, work, left.size())));
        }
    }

    /** One vCPU's way through its pattern. */
    private final class Runner {
        private final Vcpu vcpu;
        private final VcpuPattern pattern;

        Runner(Vcpu vcpu, VcpuPattern pattern) {
            this.vcpu = vcpu;
            this.pattern = pattern;
        }

        /** One touch; false if there is none left. */
        boolean step() {
            boolean pretouch = pattern.pretouching();
            long page = pattern.next();
            if (page < 0) {
                return false;
            }
            if (!pretouch && work.thinkNs() > 0) {
                vcpu.actor.spend(work.thinkNs());
            }
            touch(page, pretouch || pattern.stores());
            return true;
        }

        private void touch(long page, boolean write) {
            moments.beforeTouch(task);
            long begin = vcpu.actor.clockNs();
            int outcome = guest.touch(vcpu, page, write);
            latency.recordValue(Math.min(MOST_NS, vcpu.actor.clockNs() - begin));
            killed |= outcome == Touch.KILLED;
            faulted = outcome != Touch.RESIDENT;
            warmth.touched(page);
        }
    }

    /** The last touch was a host fault: it may have run ahead of others, so those go first. */
    private boolean faulted;

    private int pretouching = -1;

    @Override
    public Task task() {
        return task;
    }

    @Override
    public List<? extends Program> programs() {
        return List.of(this);
    }

    /** {@link GuestThreads} is what runs on real threads. */
    @Override
    public boolean runSteps(int steps) {
        throw new IllegalStateException("runs in virtual time");
    }

    @Override
    public boolean runUntil(long ns) {
        guest.ran();
        do {
            Runner r = furthestBehind();
            task.actor().advanceTo(r.vcpu.actor.clockNs());
            if (task.clockNs() >= nextLogNs) {
                takeLog();
            }
            long until = Math.min(ns, r.vcpu.actor.clockNs() + RUN_NS);
            faulted = false;
            while (!faulted && r.vcpu.actor.clockNs() < until) {
                boolean more = r.step();
                if (killed) {
                    return false;
                }
                if (!more) {
                    left.remove(r);
                    break;
                }
            }
            noteWarmth();
            if (left.isEmpty()) {
                task.actor().advanceTo(endNs());
                return false;
            }
            task.actor().advanceTo(furthestBehind().vcpu.actor.clockNs());
        } while (!faulted && task.clockNs() < ns);
        return true;
    }

    private void noteWarmth() {
        if (pretouching == 0) {
            return;
        }
        pretouching = 0;
        for (Runner r : left) {
            pretouching += r.pattern.pretouching() ? 1 : 0;
        }
        if (pretouching == 0 && work.pretouch()) {
            warmth.pretouched();
        }
    }

    private void takeLog() {
        guest.mmu().nextDirtyLog(task.actor());
        nextLogNs += work.dirtyLogNs();
    }

    private Runner furthestBehind() {
        Runner best = left.getFirst();
        for (int i = 1; i < left.size(); i++) {
            Runner r = left.get(i);
            if (r.vcpu.actor.clockNs() < best.vcpu.actor.clockNs()) {
                best = r;
            }
        }
        return best;
    }

    // ---- figures

    /** Times of touches since the warm-up, faults included, computing not. */
    @Override
    public Histogram latency() {
        return latency;
    }

    @Override
    public void warm() {
        latency.reset();
    }

    @Override
    public List<String> notes() {
        return GuestAssembly.notes(machine, guest);
    }

    @Override
    public List<Actor> timed() {
        return List.of(guest.vcpus().getFirst().actor);
    }

    @Override
    public List<Task> processes() {
        return List.of(task);
    }

    @Override
    public long endNs() {
        return guest.vcpus().stream().mapToLong(v -> v.actor.clockNs()).max().orElse(0);
    }

    @Override
    public boolean killed() {
        return killed;
    }

    @Override
    public void moveTo(String cgroup) {
        task.moveTo(machine.memcg(cgroup));
    }
}
