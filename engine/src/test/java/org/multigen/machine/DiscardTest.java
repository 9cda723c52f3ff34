package org.multigen.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multigen.addrspace.Advice;
import org.multigen.addrspace.Prot;
import org.multigen.memcg.Memcg;
import org.multigen.memory.NodeConfig;

/** MADV_DONTNEED and the tables that it empties. */
class DiscardTest {
    private static final long TABLE = 512;
    private static final long START = 1L << 28;

    /** Recorded on 6.18 and 7.2: a walk finds no table where a whole one was discarded. */
    @ParameterizedTest
    @CsvSource({"6.1, false", "6.12, false", "6.18, true", "7.2, true"})
    void wholeTablesAreFreed(String kernel, boolean freed) {
        try (Machine machine = Machine.builder()
                .node(NodeConfig.ofPages(0, 8192))
                .kernel(kernel)
                .memcg(true)
                .build()) {
            Memcg group = machine.createMemcg("A");
            Task task = machine.spawn("x", group);
            task.mmapAnon(START, 4 * TABLE, Prot.READ_WRITE);
            for (long p = 0; p < 4 * TABLE; p++) {
                task.touch(START + p, true);
            }
            long tables = task.mm().pageTable.tables();
            long charged = group.state(Memcg.State.PAGETABLES);

            // the first table keeps one page, the second is emptied, the third keeps its upper half
            task.madvise(START + 1, 2 * TABLE + 255, Advice.DONTNEED);
            int gone = freed ? 1 : 0;
            assertThat(task.mm().pageTable.tables()).isEqualTo(tables - gone);
            assertThat(group.state(Memcg.State.PAGETABLES)).isEqualTo(charged - gone);

            // in two halves no advice covers a whole table
            task.madvise(START + 3 * TABLE, 256, Advice.DONTNEED);
            task.madvise(START + 3 * TABLE + 256, 256, Advice.DONTNEED);
            assertThat(task.mm().pageTable.tables()).isEqualTo(tables - gone);

            task.touch(START + TABLE, true);
            assertThat(task.isPresent(START + TABLE)).isTrue();
            assertThat(task.mm().pageTable.tables()).isEqualTo(tables);
            task.exit();
            assertThat(group.state(Memcg.State.PAGETABLES)).isZero();
        }
    }
}
