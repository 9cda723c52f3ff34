package org.multigen.testkit.tier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.multigen.addrspace.Prot;
import org.multigen.base.VmEvent;
import org.multigen.machine.Machine;
import org.multigen.machine.MachineBuilder;
import org.multigen.machine.Task;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.Medium;
import org.multigen.memory.NodeConfig;
import org.multigen.memory.ZoneConfig;
import org.multigen.pagetable.Pte;
import org.multigen.testkit.MmInvariants;
import org.multigen.tier.PromotionSettings;

/** A machine with a fast and a slow node, a group and a process with one region. */
final class TwoTiers implements AutoCloseable {
    static final long VPN = 0x10000;

    final Machine machine;
    final Memcg group;
    final Task task;

    TwoTiers(MachineBuilder builder, long regionPages) {
        machine = builder.build();
        group = machine.createMemcg("A");
        task = machine.spawn("t", group);
        task.mmapAnon(VPN, regionPages, Prot.READ_WRITE);
    }

    /** Demotion and hint faults on, scans every millisecond. */
    static MachineBuilder machine(String kernel, long fast, long slow) {
        return Machine.builder()
                .kernel(kernel)
                .node(new NodeConfig(0, List.of(new ZoneConfig("Normal", fast, 16, 24, 32))))
                .node(slowNode(1, slow))
                .demotion(true)
                .numaBalancing(2)
                .promotion(PromotionSettings.KERNEL.scanning(1, 256));
    }

    static NodeConfig slowNode(int id, long pages) {
        return new NodeConfig(id, List.of(new ZoneConfig("Movable", pages, 8, 12, 16)), false, Medium.CXL);
    }

    void touch(long from, long pages, boolean write) {
        for (long vpn = VPN + from; vpn < VPN + from + pages; vpn++) {
            task.touch(vpn, write);
        }
    }

    /** The node of a page, or -1 if it is not present. */
    int nodeOf(long page) {
        long entry = task.mm().pageTable.lookup(VPN + page);
        return Pte.present(entry) ? FolioFlags.node(machine.rooms().folios().flags(Pte.frame(entry))) : -1;
    }

    long pagesOn(int node, long from, long pages) {
        long n = 0;
        for (long p = from; p < from + pages; p++) {
            n += nodeOf(p) == node ? 1 : 0;
        }
        return n;
    }

    long count(VmEvent event) {
        return machine.vmstat().get(event);
    }

    void sound() {
        assertThat(MmInvariants.check(machine)).isEmpty();
        assertThat(machine.warnings().all()).isEmpty();
    }

    @Override
    public void close() {
        machine.close();
    }
}
