package org.multigen.testkit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.Mappable;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.Node;
import org.multigen.memory.Zone;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;
import org.multigen.storage.BackingFile;
import org.multigen.storage.PageCache;
import org.multigen.storage.Shadow;
import org.multigen.storage.SwapArea;

/**
 * Counts a machine from the ground up, by reading page tables, page caches, free lists and batches: what the machine's own
 * books must agree with. One instance serves one machine and is taken anew before each check.
 */
final class Census {
    /** What an address space has by its page table. */
    static final class Resident {
        long anon;
        long file;
        long shmem;
        long swap;
        long tables;
    }

    final Machine machine;
    final Machine.Rooms rooms;
    final FolioTable folios;
    /** Per frame: entries that map the folio of it (counted at its head). */
    final int[] entries;
    /** Per frame: references other than mappings that somebody can be named for (counted at the head). */
    final int[] references;
    /** Per frame: pages of the folio that caches hold (counted at the head). */
    final int[] cachedPages;
    /** Per frame: it holds a page table. */
    final boolean[] table;
    /** Per frame: it is free, by the free lists. */
    final boolean[] free;
    /** Per slot: page-table and shmem entries that refer to it. */
    final int[] slotEntries;
    /** Per frame: batches that it waits in. */
    final int[] waiting;

    final Map<AddressSpace, Resident> residents = new HashMap<>();
    final int firstSlot;

    private final Findings findings;

    Census(Machine machine, Findings findings) {
        this.machine = machine;
        this.findings = findings;
        this.rooms = machine.rooms();
        this.folios = rooms.folios();
        int frames = folios.frames();
        entries = new int[frames];
        references = new int[frames];
        cachedPages = new int[frames];
        table = new boolean[frames];
        free = new boolean[frames];
        waiting = new int[frames];
        List<SwapArea> areas = machine.swap().areas();
        firstSlot = areas.stream().mapToInt(SwapArea::firstSlot).min().orElse(0);
        int end = areas.stream().mapToInt(a -> a.firstSlot() + a.slots()).max().orElse(0);
        slotEntries = new int[end];
        take();
    }

    private void take() {
        countFree();
        for (Task t : machine.tasks()) {
            Resident resident = new Resident();
            residents.put(t.mm(), resident);
            t.mm().pageTable.visit(new OfSpace(t.mm(), resident));
        }
        for (Mappable m : machine.mappables().files()) {
            if (m instanceof BackingFile file) {
                countCache(file);
            }
        }
        countSwapCache();
        rooms.batches().forEachWaiting(folio -> {
            references[folio]++;
            waiting[folio]++;
        });
        rooms.files().writeback().writes().forEachPending(folio -> references[folio]++);
    }

    private void countFree() {
        for (Node n : machine.memory().nodes()) {
            for (Zone z : n.zones()) {
                z.forEachFree((pfn, order) -> {
                    if (pfn < z.startPfn || pfn + (1 << order) > z.startPfn + z.managed) {
                        findings.add("free lists", "block %d of order %d lies outside zone %s", pfn, order, z.name);
                        return;
                    }
                    for (int i = pfn; i < pfn + (1 << order); i++) {
                        if (free[i]) {
                            findings.add("free lists", "frame %d is free twice", i);
                        }
                        free[i] = true;
                    }
                });
            }
        }
    }

    private final class OfSpace implements PageTable.Visitor {
        private final AddressSpace space;
        private final Resident resident;

        OfSpace(AddressSpace space, Resident resident) {
            this.space = space;
            this.resident = resident;
        }

        @Override
        public void entry(long vpn, long entry, int level) {
            if (Pte.isSwap(entry)) {
                resident.swap++;
                int slot = Pte.slot(entry);
                if (slot < firstSlot || slot >= slotEntries.length) {
                    findings.add("swap entries", "%s: page %x refers to slot %d", space.name, vpn, slot);
                } else {
                    slotEntries[slot]++;
                }
                return;
            }
            if (!Pte.mapsPage(entry)) {
                return;
            }
            int frame = Pte.frame(entry);
            if (frame < 0 || frame >= entries.length) {
                findings.add("entries", "%s: page %x maps frame %d", space.name, vpn, frame);
                return;
            }
            int folio = folios.folioOf(frame);
            entries[folio]++;
            int pages = level == 0 ? 1 : PageTable.PMD_PAGES;
            if (folios.isAnon(folio)) {
                resident.anon += pages;
            } else if (folios.has(folio, FolioFlags.SWAPBACKED)) {
                resident.shmem += pages;
            } else {
                resident.file += pages;
            }
        }

        @Override
        public void table(int level, int frame, int used, int found) {
            resident.tables++;
            if (used != found) {
                findings.add("page tables", "%s: a table of level %d uses %d, has %d", space.name, level, used, found);
            }
            if (found == 0 && level > 0) {
                findings.add("page tables", "%s: an empty table of level %d", space.name, level);
            }
            if (frame == FolioTable.NONE && level == 0) {
                return; // made by a split without memory
            }
            if (frame < 0 || frame >= table.length) {
                findings.add("page tables", "%s: a table of level %d has frame %d", space.name, level, frame);
                return;
            }
            if (table[frame]) {
                findings.add("page tables", "%s: frame %d holds two tables", space.name, frame);
            }
            table[frame] = true;
            references[frame]++;
        }
    }

    private void countCache(BackingFile file) {
        PageCache cache = file.cache();
        long present = 0;
        for (long i = cache.nextUsed(0); i >= 0; i = cache.nextUsed(i + 1)) {
            long e = cache.get(i);
            if (Shadow.isSlot(e)) {
                slotEntries[Shadow.slotOf(e)]++;
            } else if (Shadow.isFolio(e)) {
                present++;
                countCached(file, i, Shadow.pfn(e));
            }
        }
        findings.equal("page cache present", cache.present(), present, file.path());
    }

    private void countCached(BackingFile file, long index, int frame) {
        int folio = folios.folioOf(frame);
        long first = folios.index(folio) & 0xffffffffL;
        if (folios.mapping(folio) != file.id() || first + (frame - folio) != index) {
            findings.add("page cache", "%s page %d holds %s", file.path(), index, describe(folio));
        }
        if (cachedPages[folio]++ == 0) {
            references[folio]++;
        }
    }

    private void countSwapCache() {
        for (int slot = firstSlot; slot < slotEntries.length; slot++) {
            int folio = machine.swap().cached(slot);
            if (folio != FolioTable.NONE) {
                references[folio]++;
                if (!folios.has(folio, FolioFlags.SWAPCACHE) || folios.slot(folio) != slot) {
                    findings.add("swap cache", "slot %d holds %s", slot, describe(folio));
                }
            }
        }
    }

    /** Whether anybody holds the folio. */
    boolean held(int folio) {
        return entries[folio] > 0 || references[folio] > 0;
    }

    String describe(int pfn) {
        long f = folios.flags(pfn);
        return "folio %d (mapping %d index %d maps %d refs %d slot %d memcg %d gen %d flags %s)"
                .formatted(
                        pfn,
                        folios.mapping(pfn),
                        folios.index(pfn),
                        folios.mapCount(pfn),
                        folios.refCount(pfn),
                        folios.slot(pfn),
                        FolioFlags.memcg(f),
                        FolioFlags.gen(f),
                        FlagNames.of(f));
    }
}
