package org.multigen.fidelity.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;
import org.multigen.memory.NodeConfig;

/** The workload's own pages: what the C library takes for the arrays of a zipf run, measured with the program itself. */
class OwnMemoryTest {
    @ParameterizedTest
    @CsvSource({
        "8192, 0", // both from the free end of the heap
        "12000, 35", // the second makes the heap longer
        "16384, 48", // 128 KiB fit into the heap, though that long ones have pages of their own elsewhere
        "16674, 33", // the first has pages of its own, the second fits
        "24576, 49",
        "32768, 65",
        "36000, 107", // both have pages of their own
        "49152, 146"
    })
    void arraysOfAZipfRunAreLocked(long pages, long more) {
        try (Machine machine = Machine.builder()
                .node(NodeConfig.ofPages(0, 4096))
                .kernel("6.12")
                .memcg(true)
                .build()) {
            Task task = machine.spawn("x", machine.createMemcg("A"));
            OwnMemory own = new OwnMemory();
            own.lock(task, -1);
            assertThat(task.mm().anonPages).isEqualTo(157);
            own.lockZipf(task, pages);
            assertThat(task.mm().anonPages - 157).isEqualTo(more);
        }
    }
}
