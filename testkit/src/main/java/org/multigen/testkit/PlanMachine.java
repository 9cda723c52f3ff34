package org.multigen.testkit;

import java.util.List;
import org.multigen.base.Rng;
import org.multigen.fault.HugePagePolicy;
import org.multigen.machine.Machine;
import org.multigen.machine.MachineBuilder;
import org.multigen.machine.SwapConfig;
import org.multigen.memory.Medium;
import org.multigen.memory.NodeConfig;
import org.multigen.memory.ZoneConfig;
import org.multigen.rules.KernelRules;
import org.multigen.rules.Kernels;
import org.multigen.tier.PromotionSettings;

/** The small machines that plans run on, chosen by the seed: kernel, LRU, zones, swap, CPUs. */
final class PlanMachine {
    private static final int[] SWITCHES = {7, 7, 3, 1, 0};

    private PlanMachine() {}

    static Machine build(long seed) {
        Rng rng = PlanRunner.rng(seed, -1);
        List<KernelRules> kernels = Kernels.all();
        MachineBuilder b = Machine.builder()
                .kernel(kernels.get((int) rng.below(kernels.size())).name())
                .seed(seed)
                .cpus(1 + (int) rng.below(3))
                .swappiness((int) rng.below(201))
                .pageCluster((int) rng.below(4))
                .lruGenEnabled(SWITCHES[(int) rng.below(SWITCHES.length)])
                .lruGenStats(rng.below(2) == 0)
                .minTtlMs(rng.below(4) == 0 ? 1000 : 0);
        long pages = 1024 + 128 * rng.below(4);
        boolean huge = rng.below(6) == 0;
        if (huge) {
            pages += 1024;
            b.hugePages(HugePagePolicy.Mode.values()[(int) rng.below(2)]);
        }
        if (rng.below(2) == 0) {
            b.node(new NodeConfig(0, List.of(new ZoneConfig("Normal", pages, 16, 24, 32))));
        } else {
            b.node(new NodeConfig(
                    0,
                    List.of(
                            new ZoneConfig("DMA32", pages / 3, 8, 12, 16),
                            new ZoneConfig("Normal", pages - pages / 3, 16, 24, 32))));
        }
        swap(b, rng);
        if (!huge && rng.below(3) == 0) {
            lowerTier(b, rng);
        }
        return b.build();
    }

    /** A second node of slow memory, with everything that moves pages. */
    private static void lowerTier(MachineBuilder b, Rng rng) {
        long pages = 256 + 128 * rng.below(5);
        b.node(new NodeConfig(1, List.of(new ZoneConfig("Movable", pages, 8, 12, 16)), false, Medium.CXL));
        b.demotion(rng.below(4) != 0);
        b.numaBalancing(rng.below(4) != 0 ? 2 : 0);
        b.promotion(PromotionSettings.KERNEL.scanning(1, 1 + rng.below(2)));
    }

    private static void swap(MachineBuilder b, Rng rng) {
        int areas = rng.below(8) == 0 ? 0 : 1 + (int) rng.below(2);
        for (int i = 0; i < areas; i++) {
            SwapConfig.Kind kind = SwapConfig.Kind.values()[(int) rng.below(SwapConfig.Kind.values().length)];
            String algorithm = kind == SwapConfig.Kind.ZRAM ? "lzo-rle" : "";
            b.swap(new SwapConfig(kind, algorithm, 100 + rng.below(900), areas - i));
        }
    }
}
