package org.multigen.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.addrspace.Advice;
import org.multigen.addrspace.Prot;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.NodeConfig;
import org.multigen.pagetable.Pte;
import org.multigen.storage.PageWrites;

/** A page that is on its way to a disk keeps its slot until it is there, although its process has it back by then. */
class SwapWriteInFlightTest {
    private static final long SWAP = 1000;

    private static Machine machine(String kernel) {
        return Machine.builder()
                .kernel(kernel)
                .node(NodeConfig.ofPages(0, 8192))
                .swap(new SwapConfig(SwapConfig.Kind.DISK, "", SWAP, 0))
                .build();
    }

    private static int folio(Machine machine, Task task, long vpn) {
        int folio = Pte.frame(task.mm().pageTable.lookup(vpn));
        assertThat(machine.rooms().folios().has(folio, FolioFlags.WRITEBACK)).isTrue();
        return folio;
    }

    private static void finishWrites(Machine machine, Task task) {
        PageWrites writes = machine.rooms().files().writeback().writes();
        while (writes.nextNs() != Long.MAX_VALUE) {
            task.actor().sleep(Math.max(0, writes.nextNs() - task.clockNs()));
            writes.complete(task.actor());
        }
        assertThat(writes.filePages()).isZero();
    }

    /** Otherwise the end of the write would be counted as that of a file page. */
    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "7.2"})
    void itsContentIsNotGivenUp(String kernel) {
        try (Machine machine = machine(kernel)) {
            Memcg group = machine.createMemcg("A");
            Task task = machine.spawn("t", group);
            long vpn = task.mmapAnon(-1, 1, Prot.READ_WRITE);
            task.touch(vpn, true);
            task.drainBatches();
            task.madvise(vpn, 1, Advice.PAGEOUT);
            assertThat(task.isSwapped(vpn)).isTrue();
            task.touch(vpn, false);
            int folio = folio(machine, task, vpn);

            task.madvise(vpn, 1, Advice.FREE);
            task.drainBatches();
            FolioTable folios = machine.rooms().folios();
            assertThat(folios.has(folio, FolioFlags.SWAPBACKED)).isTrue();
            assertThat(machine.swap().cached(folios.slot(folio))).isEqualTo(folio);
            finishWrites(machine, task);
            assertThat(group.state(Memcg.State.FILE_WRITEBACK)).isZero();

            task.madvise(vpn, 1, Advice.FREE);
            task.drainBatches();
            assertThat(folios.has(folio, FolioFlags.SWAPBACKED)).isFalse();
            assertThat(machine.swap().free()).isEqualTo(SWAP);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "7.2"})
    void aStoreCopiesIt(String kernel) {
        try (Machine machine = machine(kernel)) {
            Task task = machine.spawn("t", machine.createMemcg("A"));
            long vpn = task.mmapAnon(-1, 1, Prot.READ_WRITE);
            task.touch(vpn, true);
            task.fork("child").exit(); // the page may have been seen by somebody else
            task.drainBatches();
            task.madvise(vpn, 1, Advice.PAGEOUT);
            assertThat(task.isSwapped(vpn)).isTrue();
            task.touch(vpn, false);
            int folio = folio(machine, task, vpn);
            int slot = machine.rooms().folios().slot(folio);

            task.touch(vpn, true);
            assertThat(Pte.frame(task.mm().pageTable.lookup(vpn))).isNotEqualTo(folio);
            assertThat(machine.swap().cached(slot)).isEqualTo(folio);
            finishWrites(machine, task);
        }
    }
}
