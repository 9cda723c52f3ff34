package org.multigen.testkit.threads;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.multigen.addrspace.Vma;
import org.multigen.base.Words;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;
import org.multigen.storage.BackingFile;
import org.multigen.storage.Shadow;

/**
 * The same for files: what their devices hold, what each of their pages must hold, and since when nothing older can be there. The
 * latest stamp wins wherever several store to one page.
 */
final class FileStamps extends Stamps {
    /** Of one file, per page. */
    private static final class Content {
        final BackingFile file;
        final AtomicLongArray device;
        final AtomicLongArray expected;
        final AtomicLongArray cutOff;

        Content(BackingFile file, int pages) {
            this.file = file;
            device = new AtomicLongArray(pages);
            expected = new AtomicLongArray(pages);
            cutOff = new AtomicLongArray(pages);
        }
    }

    private final Map<Integer, Content> files = new ConcurrentHashMap<>();

    FileStamps(Machine machine) {
        super(machine);
    }

    /**
     * Follows a file.
     *
     * @param pages most that it ever has
     */
    void follow(BackingFile file, int pages) {
        files.put(file.id(), new Content(file, pages));
    }

    private Content of(int file) {
        Content c = files.get(file);
        if (c == null) {
            throw new IllegalStateException("file " + file + " is not followed");
        }
        return c;
    }

    @Override
    public void read(int file, long index, int frame) {
        frames.set(frame, of(file).device.get((int) index));
    }

    @Override
    public void writtenBack(int frame, int file, long index) {
        Content c = files.get(file);
        if (c != null) { // else metadata
            c.device.set((int) index, frames.get(frame));
        }
    }

    @Override
    public void stored(int file, long index, int frame) {
        store(of(file), (int) index, frame);
    }

    @Override
    public void truncated(int file, long from) {
        Content c = of(file);
        long now = last.incrementAndGet();
        for (int i = (int) from; i < c.device.length(); i++) {
            c.device.set(i, 0);
            c.expected.set(i, 0);
            c.cutOff.set(i, now);
        }
    }

    private void store(Content c, int index, int frame) {
        long stamp = last.incrementAndGet();
        frames.accumulateAndGet(frame, stamp, Math::max);
        c.expected.accumulateAndGet(index, stamp, Math::max);
    }

    /** Stores to a page of a shared mapping if it is writable at this moment. */
    void storeShared(Task t, long vpn, BackingFile file, long index) {
        PageTable table = t.mm().pageTable;
        long at = table.leafAt(vpn);
        if (at == 0) {
            return;
        }
        long need = Pte.PRESENT | Pte.WRITABLE | Pte.DIRTY;
        table.lockLeaf(at);
        long entry = Words.getLongOpaque(at);
        if ((entry & need) == need) {
            store(of(file.id()), (int) index, Pte.frame(entry));
        }
        table.unlockLeaf(at);
    }

    // ---- afterwards, while nothing runs

    /** What a process stored to memory of its own has to be there still, unless the file behind it was cut off since. */
    void checkPrivate(Task t, Map<Long, Long> stored, List<String> lost) {
        stored.forEach((vpn, stamp) -> {
            Vma vma = t.mm().vma(vpn);
            boolean cut = vma != null
                    && vma.file instanceof BackingFile file
                    && of(file.id()).cutOff.get((int) vma.offsetOf(vpn)) > stamp;
            long entry = t.mm().pageTable.lookup(vpn);
            long actual = Pte.isSwap(entry)
                    ? swapped(Pte.slot(entry))
                    : Pte.mapsPage(entry) ? frames.get(Pte.frame(entry)) : 0;
            if (!cut && actual != stamp) {
                lost.add("%s page %x holds %d, expected %d".formatted(t.name(), vpn, actual, stamp));
            }
        });
    }

    /** Pages of files hold what was stored last, and nothing that is not on the device could be dropped as clean. */
    void checkFiles(List<String> lost) {
        Set<Integer> dirtyByEntries = new HashSet<>();
        for (Task t : machine.tasks()) {
            t.mm().pageTable.visit(new PageTable.Visitor() {
                @Override
                public void table(int level, int frame, int used, int found) {}

                @Override
                public void entry(long vpn, long entry, int level) {
                    if (Pte.mapsPage(entry) && Pte.dirty(entry)) {
                        dirtyByEntries.add(Pte.frame(entry));
                    }
                }
            });
        }
        files.values().forEach(c -> checkFile(c, dirtyByEntries, lost));
    }

    private void checkFile(Content c, Set<Integer> dirtyByEntries, List<String> lost) {
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < c.expected.length(); i++) {
            long entry = c.file.cache().get(i);
            int frame = Shadow.isFolio(entry) ? Shadow.pfn(entry) : FolioTable.NONE;
            long actual = frame >= 0 ? frames.get(frame) : Shadow.isSlot(entry) ? swapped((int) (entry >>> 2)) : c.device.get(i);
            if (i >= c.file.pages() && frame >= 0 && folios.folioOf(frame) == frame) {
                wrong.add("%s page %d lies behind the end".formatted(c.file.path(), i));
            }
            if (actual != c.expected.get(i)) {
                wrong.add("%s page %d holds %d (%s), expected %d"
                        .formatted(c.file.path(), i, actual, frame >= 0 ? "cached" : "not cached", c.expected.get(i)));
            }
            boolean dirty = frame >= 0
                    && (folios.has(folios.folioOf(frame), FolioFlags.DIRTY)
                            || c.file.shmem() && dirtyByEntries.contains(frame));
            if (frame >= 0 && !dirty && actual != c.device.get(i)) {
                wrong.add("%s page %d holds %d and is clean, its device %d"
                        .formatted(c.file.path(), i, actual, c.device.get(i)));
            }
        }
        lost.addAll(wrong);
    }
}
