package org.multigen.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.addrspace.Advice;
import org.multigen.base.KernelError;
import org.multigen.base.Rng;
import org.multigen.fault.HugePagePolicy;
import org.multigen.fault.Touch;
import org.multigen.guest.AgingPolicy;
import org.multigen.guest.Arch;
import org.multigen.guest.GuestOrder;
import org.multigen.guest.GuestSettings;
import org.multigen.guest.LockDiscipline;
import org.multigen.guest.Vcpu;
import org.multigen.machine.Guest;
import org.multigen.machine.Machine;
import org.multigen.machine.SwapConfig;
import org.multigen.machine.Task;
import org.multigen.memcg.Memcg;
import org.multigen.memory.NodeConfig;
import org.multigen.rules.Kernels;

/** Random operations on a guest and its host; all invariants hold after each round. */
class GuestPlansTest {
    private static final int PAGES = 1536;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void guestsAndHostAgree(long seed) throws KernelError {
        Rng rng = new Rng(seed);
        try (Machine m = machine(rng)) {
            Memcg memcg = m.createMemcg("vm");
            m.writeCgroupFile("vm", "memory.max", Long.toString(4096L * (1000 + rng.below(800))));
            Task vmm = m.spawn("vmm", memcg);
            LockDiscipline lock = LockDiscipline.values()[(int) rng.below(LockDiscipline.values().length)];
            GuestSettings s = GuestSettings.of("vm", PAGES, Arch.values()[(int) rng.below(2)], lock)
                    .tlb(64)
                    .nested(512, rng.below(2) * 256, rng.below(2) == 0);
            s = rng.below(3) == 0 ? s.withoutAccessedBits() : s;
            Guest g = m.createGuest(vmm, s, List.of(), 3, new GuestOrder(PAGES, rng.unit(), seed));
            for (int round = 0; round < 60; round++) {
                String what = step(m, memcg, vmm, g, rng);
                assertThat(MmInvariants.check(m, round % 20 == 0))
                        .as("seed " + seed + ", round " + round)
                        .isEmpty();
            }
            assertThat(m.warnings().all()).isEmpty();
        }
    }

    private static Machine machine(Rng rng) {
        return Machine.builder()
                .kernel(Kernels.all().get((int) rng.below(Kernels.all().size())).name())
                .cpus(4)
                .node(NodeConfig.ofPages(0, 4096))
                .swap(new SwapConfig(SwapConfig.Kind.ZRAM, "lzo-rle", 8192, 0))
                .hugePages(HugePagePolicy.Mode.values()[(int) rng.below(2)])
                .lruGenEnabled((int) rng.below(16))
                .secondaryMmuPolicy(AgingPolicy.values()[(int) rng.below(AgingPolicy.values().length)])
                .build();
    }

    private static String step(Machine m, Memcg memcg, Task vmm, Guest g, Rng rng) throws KernelError {
        long first = rng.below(PAGES - 256);
        long vpn = g.mmu().hostPage(g.gpn(first));
        int kind = (int) rng.below(8);
        switch (kind) {
            case 0 -> age(m, memcg);
            case 1 -> reclaim(m, rng);
            case 2 -> vmm.madvise(vpn, 1 + rng.below(64), Advice.PAGEOUT);
            case 3 -> vmm.madvise(vpn, 1 + rng.below(64), Advice.DONTNEED);
            case 4 -> dirtyLog(g, vmm, rng);
            default -> touch(g, first, rng);
        }
        return "step " + kind;
    }

    private static void reclaim(Machine m, Rng rng) {
        try {
            m.writeCgroupFile("vm", "memory.reclaim", Long.toString(4096 * (1 + rng.below(100))));
        } catch (KernelError notAll) {
            assertThat(notAll.errno()).isEqualTo("EAGAIN");
        }
    }

    private static void age(Machine m, Memcg memcg) throws KernelError {
        long seq = m.rooms().multigen().maxSeq(m.lruvecs().of(memcg, 0));
        m.lruGen().write("+ " + memcg.id() + " 0 " + seq);
    }

    private static void dirtyLog(Guest g, Task vmm, Rng rng) {
        if (rng.below(2) == 0) {
            g.mmu().startDirtyLog(vmm.actor());
        } else {
            g.mmu().takeDirtyLog(vmm.actor());
        }
    }

    private static void touch(Guest g, long first, Rng rng) {
        boolean write = rng.below(3) > 0;
        Vcpu v = g.vcpus().get((int) rng.below(g.vcpus().size()));
        for (long p = first; p < first + 256; p++) {
            assertThat(g.touch(v, p, write)).isLessThan(Touch.KILLED);
        }
        g.ran();
    }
}
