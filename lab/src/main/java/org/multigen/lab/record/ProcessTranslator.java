package org.multigen.lab.record;

import java.util.HashMap;
import java.util.Map;
import org.multigen.lab.trace.FileKind;
import org.multigen.lab.trace.MappingKind;
import org.multigen.lab.trace.Mappings;
import org.multigen.lab.trace.Mappings.Mapping;
import org.multigen.lab.trace.PageSet;
import org.multigen.lab.trace.TraceSink;

/**
 * Turns what the plugin reports of one process into events of the trace.
 *
 * <p>It knows the address space as the trace describes it, so that a touch outside of it, of what the loader mapped, first
 * brings its mapping into the trace.
 */
final class ProcessTranslator {
    private static final int PAGE_SHIFT = 12;
    private static final long PAGE_MASK = (1 << PAGE_SHIFT) - 1;

    // Linux's numbers, the same on x86-64 and arm64.
    private static final int MAP_TYPE = 0xf;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_GROWSDOWN = 0x100;
    private static final int MAP_LOCKED = 0x2000;
    private static final int MAP_POPULATE = 0x8000;
    private static final int MAP_HUGETLB = 0x40000;

    private final int process;
    private final TraceSink sink;
    private final RecordedFiles files;
    private final OpenFiles open;
    private final Mappings mappings;
    private final PageSet known = new PageSet(); // pages that lie in a mapping, for speed
    private final LoaderMaps loader;
    private final Map<Long, Integer> fileNumbers = new HashMap<>(); // by the plugin's local number
    private long brk;
    private long instructions;

    /** A program that starts with an empty address space, in a process that may have files open. */
    ProcessTranslator(int process, TraceSink sink, RecordedFiles files, OpenFiles open) {
        this(process, sink, files, open, new Mappings(), new LoaderMaps());
    }

    private ProcessTranslator(
            int process, TraceSink sink, RecordedFiles files, OpenFiles open, Mappings mappings, LoaderMaps loader) {
        this.process = process;
        this.sink = sink;
        this.files = files;
        this.open = open;
        this.mappings = mappings;
        this.loader = loader;
    }

    /** The child of a fork, with copies of the address space and the table of open files. */
    ProcessTranslator forked(int child) {
        ProcessTranslator t = new ProcessTranslator(child, sink, files, open.forked(), new Mappings(mappings), loader);
        t.brk = brk;
        return t;
    }

    /** The same process with another program. */
    ProcessTranslator executed() {
        return new ProcessTranslator(process, sink, files, open);
    }

    int process() {
        return process;
    }

    void touch(long page, boolean write) {
        if (known.get(page) == 0) {
            know(page);
        }
        sink.touch(process, page, 1, write);
    }

    /** Adds executed instructions; {@link #tellTime} brings them into the trace. */
    void executed(long count) {
        instructions += count;
    }

    void tellTime() {
        if (instructions > 0) {
            sink.time(process, instructions);
            instructions = 0;
        }
    }

    void exit(int status) {
        tellTime();
        open.closeAll();
        sink.exit(process, status);
    }

    void maps(long guestBase, String lines) {
        loader.add(guestBase, lines);
    }

    // ---- mappings

    private void know(long page) {
        if (mappings.find(page) == null) {
            mapAsLoaded(page);
        }
        known.add(page, 1);
    }

    private void mapAsLoaded(long page) {
        LoaderMaps.Range r = loader.find(page);
        if (r == null) {
            map(page, 1, MappingKind.ANONYMOUS, TraceSink.READABLE | TraceSink.WRITABLE, 0, TraceSink.NO_FILE, 0);
            return;
        }
        // What the program has mapped over the range since then stays as it is: take the free part around the page.
        long from = r.page();
        long to = r.end();
        for (Mapping m : mappings.all()) {
            if (m.end() <= page) {
                from = Math.max(from, m.end());
            } else if (m.page() > page) {
                to = Math.min(to, m.page());
            }
        }
        if (r.isFile()) {
            MappingKind kind = r.shared() ? MappingKind.FILE_SHARED : MappingKind.FILE_PRIVATE;
            int file = files.number(r.path(), r.inode(), FileKind.REGULAR, new java.io.File(r.path()).length());
            map(from, to - from, kind, r.prot(), 0, file, r.filePage() + (from - r.page()));
        } else {
            MappingKind kind = r.shared() ? MappingKind.SHARED_MEMORY : MappingKind.ANONYMOUS;
            map(from, to - from, kind, r.prot(), 0, TraceSink.NO_FILE, 0);
        }
    }

    private void map(long page, long pages, MappingKind kind, int prot, int flags, int file, long filePage) {
        if (pages <= 0) {
            return;
        }
        mappings.map(new Mapping(page, pages, kind, prot, file, filePage));
        sink.map(process, page, pages, kind, prot, flags, file, filePage);
    }

    void mmap(long address, long bytes, int prot, int flags, long localFile, long offset) {
        boolean isPrivate = (flags & MAP_TYPE) == MAP_PRIVATE;
        Integer file = (flags & MAP_ANONYMOUS) != 0 || localFile < 0 ? null : fileNumbers.get(localFile);
        MappingKind kind;
        if (file == null) {
            kind = isPrivate ? MappingKind.ANONYMOUS : MappingKind.SHARED_MEMORY;
        } else {
            kind = isPrivate ? MappingKind.FILE_PRIVATE : MappingKind.FILE_SHARED;
        }
        int traceFlags = ((flags & MAP_GROWSDOWN) != 0 ? TraceSink.GROWS_DOWN : 0)
                | ((flags & MAP_POPULATE) != 0 ? TraceSink.POPULATE : 0)
                | ((flags & MAP_LOCKED) != 0 ? TraceSink.LOCKED : 0)
                | ((flags & MAP_HUGETLB) != 0 ? TraceSink.HUGETLB : 0);
        int number = file == null ? TraceSink.NO_FILE : file;
        map(
                address >>> PAGE_SHIFT,
                pages(bytes),
                kind,
                prot & 7,
                traceFlags,
                number,
                file == null ? 0 : offset >>> PAGE_SHIFT);
    }

    void munmap(long address, long bytes) {
        long page = address >>> PAGE_SHIFT;
        known.clear(page, pages(bytes), 1, (p, had) -> {});
        mappings.unmap(page, pages(bytes));
        sink.unmap(process, page, pages(bytes));
    }

    void shmdt(long address) {
        Mapping m = mappings.find(address >>> PAGE_SHIFT);
        if (m != null) {
            munmap(address, m.pages() << PAGE_SHIFT);
        }
    }

    void mprotect(long address, long bytes, int prot) {
        bringIn(address, bytes);
        mappings.protect(address >>> PAGE_SHIFT, pages(bytes), prot & 7);
        sink.protect(process, address >>> PAGE_SHIFT, pages(bytes), prot & 7);
    }

    void madvise(long address, long bytes, int advice) {
        bringIn(address, bytes);
        sink.advise(process, address >>> PAGE_SHIFT, pages(bytes), advice);
    }

    void mlock(long address, long bytes) {
        bringIn(address, bytes);
        sink.lock(process, address >>> PAGE_SHIFT, pages(bytes));
    }

    void munlock(long address, long bytes) {
        sink.unlock(process, address >>> PAGE_SHIFT, pages(bytes));
    }

    /** The loader's mapping at an address that a call names comes into the trace before the call. */
    private void bringIn(long address, long bytes) {
        long page = address >>> PAGE_SHIFT;
        if (bytes > 0 && mappings.find(page) == null && loader.find(page) != null) {
            mapAsLoaded(page);
        }
    }

    void mremap(long oldAddress, long oldBytes, long newAddress, long newBytes) {
        long from = oldAddress >>> PAGE_SHIFT;
        long to = newAddress >>> PAGE_SHIFT;
        bringIn(oldAddress, oldBytes);
        known.clear(from, pages(oldBytes), 1, (p, had) -> {});
        mappings.remap(from, pages(oldBytes), to, pages(newBytes));
        sink.remap(process, from, pages(oldBytes), to, pages(newBytes));
    }

    void brk(long address) {
        long old = pages(brk);
        long now = pages(address);
        if (brk != 0 && now > old) {
            map(
                    old,
                    now - old,
                    MappingKind.ANONYMOUS,
                    TraceSink.READABLE | TraceSink.WRITABLE,
                    0,
                    TraceSink.NO_FILE,
                    0);
        } else if (brk != 0 && now < old) {
            munmap(now << PAGE_SHIFT, (old - now) << PAGE_SHIFT);
        }
        brk = address;
    }

    // ---- files

    void file(long local, long inode, long bytes, boolean tmpfs, String path) {
        fileNumbers.put(local, files.number(path, inode, tmpfs ? FileKind.TMPFS : FileKind.REGULAR, bytes));
    }

    void opened(int descriptor, long localFile) {
        Integer file = fileNumbers.get(localFile);
        if (file != null) {
            open.open(process, descriptor, file);
        }
    }

    void closed(int descriptor) {
        open.close(descriptor);
    }

    void closedRange(int first, int last) {
        open.closeRange(first, last);
    }

    void duplicated(int from, int to) {
        open.duplicate(from, to);
    }

    void io(boolean write, int descriptor, long localFile, long offset, long bytes) {
        Integer file = fileNumbers.get(localFile);
        if (file == null) {
            return;
        }
        int handle = open.handle(process, descriptor, file);
        long page = offset >>> PAGE_SHIFT;
        long count = pages(offset + bytes) - page;
        if (write) {
            sink.write(process, handle, file, page, count);
        } else {
            sink.read(process, handle, file, page, count);
        }
    }

    void fadvise(int descriptor, long localFile, long offset, long bytes, int advice) {
        Integer file = fileNumbers.get(localFile);
        if (file != null) {
            long page = offset >>> PAGE_SHIFT;
            long count = bytes == 0 ? 0 : pages(offset + bytes) - page;
            sink.fileAdvise(process, open.handle(process, descriptor, file), file, page, count, advice);
        }
    }

    void truncated(long localFile, long bytes) {
        Integer file = fileNumbers.get(localFile);
        if (file != null) {
            sink.truncate(file, pages(bytes));
        }
    }

    void synced(long localFile) {
        Integer file = fileNumbers.get(localFile);
        if (file != null) {
            sink.sync(process, file);
        }
    }

    private static long pages(long bytes) {
        return (bytes + PAGE_MASK) >>> PAGE_SHIFT;
    }
}
