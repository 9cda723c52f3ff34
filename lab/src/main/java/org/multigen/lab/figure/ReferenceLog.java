package org.multigen.lab.figure;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.Vma;
import org.multigen.lab.explain.Toucher;
import org.multigen.lab.policy.References;
import org.multigen.lab.replay.RecordedFiles;
import org.multigen.lab.scenario.Size;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;
import org.multigen.memory.FolioTable;
import org.multigen.pagetable.Pte;
import org.multigen.storage.BackingFile;

/**
 * Writes down which pages the tasks of a run reference, in their order, for the reference policies. A page is what an anonymous
 * family or a file has at an index, whoever maps it; pages that processes share after a fork count as one. Free are the first touch
 * of anonymous or shared memory, the copy that a store makes, and the write of a whole page of a file: nothing is read for them.
 * Reads of the zero page are no references. 4 bytes a reference and up to 24 a page.
 */
public final class ReferenceLog implements RecordedFiles.Transfers {
    private static final long MOST = 1 << 28;
    /** Bytes of heap for a reference while the array that holds them grows. */
    private static final int BYTES = 24;

    private final long most = Math.min(MOST, Runtime.getRuntime().maxMemory() / BYTES);
    private final References.Collector collector = new References.Collector();
    private @Nullable FolioTable folios;
    private long firstTouches;
    private long filePages;

    /** Nothing is written down yet. */
    public ReferenceLog() {}

    /** To be told of the machine before anything runs on it. */
    public void attach(Machine machine) {
        folios = machine.memory().folios();
    }

    /** What is touched through it is written down. */
    public Toucher over(Toucher toucher) {
        return (task, vpn, write) -> {
            long before = task.mm().pageTable.lookup(vpn);
            int outcome = toucher.touch(task, vpn, write);
            touched(task, vpn, before);
            return outcome;
        };
    }

    /** The warm-up is over: from here on misses count. */
    public void warm() {
        collector.allAreFree();
        firstTouches = 0;
    }

    private void touched(Task task, long vpn, long before) {
        long entry = task.mm().pageTable.lookup(vpn);
        FolioTable table = folios;
        if (table == null || !Pte.mapsPage(entry)) {
            return;
        }
        boolean isNew = add(TouchLog.pageOf(table, entry));
        boolean fromSwap = Pte.isSwap(before);
        boolean fresh = !fromSwap && !(Pte.mapsPage(before) && Pte.frame(before) == Pte.frame(entry));
        if (table.mapping(table.folioOf(Pte.frame(entry))) > 0) {
            Vma vma = isNew ? task.mm().vma(vpn) : null;
            ofFile(vma != null && vma.file instanceof BackingFile f ? f : null, isNew);
        } else if (isNew || fresh) {
            firstTouch();
        }
    }

    @Override
    public void transferred(BackingFile file, long page, int pages, boolean write) {
        for (long p = page; p < page + pages; p++) {
            boolean isNew = add(TouchLog.pageOf(file.id(), p));
            if (write) {
                collector.lastIsFree();
                filePages += isNew ? 1 : 0;
            } else {
                ofFile(file, isNew);
            }
        }
    }

    private void ofFile(@Nullable BackingFile file, boolean isNew) {
        if (isNew && file != null && file.kind() == BackingFile.Kind.TMPFS) {
            firstTouch();
        } else if (isNew) {
            filePages++;
        }
    }

    private void firstTouch() {
        collector.lastIsFree();
        firstTouches++;
    }

    /** Whether the page is seen for the first time. */
    private boolean add(long page) {
        int before = collector.distinct();
        if (collector.count() >= most) {
            throw new TooMany(most);
        }
        collector.add(page);
        return collector.distinct() > before;
    }

    /** The references from the beginning; misses count from the end of the warm-up. */
    public References references() {
        return collector.finish((int) Size.PAGE, List.of());
    }

    /** First touches of anonymous and shared memory since the end of the warm-up. */
    public long firstTouches() {
        return firstTouches;
    }

    /** Different pages of files. */
    public long filePages() {
        return filePages;
    }

    /** More references than are kept. */
    public static final class TooMany extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooMany(long most) {
            super("more than " + most + " references, the most that are kept with this heap", null, false, false);
        }
    }
}
