package org.multigen.lab.task;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.multigen.base.Actor;
import org.multigen.fault.Touch;
import org.multigen.lab.scenario.Plan;
import org.multigen.machine.Guest;
import org.multigen.machine.Machine;
import org.multigen.machine.Program;
import org.multigen.machine.Task;

/** A virtual machine on real threads: each vCPU is a thread of its process that goes its own way. */
public final class GuestThreads implements Workload {
    private static final int CHUNK = 256;
    /** Every so manieth touch is timed; prime, so that no pattern falls in step with it. */
    private static final int TIMED = 17;

    private static final long MOST_NS = 100_000_000_000L;
    private static final int DIGITS = 3;

    private final Machine machine;
    private final Plan.Guest work;
    private final Task process;
    private final Moments moments;
    private final PatternProgram.Warmth warmth;
    private final Guest guest;
    private final List<Lane> lanes = new ArrayList<>();
    private final AtomicInteger pretouching;
    private final AtomicLong nextLogNs;
    private volatile boolean warm;

    /**
     * @throws IllegalArgumentException with one clear line if there is no such guest
     */
    public GuestThreads(
            Machine machine,
            Plan.Task plan,
            Plan.Guest work,
            Task process,
            Moments moments,
            PatternProgram.Warmth warmth,
            long seed) {
        this.machine = machine;
        this.work = work;
        this.process = process;
        this.moments = moments;
        this.warmth = warmth;
        guest = GuestAssembly.build(machine, plan, work, process, seed);
        pretouching = new AtomicInteger(work.pretouch() ? work.vcpus() : 0);
        nextLogNs = new AtomicLong(work.dirtyLogNs() == 0 ? Long.MAX_VALUE : plan.startNs() + work.dirtyLogNs());
        for (int i = 0; i < work.vcpus(); i++) {
            lanes.add(new Lane(i, new VcpuPattern(plan, work, i)));
        }
    }

    /** A vCPU. */
    private final class Lane implements Program {
        private final int index;
        private final Task thread;
        private final VcpuPattern pattern;
        private final Histogram latency = new Histogram(MOST_NS, DIGITS);
        private boolean counting;
        private boolean pretouched = !work.pretouch();
        private int unsaid;
        private int untilTimed = TIMED;
        private boolean ended;

        Lane(int index, VcpuPattern pattern) {
            this.index = index;
            this.thread = guest.thread(index);
            this.pattern = pattern;
        }

        @Override
        public Task task() {
            return thread;
        }

        @Override
        public boolean runUntil(long ns) {
            throw new IllegalStateException("a vCPU's lane runs on a real thread");
        }

        @Override
        public boolean runSteps(int steps) {
            for (int i = 0; i < steps && !ended; i++) {
                if (unsaid == CHUNK) {
                    say();
                }
                step();
            }
            return !ended;
        }

        private void step() {
            boolean before = pattern.pretouching();
            long page = pattern.next();
            if (page < 0) {
                end();
                return;
            }
            unsaid++;
            if (!before && work.thinkNs() > 0) {
                thread.compute(work.thinkNs());
            }
            if (touch(page, before || pattern.stores()) >= Touch.KILLED) {
                end();
                return;
            }
            warmth.touched(page);
            if (!pretouched && !pattern.pretouching()) {
                endPretouch();
            }
        }

        private int touch(long page, boolean write) {
            if (--untilTimed > 0) {
                return guest.touch(index, page, write);
            }
            untilTimed = TIMED;
            long begin = System.nanoTime();
            int outcome = guest.touch(index, page, write);
            latency.recordValue(Math.min(MOST_NS, System.nanoTime() - begin));
            return outcome;
        }

        private void endPretouch() {
            pretouched = true;
            if (pretouching.decrementAndGet() == 0) {
                warmth.pretouched();
            }
        }

        /** Between touches: what it did counts, what it may have read is free to go, figures of the warm-up are dropped. */
        private void say() {
            moments.touched(thread, unsaid);
            unsaid = 0;
            thread.quiesce();
            if (warm && !counting) {
                counting = true;
                latency.reset();
            }
            long due = nextLogNs.get();
            if (thread.clockNs() >= due && nextLogNs.compareAndSet(due, due + work.dirtyLogNs())) {
                guest.mmu().nextDirtyLog(thread.actor());
            }
        }

        private void end() {
            ended = true;
            moments.touched(thread, unsaid);
            unsaid = 0;
            if (!pretouched) {
                endPretouch();
            }
            thread.actor().tick();
        }
    }

    @Override
    public List<? extends Program> programs() {
        return lanes;
    }

    @Override
    public List<Task> processes() {
        List<Task> all = new ArrayList<>(guest.threads());
        all.addFirst(process);
        return all;
    }

    @Override
    public List<Actor> timed() {
        return guest.threads().stream().map(Task::actor).toList();
    }

    @Override
    public long endNs() {
        return lanes.stream().mapToLong(l -> l.thread.clockNs()).max().orElse(0);
    }

    @Override
    public boolean killed() {
        return !process.alive();
    }

    @Override
    public void warm() {
        warm = true;
    }

    /** Wall times of a sample of the touches since the warm-up. */
    @Override
    public Histogram latency() {
        Histogram all = new Histogram(MOST_NS, DIGITS);
        lanes.forEach(l -> all.add(l.latency));
        return all;
    }

    @Override
    public List<String> notes() {
        return GuestAssembly.notes(machine, guest);
    }

    @Override
    public void moveTo(String cgroup) {
        process.moveTo(machine.memcg(cgroup));
    }
}
