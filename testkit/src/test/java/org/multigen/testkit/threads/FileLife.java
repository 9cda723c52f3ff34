package org.multigen.testkit.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.multigen.addrspace.Advice;
import org.multigen.addrspace.Prot;
import org.multigen.base.KernelError;
import org.multigen.base.Rng;
import org.multigen.fault.Touch;
import org.multigen.machine.Machine;
import org.multigen.machine.Program;
import org.multigen.machine.Task;
import org.multigen.storage.BackingFile;
import org.multigen.storage.FileAdvice;
import org.multigen.storage.OpenFile;

/** A process and its children, which use files that others use too: random steps of all kinds. */
final class FileLife implements Program {
    /** Pages of a file and of each mapping. */
    static final int PAGES = 300;

    /** Where half of the steps begin. */
    private static final int HOT = 30;

    private static final long ANON = 1L << 20;
    private static final long SHARED = 1L << 21;
    private static final long PRIVATE = 1L << 22;
    /** Between mappings of different files, and between the two places of a mapping. */
    private static final long STEP = 5_000;

    private static final int MOST_CHILDREN = 2;

    /** A process, what it has stored to memory of its own, and where its shared mappings are. */
    private record Process(Task task, List<OpenFile> open, Map<Long, Long> stored, long[] shared) {}

    private final Machine machine;
    private final FileStamps stamps;
    private final List<BackingFile> files;
    private final Rng rng;
    private final int number;
    private final long endNs;
    private final List<Process> processes = new ArrayList<>();
    private int named;
    private long done;

    FileLife(Machine machine, FileStamps stamps, List<BackingFile> files, Rng rng, int number, long endNs) {
        this.machine = machine;
        this.stamps = stamps;
        this.files = files;
        this.rng = rng;
        this.number = number;
        this.endNs = endNs;
        Task t = machine.spawn(name(), machine.memcg(group()));
        t.mmapAnon(ANON, PAGES, Prot.READ_WRITE);
        List<OpenFile> open = new ArrayList<>();
        long[] shared = new long[files.size()];
        for (int f = 0; f < files.size(); f++) {
            open.add(t.open(files.get(f)));
            shared[f] = SHARED + 2 * f * STEP;
            t.mmapFile(shared[f], PAGES, files.get(f), 0, true, Prot.READ_WRITE);
            t.mmapFile(PRIVATE + f * STEP, PAGES, files.get(f), 0, false, Prot.READ_WRITE);
        }
        add(new Process(t, open, new HashMap<>(), shared));
    }

    private void add(Process p) {
        processes.add(p);
        for (int f = 0; f < files.size(); f++) {
            stamps.shares(p.task, files.get(f), p.shared, f);
        }
    }

    private void remove(Process p) {
        processes.remove(p);
        stamps.ended(p.task);
    }

    private String name() {
        return "p" + number + "." + named++;
    }

    private String group() {
        return rng.below(2) == 0 ? "A" : "B";
    }

    /** Steps taken. */
    long done() {
        return done;
    }

    @Override
    public Task task() {
        return processes.getFirst().task;
    }

    @Override
    public boolean runUntil(long ns) {
        throw new IllegalStateException();
    }

    @Override
    public boolean runSteps(int steps) {
        for (int i = 0; i < 8; i++) {
            step(processes.get((int) rng.below(processes.size())));
            done++;
        }
        return System.nanoTime() < endNs && task().alive();
    }

    private void step(Process p) {
        if (!p.task.alive()) {
            if (p != processes.getFirst()) {
                remove(p);
            }
            return;
        }
        int f = (int) rng.below(files.size());
        long first = rng.below(rng.below(2) == 0 ? HOT : PAGES);
        int pages = (int) (1 + rng.below(Math.min(60, PAGES - first)));
        switch ((int) rng.below(32)) {
            case 0 -> p.task.truncate(files.get(f), PAGES / 3 + rng.below(PAGES * 2 / 3));
            case 1 -> p.task.sync(files.get(f));
            case 2 -> p.task.advise(p.open.get(f), FileAdvice.DONTNEED, first, pages);
            case 3 -> p.task.advise(p.open.get(f), FileAdvice.WILLNEED, first, pages);
            case 4 -> remap(p, f);
            case 5 -> mapAgain(p, f, first, pages);
            case 6 -> fork(p);
            case 7 -> exit(p);
            case 8 -> protect(p, f, first, pages);
            case 26 -> lock(p, f, first, Math.min(pages, 20));
            case 9 -> p.task.moveTo(machine.memcg(group()));
            case 10 -> command();
            case 11 -> p.task.madvise(somewhere(p, f) + first, pages, Advice.PAGEOUT);
            case 12 -> p.task.madvise(somewhere(p, f) + first, pages, Advice.COLD);
            case 13 -> p.task.madvise(p.shared[f] + first, pages, Advice.DONTNEED);
            case 14, 15, 16, 17 -> p.task.read(p.open.get(f), first, pages);
            case 18, 19, 20, 21 -> p.task.write(p.open.get(f), first, pages);
            case 22, 23 -> touchOwn(p, ANON + first, pages, true);
            case 24, 25 -> touchOwn(p, PRIVATE + f * STEP + first, pages, rng.below(2) == 0);
            default -> touchShared(p, f, first, pages, rng.below(2) == 0);
        }
    }

    private long somewhere(Process p, int f) {
        return switch ((int) rng.below(3)) {
            case 0 -> p.shared[f];
            case 1 -> PRIVATE + f * STEP;
            default -> ANON;
        };
    }

    private void touchShared(Process p, int f, long first, int pages, boolean write) {
        for (long i = first; i < first + pages; i++) {
            int outcome = p.task.touch(p.shared[f] + i, write);
            if (outcome == Touch.KILLED) {
                return;
            }
            if (outcome < Touch.KILLED) {
                stamps.loadShared(p.task, p.shared[f] + i, files.get(f), i);
            }
            if (write && outcome < Touch.KILLED) {
                stamps.storeShared(p.task, p.shared[f] + i, files.get(f), i);
            }
        }
    }

    private void touchOwn(Process p, long first, int pages, boolean write) {
        for (long vpn = first; vpn < first + pages; vpn++) {
            int outcome = p.task.touch(vpn, write);
            if (outcome == Touch.KILLED) {
                return;
            }
            Long before = p.stored.get(vpn);
            if (outcome < Touch.KILLED && before != null) {
                stamps.loadOwn(p.task, vpn, before);
            }
            long stamp = write && outcome < Touch.KILLED ? stamps.store(p.task, vpn) : 0;
            if (stamp != 0) {
                p.stored.put(vpn, stamp);
            }
        }
    }

    /** Moves a shared mapping to its other place. */
    private void remap(Process p, int f) {
        long home = SHARED + 2 * f * STEP;
        long to = p.shared[f] == home ? home + STEP : home;
        if (p.task.mremap(p.shared[f], PAGES, PAGES, to) == to) {
            p.shared[f] = to;
        }
    }

    private void mapAgain(Process p, int f, long first, int pages) {
        p.task.munmap(p.shared[f] + first, pages);
        p.task.mmapFile(p.shared[f] + first, pages, files.get(f), first, true, Prot.READ_WRITE);
        p.task.munmap(PRIVATE + f * STEP + first, pages);
        p.task.mmapFile(PRIVATE + f * STEP + first, pages, files.get(f), first, false, Prot.READ_WRITE);
        for (long i = first; i < first + pages; i++) {
            p.stored.remove(PRIVATE + f * STEP + i);
        }
    }

    private void protect(Process p, int f, long first, int pages) {
        p.task.mprotect(p.shared[f] + first, pages, Prot.READ);
        p.task.mprotect(p.shared[f] + first, pages, Prot.READ_WRITE);
    }

    private void lock(Process p, int f, long first, int pages) {
        p.task.mlock(p.shared[f] + first, pages);
        p.task.munlock(p.shared[f] + first, pages);
    }

    private void fork(Process p) {
        if (processes.size() <= MOST_CHILDREN) {
            Task child = p.task.fork(name());
            if (child.alive()) {
                List<OpenFile> open = new ArrayList<>();
                files.forEach(f -> open.add(new OpenFile(f)));
                add(new Process(child, open, new HashMap<>(p.stored), p.shared.clone()));
            }
        }
    }

    private void exit(Process p) {
        if (p != processes.getFirst()) {
            remove(p);
            p.task.exit();
        }
    }

    private void command() {
        String group = group();
        if (rng.below(2) == 0) {
            FileStressTest.write(machine, group, "memory.reclaim", 200 * 4096);
            return;
        }
        int id = machine.memcg(group).id();
        long max = machine.rooms().multigen().maxSeq(machine.lruvecs().of(machine.memcg(group), 0));
        try {
            machine.lruGen().write("+ %d 0 %d 60 1".formatted(id, max));
        } catch (KernelError late) {
            assertThat(late.errno()).isIn("EINVAL", "EEXIST", "ERANGE");
        }
    }

    void check(List<String> lost) {
        for (Process p : processes) {
            if (p.task.alive()) {
                stamps.checkPrivate(p.task, p.stored, lost);
            }
        }
    }
}
