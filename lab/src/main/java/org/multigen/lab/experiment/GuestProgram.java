package org.multigen.lab.experiment;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.multigen.base.Actor;
import org.multigen.fault.Touch;
import org.multigen.guest.Arch;
import org.multigen.guest.GuestOrder;
import org.multigen.guest.GuestSettings;
import org.multigen.guest.LockDiscipline;
import org.multigen.guest.Vcpu;
import org.multigen.lab.scenario.Plan;
import org.multigen.lab.workload.PageStream;
import org.multigen.lab.workload.Pattern;
import org.multigen.machine.Guest;
import org.multigen.machine.Machine;
import org.multigen.machine.Program;
import org.multigen.machine.Task;

/**
 * A virtual machine whose vCPUs touch its memory as a pattern says, each on a CPU of its own: always the vCPU goes on that is
 * furthest behind. The clock of the machine's process is that of the last one among them.
 */
final class GuestProgram implements Workload, Program {
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
    GuestProgram(
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
        List<Guest.Slot> slots = work.slots().stream()
                .map(s -> new Guest.Slot(s.gpn(), s.pages(), s.offset()))
                .toList();
        GuestOrder order = new GuestOrder((int) work.pages(), work.scatter(), seed ^ 0x5ca77e5L);
        guest = machine.createGuest(task, settings(), slots, work.vcpus(), order);
        nextLogNs = work.dirtyLogNs() == 0 ? Long.MAX_VALUE : task.clockNs() + work.dirtyLogNs();
        for (Vcpu v : guest.vcpus()) {
            left.add(new Runner(v, left.size()));
        }
    }

    private GuestSettings settings() {
        Plan.GuestHardware h = work.hardware();
        Arch arch = Arch.named(h.arch());
        boolean lockless = machine.rules().secondaryMmuAgesLockless();
        LockDiscipline lock =
                h.lock().equals("kernel") ? LockDiscipline.ofKernel(lockless, arch) : LockDiscipline.named(h.lock());
        GuestSettings s = GuestSettings.of(plan.name(), work.pages(), arch, lock)
                .nested(0, h.nestedPages(), h.ageShadow())
                .flushing(!(lockless && arch == Arch.X86_64))
                .tlb(h.tlb());
        return h.hwAccessed() ? s : s.withoutAccessedBits();
    }

    /** One vCPU's way through its pattern. */
    private final class Runner {
        private final Vcpu vcpu;
        private final long base;
        private final long pretouchEnd;
        private final Pattern pattern;
        private PageStream pages;
        private long pretouched;
        private long done;
        private long round;

        Runner(Vcpu vcpu, int index) {
            this.vcpu = vcpu;
            Pattern p = work.pattern();
            pattern = new Pattern(
                    p.kind(),
                    p.pages(),
                    p.touches(),
                    p.seed() + 7919L * index,
                    p.hot(),
                    p.hotprob(),
                    p.theta(),
                    p.scatter());
            pages = pattern.start();
            base = work.partition() ? index * p.pages() : 0;
            long share = work.pages() / work.vcpus();
            boolean last = index == work.vcpus() - 1;
            pretouched = work.pretouch() ? index * share : 0;
            pretouchEnd = work.pretouch() ? (last ? work.pages() : pretouched + share) : 0;
        }

        /** One touch; false if there is none left. */
        boolean step() {
            if (pretouched < pretouchEnd) {
                touch(pretouched++, true);
                return true;
            }
            if (done == pattern.touches()) {
                if (++round >= plan.repeat() || pattern.touches() == 0) {
                    return false;
                }
                done = 0;
                pages = pattern.start();
            }
            done++;
            if (work.thinkNs() > 0) {
                vcpu.actor.spend(work.thinkNs());
            }
            touch(base + pages.next(), work.write() != Plan.Write.NONE);
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

        boolean pretouching() {
            return pretouched < pretouchEnd;
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

    /** Guests are refused on real threads. */
    @Override
    public boolean runSteps(int steps) {
        throw new IllegalStateException("a guest runs in virtual time");
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
            pretouching += r.pretouching() ? 1 : 0;
        }
        if (pretouching == 0 && work.pretouch()) {
            warmth.pretouched();
        }
    }

    private void takeLog() {
        if (nextLogNs - work.dirtyLogNs() <= plan.startNs()) {
            guest.mmu().startDirtyLog(task.actor());
        } else {
            guest.mmu().takeDirtyLog(task.actor());
        }
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

    Guest guest() {
        return guest;
    }

    /** Times of touches since the warm-up, faults included, computing not. */
    Histogram latency() {
        return latency;
    }

    @Override
    public void warm() {
        latency.reset();
    }

    @Override
    public List<String> notes() {
        String fallback = machine.secondaryAging().policy().fallback(guest.mmu());
        return fallback.isEmpty() ? List.of() : List.of(fallback);
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
