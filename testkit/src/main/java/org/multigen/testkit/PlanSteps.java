package org.multigen.testkit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.Advice;
import org.multigen.addrspace.Prot;
import org.multigen.addrspace.Vma;
import org.multigen.base.KernelError;
import org.multigen.base.Rng;
import org.multigen.fault.Touch;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;
import org.multigen.memcg.Memcg;
import org.multigen.storage.BackingFile;
import org.multigen.storage.BlockDevice;
import org.multigen.storage.FileAdvice;
import org.multigen.storage.OpenFile;

/**
 * The steps of plans: each draws an operation and its target from what exists. Operations are chosen so that memory is tight
 * most of the time.
 */
final class PlanSteps {
    private static final int MOST_TASKS = 6;
    private static final int MOST_MEMCGS = 6;
    private static final int MOST_VMAS = 24;
    private static final long ROOM = 1500;
    private static final long BASE = 1L << 20;
    private static final int FILES = 4;

    private final Machine machine;
    private final Versions versions;
    private final long seed;
    private final List<BackingFile> files = new ArrayList<>();
    private final List<String> groups = new ArrayList<>();
    private int named;
    private Rng rng;
    private String last = "";

    PlanSteps(Machine machine, long seed) {
        this.machine = machine;
        this.seed = seed;
        this.versions = new Versions(machine);
        this.rng = PlanRunner.rng(seed, -2);
        for (int i = 0; i < FILES; i++) {
            boolean shmem = i % 2 == 1;
            files.add(machine.createFile(
                    (shmem ? "/dev/shm/" : "/data/") + i,
                    200 + below(300),
                    shmem ? BackingFile.Kind.TMPFS : BackingFile.Kind.EXT4,
                    shmem || below(2) == 0 ? BlockDevice.RAM : BlockDevice.DISK,
                    shmem ? 0 : (int) (below(3) * 16)));
        }
        createGroup();
        createGroup();
        spawn();
        spawn();
    }

    String last() {
        return last;
    }

    List<Broken> check() {
        Findings findings = new Findings();
        versions.check(findings);
        List<Broken> all = new ArrayList<>(findings.list());
        all.addAll(MmInvariants.check(machine));
        machine.warnings().all().forEach(w -> all.add(new Broken("warning", w.toString())));
        return all;
    }

    private long below(long n) {
        return rng.below(n);
    }

    private <T> T pick(List<T> list) {
        return list.get((int) below(list.size()));
    }

    // ---- choosing

    void take(int step) {
        rng = PlanRunner.rng(seed, step);
        if (machine.tasks().isEmpty()) {
            spawn();
            return;
        }
        Task t = pick(machine.tasks());
        long what = below(1000);
        if (what < 450) {
            touches(t);
        } else if (what < 530) {
            map(t);
        } else if (what < 545) {
            unmap(t);
        } else if (what < 560) {
            remap(t);
        } else if (what < 590) {
            protect(t);
        } else if (what < 670) {
            advise(t);
        } else if (what < 700) {
            lock(t);
        } else if (what < 730) {
            life(t);
        } else if (what < 800) {
            file(t);
        } else if (what < 980) {
            control(t);
        } else {
            pass(t);
        }
    }

    private void say(String format, Object... arguments) {
        last = String.format(format, arguments);
    }

    /** A range within a mapping of a task, or null if it has none: first page, pages. */
    private long @Nullable [] range(Task t, long most) {
        List<Vma> vmas = t.mm().vmas().all();
        if (vmas.isEmpty()) {
            return null;
        }
        Vma v = pick(vmas);
        long first = v.start + below(v.pages());
        return new long[] {first, 1 + below(Math.min(most, v.end - first))};
    }

    // ---- memory

    private void touches(Task t) {
        long @Nullable [] r = range(t, 40);
        if (r == null) {
            map(t);
            return;
        }
        boolean write = below(2) == 0;
        say("%s touches %x+%d %s", t.name(), r[0], r[1], write ? "w" : "r");
        for (long vpn = r[0]; vpn < r[0] + r[1] && t.alive(); vpn++) {
            touch(t, vpn, write);
        }
    }

    /** Makes a page present, then stores to it; reclaim may be quicker than the store, which then does not take place. */
    private void touch(Task t, long vpn, boolean write) {
        int result = t.touch(vpn, write);
        if (write && result < Touch.KILLED && t.alive()) {
            for (int i = 0; i < 3 && result < Touch.KILLED && result != Touch.RESIDENT; i++) {
                result = t.touch(vpn, true);
            }
            if (result == Touch.RESIDENT) {
                versions.store(t, vpn);
            }
        }
    }

    private void map(Task t) {
        if (t.mm().vmas().size() >= MOST_VMAS) {
            unmap(t);
            return;
        }
        long at = BASE + below(ROOM);
        long pages = 1 + below(below(8) == 0 ? 700 : 120);
        Prot prot =
                pick(List.of(Prot.READ_WRITE, Prot.READ_WRITE, Prot.READ_WRITE, Prot.READ, Prot.NONE, Prot.READ_EXEC));
        if (below(2) == 0) {
            say("%s maps anon %x+%d %s", t.name(), at, pages, prot);
            t.mmapAnon(at, pages, prot);
        } else {
            BackingFile f = pick(files);
            long offset = below(f.pages());
            boolean shared = below(2) == 0;
            say(
                    "%s maps %s@%d %x+%d %s %s",
                    t.name(), f.path(), offset, at, pages, prot, shared ? "shared" : "private");
            t.mmapFile(at, pages, f, offset, shared, prot);
        }
        versions.discard(t, at, pages);
    }

    private void unmap(Task t) {
        long @Nullable [] r = range(t, 200);
        if (r != null) {
            say("%s unmaps %x+%d", t.name(), r[0], r[1]);
            t.munmap(r[0], r[1]);
            versions.discard(t, r[0], r[1]);
        }
    }

    private void remap(Task t) {
        long @Nullable [] r = range(t, 200);
        if (r == null) {
            return;
        }
        Vma v = t.mm().vma(r[0]);
        long pages = v == null ? r[1] : Math.min(r[1], v.end - r[0]);
        long more = Math.max(1, pages + below(80) - 30);
        long to = below(3) == 0 ? -1 : BASE + below(ROOM);
        long at = t.mremap(r[0], pages, more, to);
        say("%s remaps %x+%d to %x+%d: %x", t.name(), r[0], pages, to, more, at);
        long kept = Math.min(pages, more);
        if (at != -1) {
            versions.discard(t, r[0] + kept, pages - kept);
        }
        if (at >= 0 && at != r[0]) {
            versions.discard(t, at, more);
            versions.moved(t, r[0], at, kept);
        } else if (at == -2 && to >= 0) {
            versions.discard(t, to, more);
        }
    }

    private void protect(Task t) {
        long @Nullable [] r = range(t, 100);
        if (r != null) {
            Prot prot = pick(List.of(Prot.values()));
            say("%s protects %x+%d %s", t.name(), r[0], r[1], prot);
            t.mprotect(r[0], r[1], prot);
        }
    }

    private void advise(Task t) {
        long @Nullable [] r = range(t, 200);
        if (r == null) {
            return;
        }
        Advice advice = pick(List.of(Advice.values()));
        say("%s advises %x+%d %s", t.name(), r[0], r[1], advice);
        AddressSpace mm = t.mm();
        for (long vpn = r[0]; vpn < r[0] + r[1]; vpn++) {
            Vma v = mm.vma(vpn);
            if (v != null && advice == Advice.DONTNEED && !v.has(Vma.LOCKED)) {
                versions.discard(t, vpn, 1);
            } else if (v != null && advice == Advice.FREE && v.file == null && !v.has(Vma.LOCKED)) {
                versions.lazily(t, vpn, 1);
            }
        }
        t.madvise(r[0], r[1], advice);
    }

    private void lock(Task t) {
        boolean unlock = below(2) == 0;
        long @Nullable [] r = range(t, unlock ? 400 : 24);
        if (r != null) {
            say("%s %s %x+%d", t.name(), unlock ? "unlocks" : "locks", r[0], r[1]);
            if (unlock) {
                t.munlock(r[0], r[1]);
            } else {
                t.mlock(r[0], r[1]);
            }
        }
    }

    // ---- processes

    private void spawn() {
        String group = below(8) == 0 || groups.isEmpty() ? "/" : pick(groups);
        say("spawn p%d in %s", named, group);
        machine.spawn("p" + named++, machine.memcg(group));
    }

    private void life(Task t) {
        switch ((int) below(5)) {
            case 0, 1 -> {
                if (machine.tasks().size() < MOST_TASKS) {
                    say("%s forks p%d", t.name(), named);
                    Task child = t.fork("p" + named++);
                    versions.forked(t, child);
                } else {
                    exit(t);
                }
            }
            case 2 -> {
                say("%s execs", t.name());
                t.exec();
                versions.gone(t.mm());
            }
            case 3 -> exit(t);
            default -> {
                if (machine.tasks().size() < MOST_TASKS) {
                    spawn();
                }
            }
        }
    }

    private void exit(Task t) {
        say("%s exits", t.name());
        t.exit();
        versions.gone(t.mm());
    }

    // ---- files

    private void file(Task t) {
        BackingFile f = pick(files);
        OpenFile open = t.open(f);
        long index = below(f.pages());
        int pages = 1 + (int) below(32);
        switch ((int) below(9)) {
            case 8 -> {
                long size = 100 + below(500);
                say("%s truncates %s to %d", t.name(), f.path(), size);
                versions.truncated(f, size);
                t.truncate(f, size);
            }
            case 0, 1, 2 -> {
                say("%s reads %s@%d+%d", t.name(), f.path(), index, pages);
                t.read(open, index, pages);
            }
            case 3, 4, 5 -> {
                int within = (int) Math.min(pages, 600 - index);
                if (within > 0) {
                    say("%s writes %s@%d+%d", t.name(), f.path(), index, within);
                    t.write(open, index, within);
                }
            }
            case 6 -> {
                FileAdvice advice = pick(List.of(FileAdvice.values()));
                say("%s advises %s@%d+%d %s", t.name(), f.path(), index, pages, advice);
                t.advise(open, advice, index, pages);
                t.read(open, index, pages);
            }
            default -> {
                say("%s syncs %s", t.name(), f.path());
                t.sync(f);
            }
        }
    }

    // ---- control

    private void createGroup() {
        if (groups.size() >= MOST_MEMCGS) {
            removeGroup();
            return;
        }
        String parent = !groups.isEmpty() && below(2) == 0 ? pick(groups) + "/" : "";
        if (parent.chars().filter(c -> c == '/').count() > 2) {
            parent = "";
        }
        String path = parent + "g" + named++;
        say("create %s", path);
        machine.createMemcg(path);
        groups.add(path);
    }

    private void removeGroup() {
        String group = pick(groups);
        for (String g : groups) {
            if (g.startsWith(group + "/")) {
                return;
            }
        }
        Memcg m = machine.memcg(group);
        say("remove %s", group);
        for (Task t : List.copyOf(machine.tasks())) {
            if (t.memcg() == m) {
                t.moveTo(machine.root());
            }
        }
        machine.removeMemcg(group);
        groups.remove(group);
    }

    private void control(Task t) {
        int what = (int) below(20);
        switch (what) {
            case 0 -> createGroup();
            case 1 -> {
                if (!groups.isEmpty()) {
                    removeGroup();
                }
            }
            case 2 -> {
                Memcg to = groups.isEmpty() ? machine.root() : machine.memcg(pick(groups));
                say("%s moves to %s", t.name(), to);
                t.moveTo(to);
            }
            case 3, 4, 5 -> limit("memory.max", 40, 500);
            case 6 -> limit("memory.high", 40, 400);
            case 7 -> limit("memory.low", 0, 200);
            case 8 -> limit("memory.min", 0, 60);
            case 9 -> limit("memory.swap.max", 0, 300);
            case 10, 11 -> proactive();
            case 12, 13 -> age();
            case 14 -> evict();
            case 15 -> enabled();
            case 16 -> {
                say("swappiness");
                machine.setSwappiness((int) below(201));
            }
            case 17, 18 -> {
                say("%s drains", t.name());
                t.drainBatches();
            }
            default -> {
                say("%s charges kernel pages", t.name());
                t.chargeKernelPages(1 + below(8));
            }
        }
    }

    private void limit(String file, long least, long most) {
        if (!groups.isEmpty()) {
            String value = below(3) == 0 ? "max" : Long.toString((least + below(most)) * 4096);
            write(pick(groups), file, value.equals("max") && file.matches(".*(low|min)") ? "0" : value);
        }
    }

    private void proactive() {
        String group = groups.isEmpty() || below(6) == 0 ? "/" : pick(groups);
        write(group, "memory.reclaim", Long.toString((1 + below(200)) * 4096));
    }

    private void write(String group, String file, String value) {
        say("%s %s = %s", group, file, value);
        try {
            machine.writeCgroupFile(group, file, value);
        } catch (KernelError e) {
            say("%s (%s)", last, e.errno());
        }
    }

    private void age() {
        Memcg m = groups.isEmpty() ? machine.root() : machine.memcg(pick(groups));
        long max = machine.rooms().multigen().maxSeq(machine.lruvecs().of(m, 0));
        command("+ %d 0 %d%s".formatted(m.id(), max + (below(8) == 0 ? 1 : 0), below(2) == 0 ? "" : " 1 " + below(2)));
    }

    private void evict() {
        Memcg m = groups.isEmpty() ? machine.root() : machine.memcg(pick(groups));
        long min = machine.rooms().multigen().minSeq(machine.lruvecs().of(m, 0), (int) below(2));
        command("- %d 0 %d %d %d".formatted(m.id(), min + below(2), below(201), 1 + below(100)));
    }

    private void command(String text) {
        say("lru_gen %s", text);
        try {
            machine.lruGen().write(text);
        } catch (KernelError e) {
            say("%s (%s)", last, e.errno());
        }
    }

    private void enabled() {
        String value = pick(List.of("0", "1", "3", "7"));
        say("enabled = %s", value);
        try {
            machine.lruGen().setEnabled(value);
        } catch (KernelError e) {
            throw new IllegalStateException(e);
        }
    }

    private void pass(Task t) {
        long ns = below(2) == 0 ? 5_000_000 : 6_000_000_000L;
        say("%s computes %d ms", t.name(), ns / 1_000_000);
        t.compute(ns);
        t.contextSwitch();
    }
}
