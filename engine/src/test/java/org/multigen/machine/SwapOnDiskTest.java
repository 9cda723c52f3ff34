package org.multigen.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multigen.addrspace.Prot;
import org.multigen.base.KernelError;
import org.multigen.memcg.Memcg;
import org.multigen.memory.NodeConfig;

/** Pages on their way to a disk become free while reclaim goes on: nobody is killed for them. */
class SwapOnDiskTest {
    @ParameterizedTest
    @CsvSource({"6.1, 0", "6.1, 7", "6.12, 0", "6.12, 7", "6.18, 7", "7.2, 0", "7.2, 7"})
    void underAHardLimitNobodyIsKilled(String kernel, int enabled) throws KernelError {
        for (int limit : new int[] {48, 128, 1024}) {
            int pages = 3 * limit;
            try (Machine machine = Machine.builder()
                    .kernel(kernel)
                    .lruGenEnabled(enabled)
                    .node(NodeConfig.ofPages(0, 8192))
                    .swap(new SwapConfig(SwapConfig.Kind.DISK, "", 2L * pages, 0))
                    .build()) {
                Memcg group = machine.createMemcg("A");
                machine.writeCgroupFile("A", "memory.max", Long.toString(4096L * limit));
                Task task = machine.spawn("t", group);
                long first = task.mmapAnon(-1, pages, Prot.READ_WRITE);
                for (int i = 0; i < 2 * pages; i++) {
                    task.touch(first + i % pages, true);
                }
                assertThat(task.alive()).as("limit %d", limit).isTrue();
                assertThat(group.events(Memcg.Event.OOM)).isZero();
                assertThat(task.majorFaults()).isGreaterThan(pages / 16);
            }
        }
    }
}
