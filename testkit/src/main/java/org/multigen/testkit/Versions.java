package org.multigen.testkit;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.Vma;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;
import org.multigen.memory.FolioTable;
import org.multigen.memory.FrameContents;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;
import org.multigen.storage.BackingFile;
import org.multigen.storage.Shadow;

/**
 * A slow model of what every page must hold, and a record of what every frame, swap slot and file page does hold: each store
 * makes a new version, the machine's copies carry versions along. A page whose place holds another version than the one last
 * stored is lost.
 *
 * <p>Version 0 is a page of zeros. The model knows private pages by process and page number and shared ones by file and index;
 * it is told of each operation by the plan's runner.
 */
final class Versions implements FrameContents {
    /** Private pages of one process. */
    private static final class Private {
        final Map<Long, Long> pages = new HashMap<>();
        /** Pages given up with MADV_FREE: they may turn to zeros any time. */
        final Set<Long> free = new HashSet<>();
    }

    private final Machine machine;
    private final FolioTable folios;
    private final long[] frames;
    private final Map<Integer, Long> slots = new HashMap<>();
    private final Map<Long, Long> disk = new HashMap<>();
    private final Map<Long, Long> files = new HashMap<>();
    private final Map<AddressSpace, Private> spaces = new HashMap<>();
    private long last;

    Versions(Machine machine) {
        this.machine = machine;
        this.folios = machine.rooms().folios();
        this.frames = new long[folios.frames()];
        Arrays.fill(frames, -1);
        folios.setContents(this);
    }

    private static long key(int file, long index) {
        return (long) file << 40 | index;
    }

    // ---- what the machine does

    @Override
    public void zeroed(int frame) {
        frames[frame] = 0;
    }

    @Override
    public void copied(int from, int to) {
        frames[to] = frames[from];
    }

    @Override
    public void swappedOut(int frame, int slot) {
        slots.put(slot, frames[frame]);
    }

    @Override
    public void swappedIn(int slot, int frame) {
        frames[frame] = slots.getOrDefault(slot, -2L);
    }

    @Override
    public void read(int file, long index, int frame) {
        frames[frame] = disk.getOrDefault(key(file, index), 0L);
    }

    @Override
    public void writtenBack(int frame, int file, long index) {
        disk.put(key(file, index), frames[frame]);
    }

    @Override
    public void stored(int file, long index, int frame) {
        frames[frame] = ++last;
        files.put(key(file, index), last);
    }

    // ---- what programs do

    /** A program stored to a page that is present. */
    void store(Task t, long vpn) {
        AddressSpace mm = t.mm();
        Vma v = mm.vma(vpn);
        long entry = mm.pageTable.lookup(vpn);
        if (v == null || !Pte.mapsPage(entry)) {
            throw new IllegalStateException("a store succeeded where nothing is mapped: %x".formatted(vpn));
        }
        frames[frameOf(entry, vpn)] = ++last;
        if (v.has(Vma.SHARED) && v.file != null) {
            files.put(key(v.file.id(), v.offsetOf(vpn)), last);
        } else {
            Private p = spaces.computeIfAbsent(mm, s -> new Private());
            p.pages.put(vpn, last);
            p.free.remove(vpn);
        }
    }

    private static int frameOf(long entry, long vpn) {
        int frame = Pte.frame(entry);
        return Pte.huge(entry) ? frame + (int) (vpn & PageTable.PMD_PAGES - 1) : frame;
    }

    /** Pages were unmapped, or their content given up at once. */
    void discard(Task t, long vpn, long pages) {
        Private p = spaces.get(t.mm());
        if (p != null) {
            for (long i = vpn; i < vpn + pages; i++) {
                p.pages.remove(i);
                p.free.remove(i);
            }
        }
    }

    /** Pages were moved, and what was at the new place is gone. */
    void moved(Task t, long from, long to, long pages) {
        Private p = spaces.get(t.mm());
        if (p != null) {
            for (long i = 0; i < pages; i++) {
                Long version = p.pages.remove(from + i);
                if (version != null) {
                    p.pages.put(to + i, version);
                }
                if (p.free.remove(from + i)) {
                    p.free.add(to + i);
                }
            }
        }
    }

    /** A file ends at an index now: what lay behind it is zeros, and private copies of it are gone. */
    void truncated(BackingFile file, long end) {
        files.keySet().removeIf(k -> k >>> 40 == file.id() && (k & (1L << 40) - 1) >= end);
        disk.keySet().removeIf(k -> k >>> 40 == file.id() && (k & (1L << 40) - 1) >= end);
        for (Task t : machine.tasks()) {
            for (Vma v : t.mm().vmas().all()) {
                long first = Math.max(v.start, v.vpnOf(end));
                if (v.file == file && first < v.end) {
                    discard(t, first, v.end - first);
                }
            }
        }
    }

    /** The content of pages may go. */
    void lazily(Task t, long vpn, long pages) {
        Private p = spaces.get(t.mm());
        if (p != null) {
            for (long i = vpn; i < vpn + pages; i++) {
                if (p.pages.containsKey(i)) {
                    p.free.add(i);
                }
            }
        }
    }

    void forked(Task parent, Task child) {
        Private from = spaces.get(parent.mm());
        if (from != null) {
            Private to = new Private();
            to.pages.putAll(from.pages);
            to.free.addAll(from.free);
            spaces.put(child.mm(), to);
        }
    }

    void gone(AddressSpace mm) {
        spaces.remove(mm);
    }

    // ---- the check

    /** Compares every place with the model. */
    void check(Findings findings) {
        Set<AddressSpace> alive = new HashSet<>();
        for (Task t : machine.tasks()) {
            alive.add(t.mm());
            space(t.mm(), findings);
        }
        spaces.keySet().retainAll(alive);
        files.forEach((key, version) -> file((int) (key >>> 40), key & (1L << 40) - 1, version, findings));
    }

    private void space(AddressSpace mm, Findings findings) {
        Private p = spaces.computeIfAbsent(mm, s -> new Private());
        Set<Long> seen = new HashSet<>();
        mm.pageTable.visit(new PageTable.Visitor() {
            @Override
            public void table(int level, int frame, int used, int found) {}

            @Override
            public void entry(long vpn, long entry, int level) {
                for (long i = vpn; i < vpn + (level == 0 ? 1 : PageTable.PMD_PAGES); i++) {
                    seen.add(i);
                    page(mm, p, i, entry, findings);
                }
            }
        });
        for (Iterator<Map.Entry<Long, Long>> it = p.pages.entrySet().iterator(); it.hasNext(); ) {
            Map.Entry<Long, Long> e = it.next();
            if (!seen.contains(e.getKey())) {
                if (p.free.remove(e.getKey())) {
                    it.remove();
                } else {
                    findings.add("lost page", "%s: page %x, version %d, is nowhere", mm.name, e.getKey(), e.getValue());
                }
            }
        }
    }

    private void page(AddressSpace mm, Private p, long vpn, long entry, Findings findings) {
        Vma v = mm.vma(vpn);
        if (v == null) {
            return; // MappingRules reports it
        }
        Long own = v.has(Vma.SHARED) ? null : p.pages.get(vpn);
        if (own == null && v.file != null && privateCopy(v, entry)) {
            // copied without a store that the plan made, as mlock does: from here on it is a page of its own
            own = Pte.isSwap(entry) ? slot(Pte.slot(entry)) : frames[frameOf(entry, vpn)];
            p.pages.put(vpn, own);
        }
        long expected =
                own != null ? own : v.file == null ? 0 : files.getOrDefault(key(v.file.id(), v.offsetOf(vpn)), 0L);
        long actual = Pte.isSwap(entry) ? slot(Pte.slot(entry)) : Pte.mapsPage(entry) ? frames[frameOf(entry, vpn)] : 0;
        if (actual == expected) {
            return;
        }
        if (actual == 0 && p.free.remove(vpn)) {
            p.pages.remove(vpn);
            return;
        }
        findings.add(
                "lost page",
                "%s: page %x must hold version %d, holds %d (entry %x, flags %x)",
                mm.name,
                vpn,
                expected,
                actual,
                entry,
                v.flags);
    }

    private boolean privateCopy(Vma v, long entry) {
        return !v.has(Vma.SHARED)
                && (Pte.isSwap(entry) || Pte.mapsPage(entry) && folios.isAnon(folios.folioOf(Pte.frame(entry))));
    }

    /** What a read of a slot would see: the cached folio if there is one. */
    private long slot(int slot) {
        int cached = machine.swap().cached(slot);
        return cached != FolioTable.NONE ? frames[cached] : slots.getOrDefault(slot, -2L);
    }

    private void file(int id, long index, long expected, Findings findings) {
        if (!(machine.mappables().byId(id) instanceof BackingFile file)) {
            return;
        }
        long e = file.cache().get(index);
        long actual;
        if (Shadow.isFolio(e)) {
            actual = frames[Shadow.pfn(e)];
        } else if (Shadow.isSlot(e)) {
            actual = slot(Shadow.slotOf(e));
        } else {
            actual = file.shmem() ? 0 : disk.getOrDefault(key(id, index), 0L);
        }
        if (actual != expected) {
            findings.add(
                    "lost page", "%s page %d must hold version %d, holds %d", file.path(), index, expected, actual);
        }
    }
}
