package org.multigen.lab.experiment;

import java.util.HashMap;
import java.util.Map;
import org.multigen.lab.scenario.Size;
import org.multigen.lab.trace.FileKind;
import org.multigen.machine.Machine;
import org.multigen.storage.BackingFile;
import org.multigen.storage.BlockDevice;

/** The files of all recordings of a trial; recordings that name the same path share the file and its page cache. */
final class RecordedFiles {
    private static final int READAHEAD_PAGES = 32;

    private final Machine machine;
    private final Map<String, BackingFile> byPath = new HashMap<>();
    private int sharedMemories;

    RecordedFiles(Machine machine) {
        this.machine = machine;
    }

    BackingFile file(String path, int kind, long bytes) {
        long pages = (bytes + Size.PAGE - 1) / Size.PAGE;
        BackingFile.Kind where = kind == FileKind.TMPFS.ordinal() ? BackingFile.Kind.TMPFS : BackingFile.Kind.EXT4;
        BackingFile file = byPath.computeIfAbsent(
                path, p -> machine.createFile(p, pages, where, BlockDevice.DISK, READAHEAD_PAGES));
        file.grow(pages);
        return file;
    }

    /** Shared memory that has no name. */
    BackingFile sharedMemory(long pages) {
        return machine.createFile("/dev/zero." + sharedMemories++, pages, BackingFile.Kind.TMPFS, BlockDevice.RAM, 0);
    }
}
