package org.multigen.fidelity.script;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.scenario.MappingAdvice;
import org.multigen.lab.trace.FileKind;
import org.multigen.lab.trace.MappingKind;
import org.multigen.lab.trace.Mappings;

/**
 * Writes the events of a recording as a touch script. Of the part that is skipped only the state at its end is written: the
 * mappings with their advice, and each page in use once, in the order of its last touch.
 *
 * <p>The processes of a recording become one, each in its own part of the address space: what a child shared with its parent it
 * has for itself, and untouched at first.
 */
final class RecordingScript implements Lowering.Limited {
    private static final int READABLE_OR_EXECUTABLE = READABLE | EXECUTABLE;
    private static final int MADV_SEQUENTIAL = 2;
    private static final int MADV_DONTNEED = 4;
    private static final int MADV_FREE = 8;

    private record Advised(int process, long page, long pages, int advice) {}

    private final Layout layout;
    private final ScriptWriter out;
    private final @Nullable MappingAdvice instead;
    private final long skip;
    private final long end;
    private final Map<Integer, Mappings> processes = new HashMap<>();
    private final Map<Integer, Integer> fileIndex = new HashMap<>();
    private final Set<Integer> inMemory = new HashSet<>();
    /** Files whose mappings get other advice than recorded. */
    private final Set<Integer> overridden = new HashSet<>();

    private final List<Long> files = new ArrayList<>();
    /** Of the skipped part: pages in use by their places, last touched last, and whether they were stored to. */
    private final Map<Long, Boolean> inUse = new LinkedHashMap<>();

    private final List<Advised> advised = new ArrayList<>();

    private long touches;
    private boolean live;
    private long systemCalls;
    private long locks;

    /** @param instead advice for mappings of files in place of the recorded one, or null */
    RecordingScript(Layout layout, ScriptWriter out, @Nullable MappingAdvice instead, long skip, long end) {
        this.layout = layout;
        this.out = out;
        this.instead = instead;
        this.skip = skip;
        this.end = end;
    }

    List<Long> files() {
        return files;
    }

    List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (systemCalls > 0) {
            notes.add(Lowering.count(systemCalls, "read or write", "reads and writes")
                    + " of files by system calls left out");
        }
        if (locks > 0) {
            notes.add(Lowering.count(locks, "mlock", "mlocks") + " left out");
        }
        if (processes.size() > 1) {
            notes.add(processes.size() + " processes became one");
        }
        return notes;
    }

    @Override
    public boolean done() {
        return touches >= end;
    }

    /** The recording is over, perhaps before anything was to be compared. */
    void finish() {
        if (!live) {
            goLive();
        }
        out.close();
    }

    // ---- touches

    @Override
    public void touch(int process, long page, int count, boolean write) {
        for (int i = 0; i < count && !done(); i++) {
            if (touches == skip && !live) {
                goLive();
            }
            touches++;
            touch(process, page + i, write);
        }
    }

    private void touch(int process, long page, boolean write) {
        Mappings.Mapping m = mappings(process).find(page);
        if (m == null) {
            m = new Mappings.Mapping(page, 1, MappingKind.ANONYMOUS, READABLE | WRITABLE, NO_FILE, 0);
            mappings(process).map(m);
            write(process, m);
        }
        // What can only be read is not stored to: a race between threads, recorded out of order.
        boolean store = write && ((m.prot() & WRITABLE) != 0 || (m.prot() & READABLE_OR_EXECUTABLE) == 0);
        long place = layout.place(process, page);
        if (live) {
            out.touch(place, store);
        } else {
            Boolean before = inUse.remove(place);
            inUse.put(place, store || Boolean.TRUE.equals(before));
        }
    }

    private void goLive() {
        live = true;
        processes.forEach((process, mappings) -> mappings.all().forEach(m -> write(process, m)));
        advised.forEach(a ->
                layout.parts(a.process(), a.page(), a.pages(), (at, pages, s) -> out.advise(at, pages, a.advice())));
        inUse.forEach((place, store) -> out.touch(place, store));
        inUse.clear();
        out.measure();
    }

    // ---- address spaces

    private Mappings mappings(int process) {
        return processes.computeIfAbsent(process, p -> new Mappings());
    }

    /** Writes a mapping, if this is the part that is written. */
    private void write(int process, Mappings.Mapping m) {
        if (live) {
            layout.parts(process, m.page(), m.pages(), (at, pages, skipped) -> {
                if (m.kind() == MappingKind.ANONYMOUS || m.kind().hasFile() && m.object() == NO_FILE) {
                    out.mapAnonymous(at, pages);
                } else if (m.kind() == MappingKind.SHARED_MEMORY || inMemory.contains(m.object())) {
                    out.mapSharedMemory(at, pages);
                } else {
                    long from = m.objectPage() + skipped;
                    int file = file(m.object(), from + pages);
                    out.mapFile(at, pages, file, from, m.kind() == MappingKind.FILE_SHARED);
                    if (instead != null && instead.number() >= 0 && overridden.contains(m.object())) {
                        out.advise(at, pages, instead.number());
                    }
                }
            });
        }
    }

    private int file(int number, long pages) {
        int index = fileIndex.computeIfAbsent(number, n -> {
            files.add(0L);
            return files.size() - 1;
        });
        files.set(index, Math.max(files.get(index), pages));
        return index;
    }

    @Override
    public void file(int file, FileKind kind, long bytes, String path) {
        if (kind == FileKind.TMPFS) {
            inMemory.add(file);
        }
        if (instead != null && instead.appliesTo(path)) {
            overridden.add(file);
        }
    }

    @Override
    public void map(
            int process, long page, long pages, MappingKind kind, int prot, int flags, int file, long filePage) {
        if (done()) {
            return;
        }
        unmap(process, page, pages);
        Mappings.Mapping m = new Mappings.Mapping(page, pages, kind, prot, file, filePage);
        mappings(process).map(m);
        write(process, m);
    }

    @Override
    public void unmap(int process, long page, long pages) {
        if (!done() && !mappings(process).isFree(page, pages)) {
            mappings(process).unmap(page, pages);
            layout.parts(process, page, pages, (at, n, skipped) -> drop(at, n));
        }
    }

    private void drop(long at, long pages) {
        if (live) {
            out.unmap(at, pages);
        } else {
            forget(at, pages);
        }
    }

    private void forget(long at, long pages) {
        for (long p = at; p < at + pages; p++) {
            inUse.remove(p);
        }
    }

    @Override
    public void protect(int process, long page, long pages, int prot) {
        mappings(process).protect(page, pages, prot);
    }

    @Override
    public void advise(int process, long page, long pages, int advice) {
        Mappings.Mapping m = mappings(process).find(page);
        boolean other = m != null && overridden.contains(m.object()) && MappingAdvice.givesWay(advice);
        if (done() || other) {
            return;
        }
        if (live) {
            layout.parts(process, page, pages, (at, n, skipped) -> out.advise(at, n, advice));
        } else if (advice <= MADV_SEQUENTIAL) {
            advised.add(new Advised(process, page, pages, advice));
        } else if (advice == MADV_DONTNEED || advice == MADV_FREE) {
            layout.parts(process, page, pages, (at, n, skipped) -> forget(at, n));
        }
    }

    @Override
    public void remap(int process, long oldPage, long oldPages, long newPage, long newPages) {
        if (done()) {
            return;
        }
        Mappings.Mapping old = mappings(process).find(oldPage);
        if (old == null) {
            return;
        }
        if (newPage == oldPage && newPages >= oldPages) {
            mappings(process).remap(oldPage, oldPages, newPage, newPages);
            if (newPages > oldPages) {
                write(
                        process,
                        new Mappings.Mapping(
                                newPage + oldPages,
                                newPages - oldPages,
                                old.kind(),
                                old.prot(),
                                old.object(),
                                old.objectPage() + oldPages));
            }
            return;
        }
        unmap(process, oldPage, oldPages);
        map(process, newPage, newPages, old.kind(), old.prot(), 0, old.object(), old.objectPage());
    }

    // ---- processes

    @Override
    public void fork(int parent, int child, long osPid) {
        Mappings copy = new Mappings(mappings(parent));
        processes.put(child, copy);
        copy.all().forEach(m -> write(child, m));
    }

    @Override
    public void exec(int process, String program) {
        exit(process, 0);
    }

    @Override
    public void exit(int process, int status) {
        if (!done()) {
            new ArrayList<>(mappings(process).all()).forEach(m -> unmap(process, m.page(), m.pages()));
        }
    }

    // ---- what is left out

    @Override
    public void lock(int process, long page, long pages) {
        locks += done() ? 0 : 1;
    }

    @Override
    public void read(int process, int handle, int file, long page, long count) {
        systemCalls += done() || !live ? 0 : 1;
    }

    @Override
    public void write(int process, int handle, int file, long page, long count) {
        systemCalls += done() || !live ? 0 : 1;
    }
}
