package org.multigen.lab.trace;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.trace.Mappings.Mapping;
import org.multigen.lab.trace.TraceSummary.FileSummary;
import org.multigen.lab.trace.TraceSummary.ProcessSummary;
import org.multigen.lab.trace.TraceSummary.Unfollowed;
import org.multigen.lab.trace.TraceSummary.VmaSummary;

/**
 * Counts what goes through it: events, processes, mappings, files, distinct pages and the footprint.
 *
 * <p>The footprint is the most pages in use at one time on a machine with endless memory: anonymous pages from their first
 * touch until they are unmapped, discarded or their process ends; private copies of file pages and of what fork shared,
 * from their first write; and pages of files and of shared memory, from their first use by touch or system call until
 * truncation, since a page cache without pressure drops nothing. What a process reads of its parent's memory after a fork
 * is not counted twice. Zero pages, which a read of untouched anonymous memory would share, are counted as pages.
 */
public final class TraceAccount implements TraceSink {
    private static final int MADV_DONTNEED = 4;
    private static final int MADV_FREE = 8;
    private static final int MADV_REMOVE = 9;

    private static final int PRESENT = 1; // touched since it was mapped
    private static final int WRITTEN = 2; // written since it was mapped
    private static final int OWNED = 4; // counted as memory of this process
    private static final int EVER = 8; // touched by this program

    private final int pageSize;
    private final List<@Nullable Process> processes = new ArrayList<>();
    private final List<@Nullable FileUse> files = new ArrayList<>();
    private final List<FileUse> sharedMemory = new ArrayList<>();
    private final List<Unfollowed> unfollowed = new ArrayList<>();
    private long events;
    private long wallNs;
    private long pagesInUse;
    private long footprint;

    /** A process of the trace and its pages. */
    private static final class Process {
        final int number;
        final int parent;
        final long osPid;
        String name;
        int status = STATUS_UNKNOWN;
        boolean ended;
        boolean forked; // its untouched memory is its parent's
        long reads;
        long writes;
        long instructions;
        long distinct;
        long vmasEver;
        Mappings mappings = new Mappings();
        List<VmaSummary> lastVmas = List.of();
        PageSet pages = new PageSet();

        Process(int number, int parent, long osPid, String name) {
            this.number = number;
            this.parent = parent;
            this.osPid = osPid;
            this.name = name;
        }
    }

    /** A file, or a piece of shared memory, and which of its pages have been used. */
    private static final class FileUse {
        final FileKind kind;
        final String path;
        final PageSet used = new PageSet();
        long bytes;
        long pagesUsed;

        FileUse(FileKind kind, String path, long bytes) {
            this.kind = kind;
            this.path = path;
            this.bytes = bytes;
        }
    }

    /** Counts pages of this many bytes. */
    public TraceAccount(int pageSize) {
        this.pageSize = pageSize;
    }

    /** Touches so far. */
    public long touches() {
        long n = 0;
        for (Process p : processes) {
            n += p == null ? 0 : p.reads + p.writes;
        }
        return n;
    }

    /** Pages in use now; see the footprint. */
    public long pagesInUse() {
        return pagesInUse;
    }

    /** The footprint so far, in pages. */
    public long footprintPages() {
        return footprint;
    }

    @Override
    public void touch(int process, long page, int count, boolean write) {
        events += count;
        Process p = at(process);
        if (write) {
            p.writes += count;
        } else {
            p.reads += count;
        }
        int wanted = write ? PRESENT | WRITTEN : PRESENT;
        for (long n = page; n < page + count; n++) {
            int had = p.pages.add(n, wanted | EVER);
            if ((had & wanted) != wanted) {
                used(p, n, had, write);
            }
        }
    }

    /** A page is touched for the first time in this way since it was mapped. */
    private void used(Process p, long page, int had, boolean write) {
        if ((had & EVER) == 0) {
            p.distinct++;
        }
        Mapping m = p.mappings.find(page);
        boolean privately =
                m == null || m.kind() == MappingKind.ANONYMOUS || (m.kind() == MappingKind.FILE_PRIVATE && write);
        if (m != null && m.kind() != MappingKind.ANONYMOUS && (had & PRESENT) == 0) {
            useFile(object(m), m.objectPage() + (page - m.page()));
        }
        boolean parents = p.forked && !write;
        if (privately && !parents && (had & OWNED) == 0) {
            p.pages.add(page, OWNED);
            grow(1);
        }
    }

    private FileUse object(Mapping m) {
        return m.object() >= 0 ? fileAt(m.object()) : sharedMemory.get(-2 - m.object());
    }

    private void useFile(FileUse f, long page) {
        if (f.used.add(page, PRESENT) == 0) {
            f.pagesUsed++;
            grow(1);
        }
    }

    private void grow(long pages) {
        pagesInUse += pages;
        footprint = Math.max(footprint, pagesInUse);
    }

    private void drop(Process p, long page, long pages) {
        p.pages.clear(page, pages, PRESENT | WRITTEN | OWNED, (n, had) -> {
            if ((had & OWNED) != 0) {
                pagesInUse--;
            }
        });
    }

    private void dropAll(Process p) {
        drop(p, 0, Long.MAX_VALUE);
        p.lastVmas = vmas(p);
        p.mappings = new Mappings();
        p.forked = false;
    }

    // ---- time and processes

    @Override
    public void time(int process, long instructions) {
        events++;
        at(process).instructions += instructions;
    }

    @Override
    public void sleep(int process, long ns, boolean woken) {
        events++;
    }

    @Override
    public void wall(long ns) {
        events++;
        wallNs = ns;
    }

    @Override
    public void process(int process, long osPid, String name) {
        events++;
        put(processes, process, new Process(process, -1, osPid, name));
    }

    @Override
    public void fork(int parent, int child, long osPid) {
        events++;
        Process from = at(parent);
        Process p = new Process(child, parent, osPid, from.name);
        p.mappings = new Mappings(from.mappings);
        p.forked = true;
        put(processes, child, p);
    }

    @Override
    public void exec(int process, String program) {
        events++;
        Process p = at(process);
        dropAll(p);
        p.pages = new PageSet();
        p.name = program;
    }

    @Override
    public void exit(int process, int status) {
        events++;
        Process p = at(process);
        p.status = status;
        p.ended = true;
        dropAll(p);
        p.pages = new PageSet();
    }

    // ---- mappings

    @Override
    public void map(
            int process, long page, long pages, MappingKind kind, int prot, int flags, int file, long filePage) {
        events++;
        Process p = at(process);
        drop(p, page, pages);
        p.vmasEver++;
        int object = file;
        if (kind == MappingKind.SHARED_MEMORY) {
            sharedMemory.add(new FileUse(FileKind.TMPFS, "[shared memory]", pages * pageSize));
            object = -1 - sharedMemory.size();
        }
        p.mappings.map(new Mapping(page, pages, kind, prot, object, filePage));
    }

    @Override
    public void unmap(int process, long page, long pages) {
        events++;
        drop(at(process), page, pages);
        at(process).mappings.unmap(page, pages);
    }

    @Override
    public void protect(int process, long page, long pages, int prot) {
        events++;
        at(process).mappings.protect(page, pages, prot);
    }

    @Override
    public void advise(int process, long page, long pages, int advice) {
        events++;
        if (advice == MADV_DONTNEED || advice == MADV_FREE || advice == MADV_REMOVE) {
            drop(at(process), page, pages);
        }
    }

    @Override
    public void remap(int process, long oldPage, long oldPages, long newPage, long newPages) {
        events++;
        Process p = at(process);
        if (newPage == oldPage) {
            drop(p, newPage + newPages, Math.max(0, oldPages - newPages));
        } else {
            drop(p, newPage, newPages);
            PageSet pages = p.pages;
            pages.clear(oldPage, oldPages, PRESENT | WRITTEN | OWNED, (n, had) -> {
                if (n - oldPage < newPages) {
                    pages.add(newPage + (n - oldPage), had);
                } else if ((had & OWNED) != 0) {
                    pagesInUse--;
                }
            });
        }
        p.mappings.remap(oldPage, oldPages, newPage, newPages);
    }

    @Override
    public void lock(int process, long page, long pages) {
        events++;
    }

    @Override
    public void unlock(int process, long page, long pages) {
        events++;
    }

    // ---- files

    @Override
    public void file(int file, FileKind kind, long bytes, String path) {
        events++;
        put(files, file, new FileUse(kind, path, bytes));
    }

    @Override
    public void open(int process, int handle, int file) {
        events++;
    }

    @Override
    public void close(int handle) {
        events++;
    }

    @Override
    public void read(int process, int handle, int file, long page, long count) {
        events++;
        useFile(file, page, count);
    }

    @Override
    public void write(int process, int handle, int file, long page, long count) {
        events++;
        useFile(file, page, count);
        FileUse f = fileAt(file);
        f.bytes = Math.max(f.bytes, (page + count) * pageSize);
    }

    private void useFile(int file, long page, long count) {
        FileUse f = fileAt(file);
        for (long n = page; n < page + count; n++) {
            useFile(f, n);
        }
    }

    @Override
    public void fileAdvise(int process, int handle, int file, long page, long count, int advice) {
        events++;
    }

    @Override
    public void truncate(int file, long pages) {
        events++;
        FileUse f = fileAt(file);
        f.bytes = pages * pageSize;
        f.used.clear(pages, Long.MAX_VALUE - pages, PRESENT, (n, had) -> pagesInUse--);
    }

    @Override
    public void sync(int process, int file) {
        events++;
    }

    @Override
    public void unfollowed(int process, String program, String reason) {
        events++;
        unfollowed.add(new Unfollowed(process, program, reason));
    }

    // ---- the summary

    /** Programs that were started but not recorded, so far. */
    public List<Unfollowed> unfollowed() {
        return List.copyOf(unfollowed);
    }

    /** What has been counted. */
    public TraceSummary summary(String ending) {
        long reads = 0;
        long writes = 0;
        long instructions = 0;
        long distinct = 0;
        List<ProcessSummary> ps = new ArrayList<>();
        for (Process p : processes) {
            if (p != null) {
                reads += p.reads;
                writes += p.writes;
                instructions += p.instructions;
                distinct += p.distinct;
                ps.add(summary(p));
            }
        }
        List<FileSummary> fs = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            FileUse f = files.get(i);
            if (f != null) {
                fs.add(new FileSummary(i, f.kind, f.bytes, f.pagesUsed, f.path));
            }
        }
        return new TraceSummary(
                ending, events, reads, writes, instructions, wallNs, footprint, distinct, ps, fs, unfollowed);
    }

    private ProcessSummary summary(Process p) {
        return new ProcessSummary(
                p.number,
                p.parent,
                p.osPid,
                p.name,
                p.status,
                p.reads,
                p.writes,
                p.instructions,
                p.distinct,
                p.vmasEver,
                p.ended ? p.lastVmas : vmas(p));
    }

    private List<VmaSummary> vmas(Process p) {
        List<VmaSummary> list = new ArrayList<>();
        for (Mapping m : p.mappings.all()) {
            String name = m.kind() == MappingKind.ANONYMOUS ? "[anonymous]" : object(m).path;
            list.add(new VmaSummary(m.page(), m.pages(), m.kind(), m.prot(), name));
        }
        return list;
    }

    // ---- tables

    /** A trace whose beginning is lost, or a foreign one, may use a process that it never introduced. */
    private Process at(int process) {
        Process p = process < processes.size() ? processes.get(process) : null;
        if (p == null) {
            p = new Process(process, -1, 0, "");
            put(processes, process, p);
        }
        return p;
    }

    private FileUse fileAt(int file) {
        FileUse f = file < files.size() ? files.get(file) : null;
        if (f == null) {
            f = new FileUse(FileKind.REGULAR, "", 0);
            put(files, file, f);
        }
        return f;
    }

    private static <T> void put(List<@Nullable T> list, int at, T value) {
        while (list.size() <= at) {
            list.add(null);
        }
        list.set(at, value);
    }
}
