package org.multigen.lab.replay;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.Advice;
import org.multigen.addrspace.Prot;
import org.multigen.addrspace.Vma;
import org.multigen.lab.scenario.MappingAdvice;
import org.multigen.lab.trace.MappingKind;
import org.multigen.lab.trace.Mappings;
import org.multigen.lab.trace.TraceSink;
import org.multigen.machine.Task;
import org.multigen.storage.BackingFile;
import org.multigen.storage.FileAdvice;

/** One process of a recording: its task, and what it has mapped according to the recording. */
public final class RecordedProcess {
    private final Task task;
    private final Mappings mappings;
    private final @Nullable MappingAdvice instead;
    /** Numbers of the files whose mappings get other advice than recorded. */
    private final Set<Integer> overridden;

    private boolean gone;

    /** @param instead advice for mappings of files in place of the recorded one, or null */
    RecordedProcess(Task task, @Nullable MappingAdvice instead) {
        this(task, new Mappings(), instead, ConcurrentHashMap.newKeySet());
    }

    private RecordedProcess(Task task, Mappings mappings, @Nullable MappingAdvice instead, Set<Integer> overridden) {
        this.task = task;
        this.mappings = mappings;
        this.instead = instead;
        this.overridden = overridden;
    }

    Task task() {
        return task;
    }

    boolean runs() {
        return !gone && task.alive();
    }

    /** It was killed. */
    void gone() {
        gone = true;
    }

    RecordedProcess fork(String name) {
        return new RecordedProcess(task.fork(name), new Mappings(mappings), instead, overridden);
    }

    void exec() {
        task.exec();
        mappings.clear();
    }

    void exit() {
        task.exit();
        gone = true;
    }

    /** Maps as the event says; {@code file} is its file, if it names one that is known. */
    void map(EventBuffer e, @Nullable BackingFile file, RecordedFiles files) {
        long page = e.arg(1);
        long pages = e.arg(2);
        MappingKind kind = MappingKind.values()[e.intArg(3)];
        Prot prot = prot(e.intArg(4));
        int flags = e.intArg(5);
        if (!mappings.isFree(page, pages)) {
            task.munmap(page, pages);
        }
        mappings.map(new Mappings.Mapping(page, pages, kind, e.intArg(4), e.intArg(6), e.arg(7)));
        if (kind == MappingKind.SHARED_MEMORY) {
            task.mmapFile(page, pages, files.sharedMemory(pages), 0, true, prot);
        } else if (kind == MappingKind.ANONYMOUS || file == null) {
            task.mmapAnon(page, pages, prot);
        } else {
            file.grow(e.arg(7) + pages);
            task.mmapFile(page, pages, file, e.arg(7), kind == MappingKind.FILE_SHARED, prot);
            if (instead != null && instead.appliesTo(file.path())) {
                overridden.add(e.intArg(6));
                give(page, pages, instead.number());
            }
        }
        if ((flags & TraceSink.LOCKED) != 0) {
            task.mlock(page, pages);
        }
    }

    void unmap(long page, long pages) {
        mappings.unmap(page, pages);
        task.munmap(page, pages);
    }

    void protect(long page, long pages, int bits) {
        mappings.protect(page, pages, bits);
        task.mprotect(page, pages, prot(bits));
    }

    /** Advises as the recording does, unless the scenario has other advice for the file. */
    void advise(long page, long pages, int number) {
        Mappings.Mapping m = instead == null ? null : mappings.find(page);
        boolean other = m != null && overridden.contains(m.object());
        if (!other || !MappingAdvice.givesWay(number)) {
            give(page, pages, number);
        }
    }

    private void give(long page, long pages, int number) {
        Advice advice = Advice.numbered(number);
        if (advice != null) {
            task.madvise(page, pages, advice);
        }
    }

    void lock(long page, long pages, boolean lock) {
        if (pages == 0) {
            for (Mappings.Mapping m : mappings.all()) {
                lock(m.page(), m.pages(), lock);
            }
        } else if (lock) {
            task.mlock(page, pages);
        } else {
            task.munlock(page, pages);
        }
    }

    /** Moves or resizes; what the engine cannot move (it has split the mapping, say) is mapped anew. */
    void remap(long oldPage, long oldPages, long newPage, long newPages) {
        Mappings.Mapping old = mappings.find(oldPage);
        mappings.remap(oldPage, oldPages, newPage, newPages);
        if (old == null || task.mremap(oldPage, oldPages, newPages, newPage) >= 0) {
            return;
        }
        long kept = newPage == oldPage ? Math.min(oldPages, newPages) : 0;
        if (oldPages > kept) {
            task.munmap(oldPage + kept, oldPages - kept);
        }
        if (newPages > kept) {
            task.mmapAnon(newPage + kept, newPages - kept, prot(old.prot()));
        }
    }

    /** Makes a touch possible that no mapping allows; returns whether it is still a store. */
    boolean repair(long page, boolean write) {
        Vma vma = task.mm().vma(page);
        if (vma != null && vma.file instanceof BackingFile file && vma.offsetOf(page) >= file.pages()) {
            file.grow(vma.offsetOf(page) + 1); // in a way that was not recorded
        }
        Mappings.Mapping m = mappings.find(page);
        if (m != null && write && (m.prot() & (TraceSink.READABLE | TraceSink.EXECUTABLE)) != 0) {
            return false;
        }
        if (m != null) {
            protect(page, 1, TraceSink.READABLE | TraceSink.WRITABLE);
        } else {
            mappings.map(new Mappings.Mapping(
                    page, 1, MappingKind.ANONYMOUS, TraceSink.READABLE | TraceSink.WRITABLE, TraceSink.NO_FILE, 0));
            task.mmapAnon(page, 1, Prot.READ_WRITE);
        }
        return write;
    }

    private static Prot prot(int bits) {
        boolean write = (bits & TraceSink.WRITABLE) != 0;
        boolean execute = (bits & TraceSink.EXECUTABLE) != 0;
        if (execute) {
            return write ? Prot.READ_WRITE_EXEC : Prot.READ_EXEC;
        }
        return write ? Prot.READ_WRITE : (bits & TraceSink.READABLE) != 0 ? Prot.READ : Prot.NONE;
    }

    /** The advice of that number for posix_fadvise. */
    static @Nullable FileAdvice fileAdvice(int number) {
        return switch (number) {
            case 0 -> FileAdvice.NORMAL;
            case 1 -> FileAdvice.RANDOM;
            case 2 -> FileAdvice.SEQUENTIAL;
            case 3 -> FileAdvice.WILLNEED;
            case 4 -> FileAdvice.DONTNEED;
            case 5 -> FileAdvice.NOREUSE;
            default -> null;
        };
    }
}
