package org.multigen.lab.task;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;
import org.multigen.fault.Touch;
import org.multigen.lab.explain.Toucher;
import org.multigen.lab.scenario.Plan;
import org.multigen.lab.workload.PageStream;
import org.multigen.machine.Program;
import org.multigen.machine.Task;

/**
 * Touches one region as a pattern says: every page once in ascending order first, if asked for, then the pattern.
 */
public final class PatternProgram implements Workload, Program {
    private final Plan.Task plan;
    private final Plan.Synthetic work;
    private final Task task;
    private final Moments moments;
    private final Toucher toucher;
    private final PatternRegion region;
    private final Warmth warmth;
    private final @Nullable HotWait hotWait;

    private PageStream pages;
    private boolean mapped;
    private long pretouched;
    private long done;
    private long round;
    private boolean killed;

    public PatternProgram(
            Plan.Task plan,
            Plan.Synthetic work,
            Task task,
            Moments moments,
            PatternRegion region,
            Toucher toucher,
            Warmth warmth) {
        this.plan = plan;
        this.work = work;
        this.task = task;
        this.moments = moments;
        this.toucher = toucher;
        this.warmth = warmth;
        this.region = region;
        this.hotWait = HotWait.over(region.machine());
        this.pages = work.pattern().start();
        this.pretouched = work.pretouch() ? 0 : work.pattern().pages();
    }

    @Override
    public Task task() {
        return task;
    }

    @Override
    public boolean runUntil(long ns) {
        if (!mapped) {
            region.map(task);
            mapped = true;
        }
        while (task.clockNs() < ns) {
            if (!step()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean runSteps(int steps) {
        if (!mapped) {
            region.map(task);
            mapped = true;
        }
        for (int i = 0; i < steps; i++) {
            if (!step()) {
                return false;
            }
        }
        return true;
    }

    /** One touch; false if there is none left. */
    private boolean step() {
        if (killed) {
            return false;
        }
        if (pretouched < work.pattern().pages()) {
            long page = pretouched++;
            touch(page, page < region.anonPages());
            warmth.touched(page);
            if (pretouched == work.pattern().pages()) {
                warmth.pretouched();
            }
            return true;
        }
        if (done == work.pattern().touches()) {
            if (++round >= plan.repeat()) {
                return false;
            }
            done = 0;
            pages = work.pattern().start();
        }
        if (work.pattern().touches() == 0) {
            return false;
        }
        done++;
        long page = pages.next();
        if (work.thinkNs() > 0) {
            task.compute(work.thinkNs());
        }
        touch(page, region.isStore(page, done));
        if (hotWait != null) {
            hotWait.touched(task, region.vpn(page));
        }
        warmth.touched(page);
        return true;
    }

    private void touch(long page, boolean write) {
        moments.beforeTouch(task);
        if (toucher.touch(task, region.vpn(page), write) == Touch.KILLED) {
            killed = true;
        }
    }

    @Override
    public List<? extends Program> programs() {
        return List.of(this);
    }

    @Override
    public List<Task> processes() {
        return List.of(task);
    }

    @Override
    public @Nullable HotWait hotWait() {
        return hotWait;
    }

    @Override
    public long endNs() {
        return task.clockNs();
    }

    @Override
    public boolean killed() {
        return killed;
    }

    @Override
    public void moveTo(String cgroup) {
        task.moveTo(region.machine().memcg(cgroup));
    }

    /** Watches whether the warm-up of one pattern is over; for any number of threads. */
    public static final class Warmth {
        private final long wanted;
        private final AtomicLongArray seen;
        private final Runnable warm;
        private final AtomicLong distinct = new AtomicLong();
        private final AtomicBoolean over = new AtomicBoolean();
        private volatile boolean pretouching;

        /**
         * @param share of the pages that has to be touched, after the pretouch if there is one
         * @param warm called once
         */
        public Warmth(Plan.Synthetic work, double share, Runnable warm) {
            this(work.pattern().pages(), work.pretouch(), share, warm);
        }

        /** The same for so many pages of anything. */
        public Warmth(long pages, boolean pretouch, double share, Runnable warm) {
            this.wanted = (long) Math.ceil(share * pages);
            this.pretouching = pretouch;
            this.seen = new AtomicLongArray(Math.toIntExact((pages + 63) / 64));
            this.warm = warm;
            check();
        }

        void touched(long page) {
            if (over.getPlain()) {
                return;
            }
            int word = (int) (page >>> 6);
            long bit = 1L << page;
            if ((seen.getPlain(word) & bit) == 0 && (seen.getAndAccumulate(word, bit, (a, b) -> a | b) & bit) == 0) {
                distinct.getAndIncrement();
                check();
            }
        }

        void pretouched() {
            pretouching = false;
            check();
        }

        private void check() {
            if (!pretouching && distinct.get() >= wanted && over.compareAndSet(false, true)) {
                warm.run();
            }
        }
    }
}
