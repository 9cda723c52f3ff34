package org.multigen.lab.trace;

import java.util.HashMap;
import java.util.Map;

/**
 * Lets the accesses of a window and the times within it pass, and everything else whenever it happens. Accesses are counted from
 * 0: every touch of a page, every read or write of a file.
 *
 * <p>What a process stored before the window is there when it begins: its first touch of such a page in the window is passed on as
 * a store, since a load would find the zero page. Memory that a forked child only inherited is its parent's.
 */
public final class AccessWindow extends PassingSink {
    private static final int FILLED = 1;
    private static final int PROCESS_SHIFT = 45; // pages of 57-bit addresses
    private static final int DONTNEED = 4; // madvise(2)
    private static final int FREE = 8;
    private static final int REMOVE = 9;

    private final long from;
    private final long end;
    private long at;
    private final Map<Integer, Mappings> mappings = new HashMap<>();
    /** Pages with contents of a process's own from before the window, not touched in it so far. */
    private final PageSet filled = new PageSet();

    private boolean anyFilled;

    /**
     * A window.
     *
     * @param from the first access that passes
     * @param end the first behind it that does not
     */
    public AccessWindow(TraceSink to, long from, long end) {
        super(to);
        this.from = from;
        this.end = end;
    }

    /** Accesses so far, those outside the window too. */
    public long accesses() {
        return at;
    }

    private boolean inside() {
        return at >= from && at < end;
    }

    private static long key(int process, long page) {
        return (long) process << PROCESS_SHIFT | page;
    }

    // ---- accesses

    @Override
    public void touch(int process, long page, int count, boolean write) {
        long first = Math.clamp(from - at, 0, count);
        long stop = Math.min(end - at, count);
        if (write) {
            fill(process, page, first);
        }
        if (first < stop) {
            pass(process, page + first, page + stop, write);
        }
        at += count;
    }

    private void fill(int process, long page, long count) {
        Mappings mapped = mapped(process);
        for (long p = page; p < page + count; p++) {
            Mappings.Mapping m = mapped.find(p);
            if (m == null || m.kind() != MappingKind.FILE_SHARED) {
                filled.add(key(process, p), FILLED);
                anyFilled = true;
            }
        }
    }

    private void pass(int process, long page, long stop, boolean write) {
        if (!anyFilled) {
            to.touch(process, page, (int) (stop - page), write);
            return;
        }
        long begin = page;
        boolean stores = wasFilled(process, page) || write;
        for (long p = page + 1; p < stop; p++) {
            boolean store = wasFilled(process, p) || write;
            if (store != stores) {
                to.touch(process, begin, (int) (p - begin), stores);
                begin = p;
                stores = store;
            }
        }
        to.touch(process, begin, (int) (stop - begin), stores);
    }

    /** Whether a page has contents from before; asked once, it has not. */
    private boolean wasFilled(int process, long page) {
        if (filled.get(key(process, page)) == 0) {
            return false;
        }
        forget(process, page, 1);
        return true;
    }

    @Override
    public void read(int process, int handle, int file, long page, long count) {
        if (inside()) {
            to.read(process, handle, file, page, count);
        }
        at++;
    }

    @Override
    public void write(int process, int handle, int file, long page, long count) {
        if (inside()) {
            to.write(process, handle, file, page, count);
        }
        at++;
    }

    // ---- times

    @Override
    public void time(int process, long instructions) {
        if (inside()) {
            to.time(process, instructions);
        }
    }

    @Override
    public void wall(long ns) {
        if (inside()) {
            to.wall(ns);
        }
    }

    @Override
    public void sleep(int process, long ns, boolean woken) {
        if (inside()) {
            to.sleep(process, ns, woken);
        }
    }

    // ---- what ends contents

    private Mappings mapped(int process) {
        return mappings.computeIfAbsent(process, p -> new Mappings());
    }

    private void forget(int process, long page, long pages) {
        if (anyFilled) {
            filled.clear(key(process, page), pages, FILLED, (p, had) -> {});
        }
    }

    private void forgetAll(int process) {
        forget(process, 0, 1L << PROCESS_SHIFT);
        mappings.remove(process);
    }

    @Override
    public void fork(int parent, int child, long osPid) {
        mappings.put(child, new Mappings(mapped(parent)));
        to.fork(parent, child, osPid);
    }

    @Override
    public void exec(int process, String program) {
        forgetAll(process);
        to.exec(process, program);
    }

    @Override
    public void exit(int process, int status) {
        forgetAll(process);
        to.exit(process, status);
    }

    @Override
    public void map(
            int process, long page, long pages, MappingKind kind, int prot, int flags, int file, long filePage) {
        forget(process, page, pages);
        mapped(process).map(new Mappings.Mapping(page, pages, kind, prot, file, filePage));
        to.map(process, page, pages, kind, prot, flags, file, filePage);
    }

    @Override
    public void unmap(int process, long page, long pages) {
        forget(process, page, pages);
        mapped(process).unmap(page, pages);
        to.unmap(process, page, pages);
    }

    @Override
    public void remap(int process, long oldPage, long oldPages, long newPage, long newPages) {
        mapped(process).remap(oldPage, oldPages, newPage, newPages);
        if (anyFilled && oldPage != newPage) {
            PageSet moving = new PageSet();
            filled.clear(key(process, oldPage), oldPages, FILLED, (p, had) -> moving.add(p, FILLED));
            forget(process, newPage, newPages);
            long by = newPage - oldPage;
            moving.clear(
                    key(process, oldPage),
                    Math.min(oldPages, newPages),
                    FILLED,
                    (p, had) -> filled.add(p + by, FILLED));
        }
        to.remap(process, oldPage, oldPages, newPage, newPages);
    }

    @Override
    public void advise(int process, long page, long pages, int advice) {
        if (advice == DONTNEED || advice == FREE || advice == REMOVE) {
            forget(process, page, pages);
        }
        to.advise(process, page, pages, advice);
    }
}
