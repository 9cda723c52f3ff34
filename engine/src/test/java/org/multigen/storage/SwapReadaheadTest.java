package org.multigen.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.Prot;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.base.Lock;
import org.multigen.base.VmEvent;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.Mobility;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;
import org.multigen.pagetable.TableAccounting;
import org.multigen.pagetable.TablePool;

/** Windows of swap readahead, worked out by hand for page-cluster 3 (at most 8 pages). */
class SwapReadaheadTest {
    private static final long BASE = 512;

    private final StorageWorld w = new StorageWorld("6.12", 8192, 3);
    private final TablePool tables = new TablePool(64);
    private final AddressSpace mm = new AddressSpace(1, "x", table(), w.mappables, Lock.virtual("mm"), w.group.id());

    private PageTable table() {
        return new PageTable(
                tables,
                new TableAccounting() {
                    @Override
                    public int tableNeeded(Actor actor) {
                        return 0;
                    }

                    @Override
                    public void tableFreed(Actor actor, int frame) {}
                },
                4);
    }

    @AfterEach
    void close() {
        tables.close();
        w.close();
    }

    /** A mapping whose pages are all swapped out, slot after slot. */
    private Vma swapped(SwapArea area, int pages) {
        Vma vma = mm.map(BASE, pages, Prot.READ_WRITE, 0, null, 0);
        for (int i = 0; i < pages; i++) {
            int folio = w.memory.allocator().take(w.memory.node(0).zone(0), 0, 0, Mobility.MOVABLE);
            w.folios.setMemcg(folio, w.group.id());
            w.folios.set(folio, FolioFlags.SWAPBACKED);
            assertThat(w.charge.tryCharge(w.actor, w.group, 1)).isTrue();
            assertThat(w.swap.addToSwap(folio)).isTrue();
            int slot = w.folios.slot(folio);
            w.swap.duplicate(slot);
            long at = mm.pageTable.ensureEntry(w.actor, BASE + i, 0);
            mm.pageTable.install(at, Pte.swap(slot, true));
            w.swap.remove(folio, Shadow.of(i));
            w.folios.put(folio);
            w.charge.uncharge(w.group, 1);
            w.memory.allocator().free(w.memory.node(0).zone(0), folio);
        }
        assertThat(area.inUse()).isEqualTo(pages);
        return vma;
    }

    private int slot(int page) {
        return Pte.slot(mm.pageTable.lookup(BASE + page));
    }

    private void fault(Vma vma, SwapArea area, int page) {
        int folio = w.files.swapReadahead().lookup(w.actor, vma, slot(page));
        if (folio == FolioTable.NONE) {
            long at = mm.pageTable.leafAt(BASE + page);
            long entry = mm.pageTable.lookup(BASE + page);
            folio = w.files.swapReadahead().read(w.actor, mm, w.group, vma, BASE + page, at, entry, area);
        }
        assertThat(folio).isNotEqualTo(FolioTable.NONE);
        w.folios.put(folio); // the swap cache keeps it
    }

    private String cached(int from, int to) {
        StringBuilder b = new StringBuilder();
        for (int i = from; i < to; i++) {
            b.append(w.swap.cached(slot(i)) == FolioTable.NONE ? '.' : 'o');
        }
        return b.toString();
    }

    @Test
    void aFirstFaultReadsAWindowAroundIt() {
        SwapArea area = w.swap.add(BlockDevice.DISK, 200, 0);
        Vma vma = swapped(area, 100);
        fault(vma, area, 50);
        // four hits assumed: eight pages, three of them in front
        assertThat(cached(45, 57)).isEqualTo("..oooooooo..");
        assertThat(w.actor.events(VmEvent.SWAP_RA)).isEqualTo(7);
        assertThat(w.actor.events(VmEvent.PSWPIN)).isEqualTo(8);
    }

    @Test
    void withoutHitsTheWindowHalvesAndThenCloses() {
        SwapArea area = w.swap.add(BlockDevice.DISK, 400, 0);
        Vma vma = swapped(area, 300);
        int[] faults = {20, 60, 100, 140};
        int[] sizes = {8, 4, 2, 1};
        for (int i = 0; i < faults.length; i++) {
            long before = w.actor.events(VmEvent.PSWPIN);
            fault(vma, area, faults[i]);
            assertThat(w.actor.events(VmEvent.PSWPIN) - before)
                    .as("window %d", i)
                    .isEqualTo(sizes[i]);
        }
    }

    @Test
    void hitsKeepItOpenAndItFollowsTheFaults() {
        SwapArea area = w.swap.add(BlockDevice.DISK, 200, 0);
        Vma vma = swapped(area, 100);
        fault(vma, area, 50);
        for (int i = 51; i <= 54; i++) {
            fault(vma, area, i);
        }
        assertThat(w.actor.events(VmEvent.SWAP_RA_HIT)).isEqualTo(4);
        fault(vma, area, 55);
        // not next to the last miss: centred again; pages cached already are not read twice
        assertThat(cached(47, 62)).isEqualTo("ooooooooooooo..");
    }

    @Test
    void synchronousDevicesReadNoNeighbours() {
        SwapArea area = w.swap.add(BlockDevice.ZRAM, 200, 0);
        Vma vma = swapped(area, 100);
        fault(vma, area, 50);
        assertThat(cached(45, 57)).isEqualTo(".....o......");
    }

    @Test
    void theWindowStaysInsideTheMapping() {
        SwapArea area = w.swap.add(BlockDevice.DISK, 200, 0);
        Vma vma = swapped(area, 100);
        fault(vma, area, 0);
        assertThat(cached(0, 8)).isEqualTo("ooooo...");
    }

    @Test
    void shmemReadsTheBlockOfSlots() {
        w.swap.add(BlockDevice.DISK, 200, 0);
        BackingFile f = w.file(BackingFile.Kind.TMPFS, BlockDevice.RAM, 64, 0);
        w.files.write(w.actor, w.group, new OpenFile(f), 0, 32);
        for (int i = 0; i < 32; i++) {
            assertThat(w.swapOut(f.cache().page(i), i)).isTrue();
        }
        w.files.faultPage(w.actor, w.group, f, 10, 0, new FaultOutcome());
        // slots 8..15 of the area
        assertThat(f.cache().present()).isEqualTo(1);
        assertThat(w.swap.cachedPages()).isEqualTo(7);
        FaultOutcome out = new FaultOutcome();
        w.files.faultPage(w.actor, w.group, f, 11, 0, out);
        assertThat(out.major).isFalse();
        assertThat(w.actor.events(VmEvent.SWAP_RA_HIT)).isEqualTo(1);
    }
}
