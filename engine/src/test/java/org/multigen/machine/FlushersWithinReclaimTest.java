package org.multigen.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.base.KernelError;
import org.multigen.memcg.Memcg;
import org.multigen.memory.NodeConfig;
import org.multigen.storage.BackingFile;
import org.multigen.storage.BlockDevice;
import org.multigen.storage.OpenFile;

/** Flushers that reclaim has woken write before it has tried everything. */
class FlushersWithinReclaimTest {
    /** A group with nothing but dirty pages: one write to memory.reclaim wakes the flushers and takes what they have cleaned. */
    @ParameterizedTest
    @ValueSource(strings = {"6.12", "6.18", "7.2"})
    void pagesCleanedMeanwhileAreReclaimed(String kernel) throws KernelError {
        try (Machine machine = Machine.builder()
                .node(NodeConfig.ofPages(0, 16384))
                .kernel(kernel)
                .memcg(true)
                .build()) {
            Memcg group = machine.createMemcg("A");
            Task task = machine.spawn("x", group);
            BackingFile file = machine.createFile("/f", 256, BackingFile.Kind.EXT4, BlockDevice.RAM, 0);
            OpenFile open = task.open(file);
            task.write(open, 0, 256);
            task.drainBatches();
            assertThat(group.state(Memcg.State.FILE_DIRTY)).isEqualTo(256);

            assertThatThrownBy(() -> machine.writeCgroupFile("A", "memory.reclaim", "64M"))
                    .isInstanceOf(KernelError.class);
            assertThat(group.state(Memcg.State.FILE_DIRTY)).isZero();
            assertThat(file.cache().present()).isZero();
        }
    }
}
