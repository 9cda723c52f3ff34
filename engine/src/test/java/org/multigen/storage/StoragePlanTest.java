package org.multigen.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multigen.base.Rng;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;

/**
 * Seeded plans of reads, faults, writes, evictions, swapping, advice, writeback and truncation over four files, against a slow
 * model: per page what its slot must hold. After every step the books are compared: pages present, amounts of memory.stat,
 * charges, references, free frames and free slots.
 */
class StoragePlanTest {
    private static final int STEPS = 3000;
    private static final int PAGES = 600;
    private static final long SWAP_PAGES = 300;

    /** What the model knows of one page. */
    private enum Slot {
        PRESENT,
        SHADOW,
        SWAPPED
    }

    private record Page(int file, long index) {}

    private final List<BackingFile> files = new ArrayList<>();
    private final List<OpenFile> open = new ArrayList<>();
    private final Map<Page, Slot> model = new HashMap<>();
    private final List<String> log = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({"6.1,1", "6.1,2", "6.12,3", "6.12,4", "6.18,5", "6.18,6", "7.2,7", "7.2,8"})
    void plan(String kernel, long seed) {
        try (StorageWorld w = new StorageWorld(kernel, 16_384)) {
            w.swap.add(BlockDevice.ZRAM, SWAP_PAGES, 0);
            w.dirtyable = 2000;
            long free = w.freePages();
            add(w, BackingFile.Kind.EXT4, BlockDevice.RAM, 32);
            add(w, BackingFile.Kind.EXT4, BlockDevice.DISK, 128);
            add(w, BackingFile.Kind.EXT4, BlockDevice.RAM, 0);
            add(w, BackingFile.Kind.TMPFS, BlockDevice.RAM, 0);
            Rng rng = new Rng(seed);
            for (int i = 0; i < STEPS; i++) {
                step(w, rng);
                check(w, free, kernel + " seed " + seed + " step " + i);
            }
        }
    }

    private void add(StorageWorld w, BackingFile.Kind kind, BlockDevice device, int readahead) {
        BackingFile f = w.file(kind, device, PAGES, readahead);
        files.add(f);
        open.add(new OpenFile(f));
    }

    private void step(StorageWorld w, Rng rng) {
        int file = (int) rng.below(files.size());
        BackingFile f = files.get(file);
        OpenFile o = open.get(file);
        long index = rng.below(PAGES);
        int pages = 1 + (int) rng.below(40);
        int what = (int) rng.below(100);
        log.add(what + " file " + file + " page " + index + " +" + pages);
        w.actor.advanceTo(w.actor.clockNs() + rng.below(500_000_000));
        if (what < 20) {
            int n = w.files.read(w.actor, w.group, o, index, pages);
            assertThat(n).isEqualTo((int) Math.min(pages, PAGES - index));
        } else if (what < 40) {
            FaultOutcome out = new FaultOutcome();
            boolean present = f.cache().page(index) != FolioTable.NONE;
            int page = w.files.faultPage(w.actor, w.group, f, index, 0, out);
            assertThat(page).isEqualTo(f.cache().page(index)).isNotEqualTo(FolioTable.NONE);
            assertThat(out.major).isEqualTo(!present && (!f.shmem() || swapped(file, index)));
        } else if (what < 55) {
            int n = (int) Math.min(pages, PAGES - index);
            assertThat(w.files.write(w.actor, w.group, o, index, n)).isEqualTo(n);
        } else if (what < 80) {
            reclaim(w, f, index, pages);
        } else if (what < 88) {
            w.files.advise(w.actor, w.group, o, FileAdvice.values()[(int) rng.below(6)], index, pages);
        } else if (what < 97) {
            w.flusher.advanceTo(w.actor.clockNs());
            w.files.writeback().run(w.flusher);
        } else {
            w.files.writeback().sync(w.actor, f, 0, PAGES);
            w.files.truncate(w.actor, f, index & -32);
            for (long i = index & -32; i < PAGES; i++) {
                model.remove(new Page(file, i));
            }
        }
    }

    private boolean swapped(int file, long index) {
        return model.get(new Page(file, index)) == Slot.SWAPPED;
    }

    /** Takes pages out as reclaim would: clean file pages with a shadow, memory pages to swap. */
    private static void reclaim(StorageWorld w, BackingFile f, long from, int pages) {
        for (long i = from; i < Math.min(PAGES, from + pages); i++) {
            int page = f.cache().page(i);
            if (page == FolioTable.NONE) {
                continue;
            }
            int folio = w.folios.folioOf(page);
            boolean dirty = w.folios.has(folio, FolioFlags.DIRTY | FolioFlags.WRITEBACK);
            if (f.shmem() && dirty) {
                w.swapOut(folio, i);
            } else if (!dirty) {
                w.evict(folio, i);
            }
        }
    }

    // ---- the oracle

    private void check(StorageWorld w, long freeAtStart, String where) {
        long present = 0;
        long shmem = 0;
        long dirty = 0;
        long writeback = 0;
        long swapped = 0;
        for (int n = 0; n < files.size(); n++) {
            BackingFile f = files.get(n);
            long here = 0;
            for (long i = 0; i < PAGES; i++) {
                long entry = f.cache().get(i);
                learn(n, i, entry, where);
                if (!Shadow.isFolio(entry)) {
                    swapped += Shadow.isSlot(entry) ? 1 : 0;
                    continue;
                }
                here++;
                int folio = w.folios.folioOf(Shadow.pfn(entry));
                assertThat(w.folios.mapping(folio)).as(where).isEqualTo(f.id());
                assertThat(w.folios.index(folio) + (Shadow.pfn(entry) - folio))
                        .as(where)
                        .isEqualTo((int) i);
                boolean writing = w.folios.has(folio, FolioFlags.WRITEBACK);
                assertThat(w.folios.refCount(folio)).as(where).isEqualTo(writing ? 2 : 1);
                dirty += !f.shmem() && w.folios.has(folio, FolioFlags.DIRTY) ? 1 : 0;
                writeback += writing ? 1 : 0;
            }
            assertThat(f.cache().present()).as(where).isEqualTo(here);
            present += here;
            shmem += f.shmem() ? here : 0;
        }
        assertThat(w.state(Memcg.State.FILE)).as("FILE, %s", where).isEqualTo(present);
        assertThat(w.state(Memcg.State.SHMEM)).as("SHMEM, %s", where).isEqualTo(shmem);
        assertThat(w.state(Memcg.State.FILE_DIRTY)).as("FILE_DIRTY, %s", where).isEqualTo(dirty);
        assertThat(w.files.writeback().dirtyPages()).as(where).isEqualTo(dirty);
        assertThat(w.state(Memcg.State.FILE_WRITEBACK))
                .as("FILE_WRITEBACK, %s", where)
                .isEqualTo(writeback);
        assertThat(w.swap.total() - w.swap.free()).as("slots, %s", where).isEqualTo(swapped);
        assertThat(w.group.swapUsage()).as(where).isEqualTo(swapped);
        w.charge.drainStocks(w.group);
        assertThat(w.group.usage()).as("charges, %s", where).isEqualTo(present + w.state(Memcg.State.KERNEL));
        assertThat(freeAtStart - w.freePages()).as("frames, %s", where).isEqualTo(present);
    }

    /** A page's slot may only change in ways that make sense: nothing is lost, nothing comes from nowhere. */
    private void learn(int file, long index, long entry, String where) {
        Page key = new Page(file, index);
        Slot now = entry == 0
                ? null
                : Shadow.isFolio(entry) ? Slot.PRESENT : Shadow.isShadow(entry) ? Slot.SHADOW : Slot.SWAPPED;
        Slot before = model.get(key);
        if (before == now) {
            return;
        }
        String change = where + ": " + key + " " + before + " -> " + now + " by " + log.getLast();
        assertThat(before == Slot.SWAPPED && now != Slot.PRESENT).as(change).isFalse();
        assertThat(now == Slot.SWAPPED && before != Slot.PRESENT).as(change).isFalse();
        assertThat(now == Slot.SHADOW && before != Slot.PRESENT).as(change).isFalse();
        if (now == null) {
            model.remove(key);
        } else {
            model.put(key, now);
        }
    }
}
