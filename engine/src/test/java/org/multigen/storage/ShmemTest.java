package org.multigen.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;

/** Memory files: made of zeros, swapped out and in. */
class ShmemTest {
    private static int use(StorageWorld w, BackingFile f, long index, FaultOutcome out) {
        out.clear();
        return w.files.faultPage(w.actor, w.group, f, index, 0, out);
    }

    @Test
    void roundTripThroughSwap() {
        try (StorageWorld w = new StorageWorld("6.12", 4096)) {
            w.swap.add(BlockDevice.ZRAM, 100, 0);
            BackingFile f = w.file(BackingFile.Kind.TMPFS, BlockDevice.RAM, 64, 0);
            FaultOutcome out = new FaultOutcome();
            long free = w.freePages();
            int page = use(w, f, 7, out);
            assertThat(out.major).isFalse();
            assertThat(w.folios.has(page, FolioFlags.SWAPBACKED)).isTrue();
            assertThat(w.state(Memcg.State.FILE)).isEqualTo(1);
            assertThat(w.state(Memcg.State.SHMEM)).isEqualTo(1);
            w.files.dirtied(w.actor, f, page);
            assertThat(w.state(Memcg.State.FILE_DIRTY)).isZero();

            assertThat(w.swapOut(page, 42)).isTrue();
            assertThat(f.cache().present()).isZero();
            assertThat(w.swap.free()).isEqualTo(99);
            assertThat(w.group.swapUsage()).isEqualTo(1);
            assertThat(w.state(Memcg.State.FILE)).isZero();
            assertThat(w.state(Memcg.State.SHMEM)).isZero();
            assertThat(w.freePages()).isEqualTo(free);

            w.tell = true;
            int back = use(w, f, 7, out);
            assertThat(out.major).isTrue();
            assertThat(w.told).containsExactly("refault " + back, "add " + back);
            assertThat(w.folios.has(back, FolioFlags.DIRTY)).isTrue();
            assertThat(w.folios.has(back, FolioFlags.SWAPCACHE)).isFalse();
            assertThat(w.folios.refCount(back)).isEqualTo(1);
            assertThat(w.swap.free()).isEqualTo(100);
            assertThat(w.group.swapUsage()).isZero();
            assertThat(w.state(Memcg.State.SHMEM)).isEqualTo(1);
        }
    }

    @Test
    void withoutSwapThePageStays() {
        try (StorageWorld w = new StorageWorld("6.12", 4096)) {
            BackingFile f = w.file(BackingFile.Kind.TMPFS, BlockDevice.RAM, 64, 0);
            int page = use(w, f, 0, new FaultOutcome());
            assertThat(w.swapOut(page, 1)).isFalse();
            assertThat(f.cache().page(0)).isEqualTo(page);
        }
    }

    @Test
    void whatWasNeverWrittenIsForgotten() {
        try (StorageWorld w = new StorageWorld("6.12", 4096)) {
            BackingFile f = w.file(BackingFile.Kind.TMPFS, BlockDevice.RAM, 64, 0);
            w.evict(use(w, f, 3, new FaultOutcome()), 5);
            assertThat(f.cache().get(3)).isZero();
        }
    }

    @Test
    void readsDoNotFillHoles() {
        try (StorageWorld w = new StorageWorld("6.12", 4096)) {
            BackingFile f = w.file(BackingFile.Kind.TMPFS, BlockDevice.RAM, 64, 0);
            OpenFile open = new OpenFile(f);
            assertThat(w.files.write(w.actor, w.group, open, 10, 2)).isEqualTo(2);
            w.tell = true;
            assertThat(w.files.read(w.actor, w.group, open, 8, 6)).isEqualTo(6);
            assertThat(f.cache().present()).isEqualTo(2);
            assertThat(w.told)
                    .containsExactly(
                            "mark " + f.cache().page(10), "mark " + f.cache().page(11));
        }
    }

    @Test
    void truncationGivesSlotsAndPagesBack() {
        try (StorageWorld w = new StorageWorld("6.12", 4096)) {
            w.swap.add(BlockDevice.ZRAM, 100, 0);
            BackingFile f = w.file(BackingFile.Kind.TMPFS, BlockDevice.RAM, 64, 0);
            long free = w.freePages();
            w.files.write(w.actor, w.group, new OpenFile(f), 0, 20);
            for (int i = 0; i < 10; i++) {
                assertThat(w.swapOut(f.cache().page(i), i)).isTrue();
            }
            w.files.truncate(w.actor, f, 5);
            assertThat(w.swap.free()).isEqualTo(95);
            assertThat(f.cache().present()).isZero();
            w.files.truncate(w.actor, f, 0);
            assertThat(w.swap.free()).isEqualTo(100);
            assertThat(w.freePages()).isEqualTo(free);
            assertThat(w.state(Memcg.State.SHMEM)).isZero();
            w.charge.drainStocks(w.group);
            assertThat(w.state(Memcg.State.KERNEL)).isZero();
            assertThat(w.group.usage()).isZero();
        }
    }

    @Test
    void aLimitThatCannotBeMetFails() {
        try (StorageWorld w = new StorageWorld("6.12", 4096)) {
            w.group.setMax(10);
            BackingFile f = w.file(BackingFile.Kind.TMPFS, BlockDevice.RAM, 64, 0);
            OpenFile open = new OpenFile(f);
            // nine pages and one for the tree that holds them
            assertThat(w.files.write(w.actor, w.group, open, 0, 20)).isEqualTo(9);
            assertThat(w.state(Memcg.State.KERNEL)).isEqualTo(1);
            assertThat(use(w, f, 30, new FaultOutcome())).isEqualTo(FolioTable.NONE);
        }
    }
}
