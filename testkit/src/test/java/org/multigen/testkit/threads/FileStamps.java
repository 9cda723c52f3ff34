package org.multigen.testkit.threads;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
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
 * latest stamp wins wherever several store to one page. At the moments that matter it acts as the worst of neighbours: it stores to the page
 * that is being written, through every mapping that still allows it.
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
    /** A mapping of a whole file; its place changes while it is looked at, then there is nothing at the old one. */
    private record Sharing(Task task, BackingFile file, long[] places, int place) {
        long base() {
            return places[place];
        }
    }

    private final Queue<Sharing> sharing = new ConcurrentLinkedQueue<>();
    /** Found while everything runs. */
    private final Queue<String> lost = new ConcurrentLinkedQueue<>();

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

    /** A process maps a whole file, shared, where {@code places[place]} says. */
    void shares(Task task, BackingFile file, long[] places, int place) {
        sharing.add(new Sharing(task, file, places, place));
    }

    /** A process has ended. */
    void ended(Task task) {
        sharing.removeIf(s -> s.task == task);
    }

    private Content of(int file) {
        Content c = files.get(file);
        if (c == null) {
            throw new IllegalStateException("file " + file + " is not followed");
        }
        return c;
    }

    /** Takes time now and then where content is moved, so that others come in between. */
    private static void dawdle() {
        if (ThreadLocalRandom.current().nextInt(64) == 0) {
            LockSupport.parkNanos(50_000);
        }
    }

    @Override
    public void zeroed(int frame) {
        dawdle();
        super.zeroed(frame);
    }

    @Override
    public void copied(int from, int to) {
        dawdle();
        super.copied(from, to);
    }

    @Override
    public void swappedIn(int slot, int frame) {
        dawdle();
        super.swappedIn(slot, frame);
    }

    @Override
    public void swappedOut(int frame, int slot) {
        super.swappedOut(frame, slot);
        dawdle();
    }

    /** Nobody can store to a page that is only being read in: all that was stored must be on the device. */
    @Override
    public void read(int file, long index, int frame) {
        dawdle();
        Content c = of(file);
        long device = c.device.get((int) index);
        if (device != c.expected.get((int) index)) {
            lost.add("%s page %d is read as %d, expected %d"
                    .formatted(c.file.path(), index, device, c.expected.get((int) index)));
        }
        frames.set(frame, device);
    }

    @Override
    public void writtenBack(int frame, int file, long index) {
        Content c = files.get(file);
        if (c != null) { // else metadata
            c.device.set((int) index, frames.get(frame));
            storeAtOnce(c, (int) index, frame);
            dawdle();
        }
    }

    /** If any mapping allows it, the store is neither on the device nor is the page dirty for it. */
    private void storeAtOnce(Content c, int index, int frame) {
        for (Sharing s : sharing) {
            if (s.file == c.file) {
                storeIf(s.task, s.base() + index, c, index, frame);
            }
        }
    }

    @Override
    public void stored(int file, long index, int frame) {
        dawdle();
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
        for (Sharing s : sharing) {
            for (int i = (int) from; s.file == c.file && i < c.device.length(); i++) {
                int index = i;
                look(s.task, s.base() + i, frame -> stillMapped(s, index, frame));
            }
        }
    }

    private void stillMapped(Sharing s, int index, int frame) {
        lost.add("%s maps page %d of %s, frame %d, which was cut off"
                .formatted(s.task.name(), index, s.file.path(), frame));
    }

    private void store(Content c, int index, int frame) {
        long stamp = last.incrementAndGet();
        frames.accumulateAndGet(frame, stamp, Math::max);
        c.expected.accumulateAndGet(index, stamp, Math::max);
    }

    /** Stores to a page of a shared mapping if it is writable at this moment. */
    void storeShared(Task t, long vpn, BackingFile file, long index) {
        storeIf(t, vpn, of(file.id()), (int) index, FolioTable.NONE);
    }

    private void storeIf(Task t, long vpn, Content c, int index, int only) {
        PageTable table = t.mm().pageTable;
        long at = table.leafAt(vpn);
        if (at == 0) {
            return;
        }
        long need = Pte.PRESENT | Pte.WRITABLE | Pte.DIRTY;
        table.lockLeaf(at);
        long entry = Words.getLongOpaque(at);
        if ((entry & need) == need && (only == FolioTable.NONE || only == Pte.frame(entry))) {
            store(c, index, Pte.frame(entry));
        }
        table.unlockLeaf(at);
    }

    /** Loads from a page of a shared mapping, if it is there at this moment: nothing older than what was stored last. */
    void loadShared(Task t, long vpn, BackingFile file, long index) {
        Content c = of(file.id());
        look(t, vpn, frame -> {
            long expected = c.expected.get((int) index);
            long actual = frames.get(frame);
            if (actual < expected) {
                lost.add("%s sees %d in %s page %d, expected %d"
                        .formatted(t.name(), actual, file.path(), index, expected));
            }
        });
    }

    /** The same of a page that the process has stored to itself and nobody else can see. */
    void loadOwn(Task t, long vpn, long stamp) {
        Vma vma = t.mm().vma(vpn);
        AtomicLongArray cutOff = vma != null && vma.file instanceof BackingFile file ? of(file.id()).cutOff : null;
        int index = cutOff == null || vma == null ? 0 : (int) vma.offsetOf(vpn);
        look(t, vpn, frame -> {
            long actual = frames.get(frame);
            if (actual != stamp && (cutOff == null || cutOff.get(index) < stamp)) {
                lost.add("%s sees %d at page %x, expected %d".formatted(t.name(), actual, vpn, stamp));
            }
        });
    }

    private static void look(Task t, long vpn, IntConsumer at) {
        PageTable table = t.mm().pageTable;
        long entryAt = table.leafAt(vpn);
        if (entryAt != 0) {
            table.lockLeaf(entryAt);
            long entry = Words.getLongOpaque(entryAt);
            if (Pte.present(entry) && Pte.mapsPage(entry)) {
                at.accept(Pte.frame(entry));
            }
            table.unlockLeaf(entryAt);
        }
    }

    // ---- afterwards, while nothing runs

    /** What was found while everything ran. */
    void found(List<String> to) {
        to.addAll(lost);
    }

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
            long actual = frame >= 0
                    ? frames.get(frame)
                    : Shadow.isSlot(entry) ? swapped((int) (entry >>> 2)) : c.device.get(i);
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
