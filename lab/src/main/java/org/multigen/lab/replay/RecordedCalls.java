package org.multigen.lab.replay;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.Failure;
import org.multigen.machine.Task;
import org.multigen.storage.BackingFile;
import org.multigen.storage.FileAdvice;
import org.multigen.storage.OpenFile;

/**
 * Carries out the system calls of a recording's processes, and knows the files and open files that they share by number. Under real
 * threads its processes may call at the same time.
 */
public final class RecordedCalls {
    /** A machine keeps 32 bits of a page's number in its file. */
    private static final long MOST_FILE_PAGES = 1L << 32;

    private final RecordedFiles files;
    private final Map<Integer, OpenFile> handles = new ConcurrentHashMap<>();
    private final Map<Integer, BackingFile> byNumber = new ConcurrentHashMap<>();

    RecordedCalls(RecordedFiles files) {
        this.files = files;
    }

    /** The recording begins anew: its numbers mean nothing any more. */
    void forget() {
        handles.clear();
        byNumber.clear();
    }

    /** A FILE event: a number for a file. */
    void define(EventBuffer e) {
        byNumber.put(e.intArg(0), files.file(e.text(3), e.intArg(1), e.arg(2)));
    }

    /** A CLOSE event. */
    void close(EventBuffer e) {
        handles.remove(e.intArg(0));
    }

    /** A TRUNCATE event, which does not say whose it is. */
    void truncate(Task by, EventBuffer e) {
        BackingFile f = byNumber.get(e.intArg(0));
        if (f != null) {
            by.truncate(f, e.arg(1));
        }
    }

    /** Any other call of a process. */
    void perform(RecordedProcess p, EventBuffer e) {
        switch (e.kind()) {
            case EventBuffer.EXEC -> p.exec();
            case EventBuffer.EXIT -> p.exit();
            case EventBuffer.MAP -> p.map(e, byNumber.get(e.intArg(6)), files);
            case EventBuffer.UNMAP -> p.unmap(e.arg(1), e.arg(2));
            case EventBuffer.PROTECT -> p.protect(e.arg(1), e.arg(2), (int) (e.arg(0) >>> 32));
            case EventBuffer.ADVISE -> p.advise(e.arg(1), e.arg(2), (int) (e.arg(0) >>> 32));
            case EventBuffer.REMAP -> p.remap(e.arg(1), e.arg(2), e.arg(3), e.arg(4));
            case EventBuffer.LOCK -> p.lock(e.arg(1), e.arg(2), true);
            case EventBuffer.UNLOCK -> p.lock(e.arg(1), e.arg(2), false);
            case EventBuffer.OPEN -> open(p, e.intArg(1), e.intArg(2));
            case EventBuffer.READ, EventBuffer.WRITE -> transfer(p, e);
            case EventBuffer.FILE_ADVISE -> adviseFile(p, e);
            case EventBuffer.SYNC -> sync(p, e.intArg(1));
            default -> throw new IllegalStateException("event " + e.kind());
        }
    }

    /** The open file of a handle; a handle that was open before the recording began is opened now. */
    private @Nullable OpenFile open(RecordedProcess p, int handle, int file) {
        OpenFile known = handles.get(handle);
        BackingFile f = known == null ? byNumber.get(file) : null;
        if (f == null) {
            return known;
        }
        OpenFile opened = p.task().open(f); // may wait for memory: no lock of the table is held
        OpenFile other = handles.putIfAbsent(handle, opened);
        return other == null ? opened : other;
    }

    private void transfer(RecordedProcess p, EventBuffer e) {
        OpenFile f = open(p, e.intArg(1), e.intArg(2));
        if (f == null) {
            return;
        }
        int pages = Math.toIntExact(e.arg(4));
        if (e.arg(3) + pages > MOST_FILE_PAGES) {
            throw Failure.badData(
                    f.file().path(), "page " + e.arg(3) + " of a recorded file: expected less than 2^32 (16 TiB)");
        }
        if (e.kind() == EventBuffer.READ) {
            f.file().grow(e.arg(3) + pages); // it may have grown by another process's hand
            p.task().read(f, e.arg(3), pages);
        } else {
            p.task().write(f, e.arg(3), pages);
        }
        files.transfers().transferred(f.file(), e.arg(3), pages, e.kind() == EventBuffer.WRITE);
    }

    private void adviseFile(RecordedProcess p, EventBuffer e) {
        OpenFile f = open(p, e.intArg(1), e.intArg(2));
        FileAdvice advice = RecordedProcess.fileAdvice(e.intArg(5));
        if (f != null && advice != null) {
            p.task().advise(f, advice, e.arg(3), e.arg(4));
        }
    }

    private void sync(RecordedProcess p, int file) {
        BackingFile f = byNumber.get(file);
        if (f != null) {
            p.task().sync(f);
        }
    }
}
