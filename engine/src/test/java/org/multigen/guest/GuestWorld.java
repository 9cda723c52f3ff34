package org.multigen.guest;

import java.util.List;
import org.multigen.base.KernelError;
import org.multigen.fault.HugePagePolicy;
import org.multigen.machine.Guest;
import org.multigen.machine.Machine;
import org.multigen.machine.MachineBuilder;
import org.multigen.machine.SwapConfig;
import org.multigen.machine.Task;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.NodeConfig;
import org.multigen.pagetable.Pte;

/** A small host with one guest in a group of its own. */
final class GuestWorld implements AutoCloseable {
    static final int HOST_PAGES = 32768;

    final Machine machine;
    final Memcg memcg;
    final Task vmm;
    final Guest guest;
    final Vcpu vcpu;

    GuestWorld(String kernel, AgingPolicy policy, GuestSettings settings) {
        this(kernel, policy, settings, 0, List.of(), HugePagePolicy.Mode.NEVER);
    }

    GuestWorld(
            String kernel,
            AgingPolicy policy,
            GuestSettings settings,
            double scatter,
            List<Guest.Slot> slots,
            HugePagePolicy.Mode huge) {
        MachineBuilder b = Machine.builder()
                .kernel(kernel)
                .cpus(4)
                .node(NodeConfig.ofPages(0, HOST_PAGES))
                .swap(new SwapConfig(SwapConfig.Kind.ZRAM, "lzo-rle", HOST_PAGES, 0))
                .hugePages(huge)
                .secondaryMmuPolicy(policy)
                .panicOnWarn(true);
        machine = b.build();
        memcg = machine.createMemcg("vm");
        vmm = machine.spawn("vmm", memcg);
        GuestOrder order = new GuestOrder((int) settings.pages(), scatter, 7);
        guest = machine.createGuest(vmm, settings, slots, 2, order);
        vcpu = guest.vcpus().getFirst();
    }

    static GuestSettings settings(int pages, LockDiscipline lock) {
        return GuestSettings.of("g", pages, Arch.X86_64, lock).tlb(16);
    }

    void touchAll(boolean write) {
        touch(0, guest.pages(), write);
    }

    void touch(long first, long end, boolean write) {
        for (long p = first; p < end; p++) {
            guest.touch(vcpu, p, write);
        }
        guest.ran();
    }

    /** One ageing from user space, which looks at every table. */
    void age() {
        age("");
    }

    /** The same, but only tables that the Bloom filter has. */
    void ageByFilter() {
        age(" 60 0");
    }

    private void age(String options) {
        long seq = machine.lruvecs().of(memcg, 0) == null
                ? 0
                : machine.rooms().multigen().maxSeq(machine.lruvecs().of(memcg, 0));
        try {
            machine.lruGen().write("+ " + memcg.id() + " 0 " + seq + options);
        } catch (KernelError e) {
            throw new IllegalStateException(e);
        }
    }

    long hostPage(long page) {
        return guest.mmu().hostPage(guest.gpn(page));
    }

    boolean hostPresent(long page) {
        return vmm.isPresent(hostPage(page));
    }

    /** Generations below the youngest; 99 for a page that is in none. */
    long age(long page) {
        long entry = vmm.mm().pageTable.lookup(hostPage(page));
        if (!Pte.mapsPage(entry)) {
            return 99;
        }
        int folio = machine.rooms().folios().folioOf(Pte.frame(entry));
        int gen = FolioFlags.gen(machine.rooms().folios().flags(folio));
        long max = machine.rooms().multigen().maxSeq(machine.lruvecs().of(memcg, 0));
        return gen < 0 ? 99 : Math.floorMod(max - gen, 4);
    }

    /** Share of pages that are in the two youngest generations. */
    double young(long first, long end) {
        long n = 0;
        for (long p = first; p < end; p++) {
            n += age(p) <= 1 ? 1 : 0;
        }
        return (double) n / (end - first);
    }

    void assertConsistent() {
        for (long p = 0; p < guest.pages(); p++) {
            if (!guest.mmu().consistent(guest.gpn(p))) {
                throw new AssertionError("guest page " + guest.gpn(p) + " maps what the host does not have there");
            }
        }
    }

    @Override
    public void close() {
        machine.close();
    }
}
