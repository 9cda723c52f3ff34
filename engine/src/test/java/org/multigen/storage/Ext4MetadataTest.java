package org.multigen.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;

/** Pages of a block-mapped ext4 that are read besides the content. */
class Ext4MetadataTest {
    private static final int INODE = 1;

    private static BackingFile file(StorageWorld w, long pages) {
        BackingFile f = w.ext4(pages, 32);
        w.mappables.register(f.mapBlocks(w.mappables.newFileId(), null));
        return f;
    }

    @ParameterizedTest
    @CsvSource({"6.1,18", "6.12,34", "7.2,34"})
    void openingReadsInodes(String kernel, int pages) {
        try (StorageWorld w = new StorageWorld(kernel, 16_384)) {
            BackingFile f = file(w, 8192);
            w.files.opened(w.actor, w.group, f);
            w.files.opened(w.actor, w.group, f);
            assertThat(w.state(Memcg.State.FILE)).isEqualTo(pages);
            assertThat(w.state(Memcg.State.FILE_DIRTY)).isEqualTo(1);
        }
    }

    /** 12 pages need none, the next 1024 one block, after that one for all and one per 1024. */
    @Test
    void readingLooksUpBlocks() {
        try (StorageWorld w = new StorageWorld("6.12", 16_384)) {
            BackingFile f = file(w, 8192);
            OpenFile open = new OpenFile(f);
            w.files.advise(w.actor, w.group, open, FileAdvice.RANDOM, 0, 0);
            long[][] readAndExpected = {{0, 0}, {11, 0}, {12, 1}, {1035, 1}, {1036, 3}, {2059, 3}, {2060, 4}, {6000, 5}
            };
            for (long[] step : readAndExpected) {
                w.files.read(w.actor, w.group, open, step[0], 1);
                assertThat(w.state(Memcg.State.FILE) - f.cache().present())
                        .as("metadata after page %d", step[0])
                        .isEqualTo(step[1]);
            }
        }
    }

    @Test
    void whatIsKnownIsNotLookedUpAgain() {
        try (StorageWorld w = new StorageWorld("6.12", 16_384)) {
            BackingFile f = file(w, 8192);
            OpenFile open = new OpenFile(f);
            w.files.advise(w.actor, w.group, open, FileAdvice.RANDOM, 0, 0);
            w.files.read(w.actor, w.group, open, 100, 1);
            w.evict(f.cache().page(100), 1);
            w.tell = true;
            w.files.read(w.actor, w.group, open, 100, 1);
            int page = f.cache().page(100);
            assertThat(w.told).containsExactly("refault " + page, "add " + page);
        }
    }

    @Test
    void theLastBuffersAreHeld() {
        try (StorageWorld w = new StorageWorld("6.12", 16_384)) {
            BackingFile f = file(w, 8192);
            w.files.opened(w.actor, w.group, f);
            int busy = 0;
            for (int folio = 0; folio < w.folios.frames(); folio++) {
                busy += w.folios.refCount(folio) > 0 && w.files.busy(folio) ? 1 : 0;
            }
            assertThat(busy).isEqualTo(16);
        }
    }

    /** Recorded on 6.12: the last metadata page of a group outlasts each reclaim until the buffers are let go of once more. */
    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "6.18", "7.2"})
    void writingAnInodeHoldsItsBufferAgain(String kernel) {
        try (StorageWorld w = new StorageWorld(kernel, 4096)) {
            BackingFile f = w.ext4(64, 0);
            BackingFile blocks = f.mapBlocks(w.mappables.newFileId(), null);
            w.mappables.register(blocks);
            w.files.opened(w.actor, w.group, f);
            int inode = blocks.cache().page(INODE);
            assertThat(blocks.dirty.count()).isEqualTo(1);
            assertThat(w.files.busy(inode)).isTrue();

            w.files.releaseBuffers();
            assertThat(w.files.busy(inode)).isFalse();

            w.folios.set(inode, FolioFlags.RECLAIM); // reclaim waits for it
            w.tell = true;
            w.files.writeback().wake();
            w.files.writeback().run(w.flusher);
            assertThat(blocks.dirty.count()).isZero();
            assertThat(w.told).containsExactly("written " + inode, "mark " + inode);
            assertThat(w.folios.has(inode, FolioFlags.RECLAIM)).isFalse(); // still locked when written: not moved
            assertThat(w.files.busy(inode)).isTrue();

            w.files.releaseBuffers();
            assertThat(w.files.busy(inode)).isFalse();
        }
    }
}
