package org.multigen.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of file system metadata that a CPU's remembered buffers keep from being freed. */
class Ext4MetadataTest {
    private static final int INODE = 1;

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

            w.tell = true;
            w.files.writeback().wake();
            w.files.writeback().run(w.flusher);
            assertThat(blocks.dirty.count()).isZero();
            assertThat(w.told).containsExactly("written " + inode, "mark " + inode);
            assertThat(w.files.busy(inode)).isTrue();

            w.files.releaseBuffers();
            assertThat(w.files.busy(inode)).isFalse();
        }
    }
}
