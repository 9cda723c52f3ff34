package org.multigen.lab.task;

import org.multigen.addrspace.Advice;
import org.multigen.addrspace.Prot;
import org.multigen.lab.scenario.Plan;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;
import org.multigen.storage.BackingFile;
import org.multigen.storage.BlockDevice;

/** The memory that a pattern touches: where it lies and what it consists of. It lies where the recordings of kernels had it. */
public final class PatternRegion {
    static final long BASE = 0x10000000000L >>> 12;

    private final Machine machine;
    private final Plan.Task plan;
    private final Plan.Synthetic work;
    private final long anonPages;
    private final int readAheadPages;

    public PatternRegion(Machine machine, Plan.Task plan, Plan.Synthetic work, int readAheadPages) {
        this.readAheadPages = readAheadPages;
        this.machine = machine;
        this.plan = plan;
        this.work = work;
        this.anonPages = work.pattern().pages() - work.filePages();
    }

    Machine machine() {
        return machine;
    }

    long vpn(long page) {
        return BASE + page;
    }

    /** The first so many pages are anonymous. */
    long anonPages() {
        return anonPages;
    }

    /** Whether a touch of a page is a store, {@code nth} counting the touches. */
    boolean isStore(long page, long nth) {
        return switch (work.write()) {
            case ALL -> true;
            case NONE -> false;
            case ANON -> page < anonPages;
            case HALF -> (nth & 1) == 0;
        };
    }

    void map(Task task) {
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
}
