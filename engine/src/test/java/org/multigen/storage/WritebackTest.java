package org.multigen.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.multigen.base.VmEvent;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;

/** Dirty pages: accounting, reasons to write, the end of writing. */
class WritebackTest {
    private static final long SECOND = 1_000_000_000L;

    private static long dirty(StorageWorld w) {
        return w.state(Memcg.State.FILE_DIRTY);
    }

    @Test
    void pagesAreWrittenThirtySecondsAfterTheFileBecameDirty() {
        try (StorageWorld w = new StorageWorld("6.12", 8192)) {
            BackingFile f = w.ext4(1000, 32);
            w.actor.advanceTo(3 * SECOND);
            w.files.write(w.actor, w.group, new OpenFile(f), 0, 50);
            assertThat(dirty(w)).isEqualTo(50);
            assertThat(f.dirtyPages()).isEqualTo(50);
            Writeback flusher = w.files.writeback();
            w.flusher.advanceTo(30 * SECOND);
            assertThat(flusher.run(w.flusher)).isFalse();
            assertThat(dirty(w)).isEqualTo(50);
            w.flusher.advanceTo(33 * SECOND);
            w.tell = true;
            assertThat(flusher.run(w.flusher)).isTrue();
            assertThat(dirty(w)).isZero();
            assertThat(flusher.dirtyPages()).isZero();
            assertThat(w.state(Memcg.State.FILE_WRITEBACK)).isZero();
            assertThat(w.told).hasSize(50).allMatch(t -> t.startsWith("written "));
            assertThat(w.flusher.events(VmEvent.NR_WRITTEN)).isEqualTo(50);
            assertThat(f.cache().present()).isEqualTo(50);
        }
    }

    @Test
    void tooMuchDirtMemoryIsWrittenAtOnce() {
        try (StorageWorld w = new StorageWorld("6.12", 8192)) {
            w.dirtyable = 1000;
            BackingFile f = w.ext4(1000, 32);
            OpenFile open = new OpenFile(f);
            w.files.write(w.actor, w.group, open, 0, 96);
            assertThat(w.files.writeback().nextNs()).isPositive();
            w.files.write(w.actor, w.group, open, 96, 32);
            assertThat(w.files.writeback().nextNs()).isZero();
            while (w.files.writeback().run(w.flusher)) {}
            assertThat(dirty(w)).isLessThanOrEqualTo(100);
        }
    }

    @Test
    void whatTheFlusherLeavesOfAFileWhenThereIsNoMoreReasonItWritesLater() {
        try (StorageWorld w = new StorageWorld("6.12", 8192)) {
            w.dirtyable = 20_000;
            BackingFile f = w.ext4(4000, 32);
            w.files.write(w.actor, w.group, new OpenFile(f), 0, 2600);
            while (w.files.writeback().run(w.flusher)) {}
            assertThat(dirty(w)).isBetween(500L, 2000L);
            w.files.writeback().wake();
            while (w.files.writeback().run(w.flusher)) {}
            assertThat(dirty(w)).isZero();
        }
    }

    @Test
    void aWriterOverTheLimitIsHeldUp() {
        try (StorageWorld w = new StorageWorld("6.12", 8192)) {
            w.dirtyable = 1000;
            OpenFile open = new OpenFile(w.ext4(1000, 32));
            for (int i = 0; i < 150; i++) {
                w.files.write(w.actor, w.group, open, i, 1);
            }
            assertThat(w.actor.stallNs()).isZero();
            for (int i = 150; i < 320; i++) {
                w.files.write(w.actor, w.group, open, i, 1);
            }
            assertThat(w.actor.stallNs()).isGreaterThan(200_000_000L);
        }
    }

    @Test
    void aDiskTakesItsTime() {
        try (StorageWorld w = new StorageWorld("6.12", 8192)) {
            BackingFile f = w.file(BackingFile.Kind.EXT4, BlockDevice.DISK, 100, 32);
            w.files.write(w.actor, w.group, new OpenFile(f), 0, 10);
            w.files.writeback().wake();
            assertThat(w.files.writeback().run(w.flusher)).isTrue();
            assertThat(w.state(Memcg.State.FILE_WRITEBACK)).isEqualTo(10);
            int page = f.cache().page(0);
            assertThat(w.folios.has(page, FolioFlags.WRITEBACK)).isTrue();
            assertThat(w.folios.refCount(page)).isEqualTo(2);
            w.flusher.advanceTo(w.files.writeback().writes().nextNs());
            w.files.writeback().run(w.flusher);
            assertThat(w.state(Memcg.State.FILE_WRITEBACK)).isZero();
            assertThat(w.folios.refCount(page)).isEqualTo(1);
        }
    }

    @Test
    void syncWaitsForTheDisk() {
        try (StorageWorld w = new StorageWorld("6.12", 8192)) {
            BackingFile f = w.file(BackingFile.Kind.EXT4, BlockDevice.DISK, 100, 32);
            w.files.write(w.actor, w.group, new OpenFile(f), 0, 10);
            w.files.writeback().sync(w.actor, f, 0, 5);
            assertThat(dirty(w)).isEqualTo(5);
            assertThat(w.state(Memcg.State.FILE_WRITEBACK)).isZero();
            assertThat(w.actor.clockNs()).isPositive();
        }
    }

    @Test
    void onePageDirtiedTwiceCountsOnce() {
        try (StorageWorld w = new StorageWorld("6.12", 8192)) {
            OpenFile open = new OpenFile(w.ext4(100, 32));
            w.files.write(w.actor, w.group, open, 3, 1);
            w.files.write(w.actor, w.group, open, 3, 1);
            assertThat(dirty(w)).isEqualTo(1);
            assertThat(w.actor.events(VmEvent.NR_DIRTIED)).isEqualTo(1);
        }
    }

    @Test
    void truncationCancelsDirtyPages() {
        try (StorageWorld w = new StorageWorld("6.12", 8192)) {
            BackingFile f = w.ext4(100, 32);
            w.files.write(w.actor, w.group, new OpenFile(f), 0, 10);
            w.files.truncate(w.actor, f, 4);
            assertThat(dirty(w)).isEqualTo(4);
            assertThat(f.dirtyPages()).isEqualTo(4);
            assertThat(f.cache().present()).isEqualTo(4);
        }
    }

    @Test
    void aLargeWriteGetsLargeFolios() {
        try (StorageWorld w = new StorageWorld("6.18", 8192)) {
            BackingFile f = w.ext4(100, 32);
            w.files.write(w.actor, w.group, new OpenFile(f), 8, 24);
            assertThat(w.folios.pages(f.cache().page(8))).isEqualTo(8);
            assertThat(w.folios.pages(f.cache().page(16))).isEqualTo(16);
            assertThat(dirty(w)).isEqualTo(24);
        }
    }
}
