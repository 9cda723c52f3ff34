package org.multigen.lab.experiment;

import java.util.BitSet;
import java.util.List;
import org.multigen.addrspace.Advice;
import org.multigen.addrspace.Prot;
import org.multigen.fault.Touch;
import org.multigen.lab.explain.Toucher;
import org.multigen.lab.scenario.Plan;
import org.multigen.lab.workload.PageStream;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;
import org.multigen.storage.BackingFile;
import org.multigen.storage.BlockDevice;

/**
 * Touches one region as a pattern says: every page once in ascending order first, if asked for, then the pattern. The region
 * lies where the recordings of kernels had it.
 */
final class PatternProgram implements Workload {
    private static final long BASE = 0x10000000000L >>> 12;

    private final Machine machine;
    private final Plan.Task plan;
    private final Plan.Synthetic work;
    private final Task task;
    private final Moments moments;
    private final Toucher toucher;
    private final long anonPages;
    private final int readAheadPages;
    private final Warmth warmth;

    private PageStream pages;
    private boolean mapped;
    private long pretouched;
    private long done;
    private long round;
    private boolean killed;

    PatternProgram(
            Machine machine,
            Plan.Task plan,
            Plan.Synthetic work,
            Task task,
            Moments moments,
            int readAheadPages,
            Toucher toucher,
            Warmth warmth) {
        this.machine = machine;
        this.plan = plan;
        this.work = work;
        this.task = task;
        this.moments = moments;
        this.toucher = toucher;
        this.readAheadPages = readAheadPages;
        this.warmth = warmth;
        this.anonPages = work.pattern().pages() - work.filePages();
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
            map();
        }
        while (task.clockNs() < ns) {
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
            touch(page, page < anonPages);
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
        touch(page, isStore(page));
        warmth.touched(page);
        return true;
    }

    private void touch(long page, boolean write) {
        moments.beforeTouch(task);
        if (toucher.touch(task, BASE + page, write) == Touch.KILLED) {
            killed = true;
        }
    }

    private boolean isStore(long page) {
        return switch (work.write()) {
            case ALL -> true;
            case NONE -> false;
            case ANON -> page < anonPages;
        };
    }

    private void map() {
        mapped = true;
        if (anonPages > 0) {
            task.mmapAnon(BASE, anonPages, Prot.READ_WRITE);
        }
        if (work.filePages() > 0) {
            BackingFile file = machine.createFile(
                    "/" + plan.name() + ".data",
                    work.filePages(),
                    BackingFile.Kind.EXT4,
                    BlockDevice.DISK,
                    readAheadPages);
            task.mmapFile(BASE + anonPages, work.filePages(), file, 0, true, Prot.READ_WRITE);
        }
        switch (work.madvise()) {
            case "random" -> task.madvise(BASE, work.pattern().pages(), Advice.RANDOM);
            case "sequential" -> task.madvise(BASE, work.pattern().pages(), Advice.SEQUENTIAL);
            default -> {} // normal is how a mapping begins
        }
    }

    @Override
    public List<Task> processes() {
        return List.of(task);
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
        task.moveTo(machine.memcg(cgroup));
    }

    /** Watches whether the warm-up of one pattern is over. */
    static final class Warmth {
        private final long wanted;
        private final BitSet seen;
        private final Runnable warm;
        private boolean pretouching;
        private boolean over;
        private long distinct;

        /**
         * @param share of the pages that has to be touched, after the pretouch if there is one
         * @param warm called once
         */
        Warmth(Plan.Synthetic work, double share, Runnable warm) {
            this(work.pattern().pages(), work.pretouch(), share, warm);
        }

        /** The same for so many pages of anything. */
        Warmth(long pages, boolean pretouch, double share, Runnable warm) {
            this.wanted = (long) Math.ceil(share * pages);
            this.pretouching = pretouch;
            this.seen = new BitSet();
            this.warm = warm;
            check();
        }

        void touched(long page) {
            if (over) {
                return;
            }
            if (!seen.get((int) page)) {
                seen.set((int) page);
                distinct++;
                check();
            }
        }

        void pretouched() {
            pretouching = false;
            check();
        }

        private void check() {
            if (!over && !pretouching && distinct >= wanted) {
                over = true;
                seen.clear();
                warm.run();
            }
        }
    }
}
