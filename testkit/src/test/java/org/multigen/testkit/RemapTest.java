package org.multigen.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.multigen.addrspace.Prot;
import org.multigen.base.VmEvent;
import org.multigen.fault.HugePagePolicy;
import org.multigen.fault.Touch;
import org.multigen.machine.Machine;
import org.multigen.machine.SwapConfig;
import org.multigen.machine.Task;
import org.multigen.memory.NodeConfig;
import org.multigen.pagetable.Pte;

/** mremap moves what is mapped, present or swapped out, and the reverse map finds it at its new place. */
class RemapTest {
    private static final long VPN = 0x1000;
    private static final int PAGES = 64;

    private Machine machine;
    private Task task;

    @BeforeEach
    void build() {
        machine = Machine.builder()
                .kernel("6.12")
                .node(NodeConfig.ofPages(0, 8192))
                .hugePages(HugePagePolicy.Mode.ALWAYS)
                .swap(new SwapConfig(SwapConfig.Kind.ZRAM, "lzo-rle", 4096, 1))
                .build();
        task = machine.spawn("t", machine.createMemcg("A"));
        task.mmapAnon(VPN, PAGES, Prot.READ_WRITE);
        touchAll(VPN, PAGES);
    }

    @AfterEach
    void close() {
        MmInvariants.require(machine);
        machine.close();
    }

    private void touchAll(long from, long pages) {
        for (long vpn = from; vpn < from + pages; vpn++) {
            assertThat(task.touch(vpn, true)).isLessThan(Touch.KILLED);
        }
    }

    private long faults() {
        return task.actor().events(VmEvent.PGFAULT);
    }

    @Test
    void movedPagesStayPresent() {
        int frame = Pte.frame(task.mm().pageTable.lookup(VPN + 3));
        long faults = faults();
        assertThat(task.mremap(VPN, PAGES, 2 * PAGES, 0x9000)).isEqualTo(0x9000);
        touchAll(0x9000, PAGES);
        assertThat(faults()).isEqualTo(faults);
        assertThat(Pte.frame(task.mm().pageTable.lookup(0x9003))).isEqualTo(frame);
        assertThat(task.touch(VPN, false)).isEqualTo(Touch.SEGV);
        assertThat(task.touch(0x9000 + PAGES, true)).isEqualTo(Touch.MINOR);
    }

    @Test
    void movedPagesAreReclaimedAndComeBack() throws Exception {
        task.drainBatches();
        task.mremap(VPN, PAGES, PAGES, 0x9000);
        machine.writeCgroupFile("A", "memory.reclaim", Long.toString(PAGES / 2 * 4096));
        MmInvariants.require(machine);
        long swapped = 0;
        for (long vpn = 0x9000; vpn < 0x9000 + PAGES; vpn++) {
            swapped += task.isSwapped(vpn) ? 1 : 0;
        }
        assertThat(swapped).isGreaterThanOrEqualTo(PAGES / 2);
        assertThat(task.mremap(0x9000, PAGES, PAGES, VPN)).isEqualTo(VPN);
        long majors = task.majorFaults();
        touchAll(VPN, PAGES);
        assertThat(task.majorFaults()).isEqualTo(majors + swapped);
    }

    @Test
    void growsInPlaceWhereThereIsRoomAndMovesElsewhereWhereNot() {
        assertThat(task.mremap(VPN, PAGES, 2 * PAGES, -1)).isEqualTo(VPN);
        task.mmapAnon(VPN + 2 * PAGES, 1, Prot.READ);
        long faults = faults();
        long at = task.mremap(VPN, 2 * PAGES, 3 * PAGES, -1);
        assertThat(at).isPositive().isNotEqualTo(VPN);
        touchAll(at, PAGES);
        assertThat(faults()).isEqualTo(faults);
        assertThat(task.mremap(VPN, PAGES, PAGES, -1)).isEqualTo(-1);
    }

    @Test
    void shrinks() {
        assertThat(task.mremap(VPN, PAGES, 8, -1)).isEqualTo(VPN);
        assertThat(task.touch(VPN + 8, true)).isEqualTo(Touch.SEGV);
        assertThat(task.mm().anonPages).isEqualTo(8);
    }

    @Test
    void hugeEntriesMoveWholeWhereAlignedAndInPiecesWhereNot() {
        long huge = 512L << 9;
        task.mmapAnon(huge, 1024, Prot.READ_WRITE);
        task.touch(huge, true);
        assertThat(Pte.huge(task.mm().pageTable.lookup(huge))).isTrue();
        long faults = faults();
        assertThat(task.mremap(huge, 512, 512, huge + 4096)).isEqualTo(huge + 4096);
        assertThat(Pte.huge(task.mm().pageTable.lookup(huge + 4096))).isTrue();
        MmInvariants.require(machine);
        assertThat(task.mremap(huge + 4096, 512, 512, huge + 8192 + 5)).isEqualTo(huge + 8192 + 5);
        assertThat(Pte.huge(task.mm().pageTable.lookup(huge + 8192 + 5))).isFalse();
        touchAll(huge + 8192 + 5, 512);
        assertThat(faults()).isEqualTo(faults);
    }

    @Test
    void copiesOnWriteSurviveAMove() {
        Task child = task.fork("c");
        child.mremap(VPN, PAGES, PAGES, 0x9000);
        assertThat(child.touch(0x9000, true)).isEqualTo(Touch.MINOR);
        assertThat(Pte.frame(child.mm().pageTable.lookup(0x9000)))
                .isNotEqualTo(Pte.frame(task.mm().pageTable.lookup(VPN)));
        assertThat(Pte.frame(child.mm().pageTable.lookup(0x9001)))
                .isEqualTo(Pte.frame(task.mm().pageTable.lookup(VPN + 1)));
    }
}
