package org.multigen.lab.replay;

import java.util.HashMap;
import java.util.Map;
import org.multigen.lab.scenario.Size;
import org.multigen.lab.trace.FileKind;
import org.multigen.machine.Machine;
import org.multigen.storage.BackingFile;
import org.multigen.storage.BlockDevice;

/** The files of all recordings of a trial; recordings that name the same path share the file and its page cache. Guarded by its monitor. */
public final class RecordedFiles {
    private final Machine machine;
    private final int readAheadPages;
    private final Map<String, BackingFile> byPath = new HashMap<>();
    private final Transfers transfers;
    private int sharedMemories;

    /** Told of reads and writes of files by system calls. */
    public interface Transfers {
        /** Nobody listens. */
        Transfers NONE = (file, page, pages, write) -> {};

        void transferred(BackingFile file, long page, int pages, boolean write);
    }

    /** @param readAheadPages what is read around a miss at most */
    public RecordedFiles(Machine machine, int readAheadPages, Transfers transfers) {
        this.machine = machine;
        this.readAheadPages = readAheadPages;
        this.transfers = transfers;
    }

    Transfers transfers() {
        return transfers;
    }

    synchronized BackingFile file(String path, int kind, long bytes) {
        long pages = (bytes + Size.PAGE - 1) / Size.PAGE;
        BackingFile.Kind where = kind == FileKind.TMPFS.ordinal() ? BackingFile.Kind.TMPFS : BackingFile.Kind.EXT4;
        BackingFile file = byPath.computeIfAbsent(
                path, p -> machine.createFile(p, pages, where, BlockDevice.DISK, readAheadPages));
        file.grow(pages);
        return file;
    }

    /** Shared memory that has no name. */
    synchronized BackingFile sharedMemory(long pages) {
        return machine.createFile("/dev/zero." + sharedMemories++, pages, BackingFile.Kind.TMPFS, BlockDevice.RAM, 0);
    }
}
