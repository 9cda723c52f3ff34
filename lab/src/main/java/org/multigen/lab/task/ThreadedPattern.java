package org.multigen.lab.task;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.multigen.fault.Touch;
import org.multigen.lab.scenario.Plan;
import org.multigen.lab.workload.PageStream;
import org.multigen.machine.Machine;
import org.multigen.machine.Program;
import org.multigen.machine.Task;

/**
 * A pattern on several real threads of one process: they share its touches, a chunk at a time, so that all of them together touch
 * what one would, in nearly the same order.
 */
public final class ThreadedPattern implements Workload {
    private static final int CHUNK = 256;

    private final Plan.Task plan;
    private final Plan.Synthetic work;
    private final Task process;
    private final Machine machine;
    private final PatternRegion region;
    private final Moments moments;
    private final PatternProgram.Warmth warmth;
    private final List<Lane> lanes = new ArrayList<>();
    private final AtomicLong pretouched = new AtomicLong();
    private final AtomicLong pretouching = new AtomicLong();

    // guarded by the monitor
    private PageStream pages;
    private long handedOut;
    private long round;

    public ThreadedPattern(
            Machine machine,
            Plan.Task plan,
            Plan.Synthetic work,
            Task process,
            Moments moments,
            PatternRegion region,
            PatternProgram.Warmth warmth,
            int threads) {
        this.machine = machine;
        this.plan = plan;
        this.work = work;
        this.process = process;
        this.moments = moments;
        this.warmth = warmth;
        this.region = region;
        this.pages = work.pattern().start();
        region.map(process);
        long first = work.pretouch() ? work.pattern().pages() : 0;
        pretouching.set(first);
        pretouched.set(work.pretouch() ? 0 : work.pattern().pages());
        lanes.add(new Lane(process));
        for (int i = 1; i < threads; i++) {
            lanes.add(new Lane(process.thread(plan.name() + '/' + i)));
        }
    }

    /** The next pages to touch; 0 if there are none left. */
    private synchronized int take(long[] into) {
        if (work.pattern().touches() == 0) {
            return 0;
        }
        if (handedOut == work.pattern().touches()) {
            if (++round >= plan.repeat()) {
                round--; // others will ask too
                return 0;
            }
            handedOut = 0;
            pages = work.pattern().start();
        }
        int n = (int) Math.min(into.length, work.pattern().touches() - handedOut);
        for (int i = 0; i < n; i++) {
            into[i] = pages.next();
        }
        handedOut += n;
        return n;
    }

    private final class Lane implements Program {
        private final Task task;
        private final long[] chunk = new long[CHUNK];
        private int end;
        private int at;
        private boolean ended;

        Lane(Task task) {
            this.task = task;
        }

        @Override
        public Task task() {
            return task;
        }

        @Override
        public boolean runUntil(long ns) {
            throw new IllegalStateException("a lane runs on a real thread");
        }

        @Override
        public boolean runSteps(int steps) {
            for (int i = 0; i < steps && !ended; i++) {
                if (at == end && !fill()) {
                    end();
                } else if (!touch(chunk[at++])) {
                    end();
                }
            }
            return !ended;
        }

        /** The first touch of every page comes first, as in virtual time. */
        private boolean fill() {
            moments.touched(task, end);
            at = 0;
            task.quiesce();
            long first = pretouched.getAndAdd(CHUNK);
            long all = work.pattern().pages();
            if (first < all) {
                end = (int) Math.min(CHUNK, all - first);
                for (int i = 0; i < end; i++) {
                    chunk[i] = first + i;
                }
                return true;
            }
            pretouched.set(all); // does not run away
            end = take(chunk);
            return end > 0;
        }

        private boolean touch(long page) {
            boolean pretouch = pretouching.get() > 0;
            if (!pretouch && work.thinkNs() > 0) {
                task.compute(work.thinkNs());
            }
            boolean store = pretouch ? page < region.anonPages() : region.isStore(page, page);
            if (task.touch(region.vpn(page), store) == Touch.KILLED) {
                return false;
            }
            warmth.touched(page);
            if (pretouch && pretouching.decrementAndGet() == 0) {
                warmth.pretouched();
            }
            return true;
        }

        private void end() {
            ended = true;
            moments.touched(task, at);
            at = 0;
            end = 0;
            task.actor().tick();
        }
    }

    @Override
    public List<? extends Program> programs() {
        return lanes;
    }

    @Override
    public List<Task> processes() {
        return lanes.stream().map(Lane::task).toList();
    }

    @Override
    public long endNs() {
        return lanes.stream().mapToLong(l -> l.task.clockNs()).max().orElse(0);
    }

    @Override
    public boolean killed() {
        return !process.alive();
    }

    @Override
    public void moveTo(String cgroup) {
        process.moveTo(machine.memcg(cgroup));
    }
}
