package org.multigen.lab.experiment;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.multigen.base.Cost;
import org.multigen.base.KernelError;
import org.multigen.fault.HugePagePolicy;
import org.multigen.guest.AgingPolicy;
import org.multigen.lab.scenario.Plan;
import org.multigen.machine.CostModel;
import org.multigen.machine.Machine;
import org.multigen.machine.MachineBuilder;
import org.multigen.machine.SwapConfig;
import org.multigen.memory.Medium;
import org.multigen.memory.NodeConfig;
import org.multigen.memory.ZoneConfig;
import org.multigen.tier.AccessScanner;

/** Builds the machine of a plan, with its cgroups. */
final class MachineAssembly {
    private MachineAssembly() {}

    /**
     * The machine, with no tasks yet.
     *
     * @param threads real threads to run on, a CPU for each at least; 0 for virtual time
     * @throws IllegalArgumentException if there is no such machine; the message is one clear line
     */
    static Machine build(Plan plan, boolean panic, int threads) {
        Plan.Kernel k = plan.kernel();
        Plan.Cpu cpu = plan.machine().cpu();
        MachineBuilder b = Machine.builder()
                .kernel(k.rules())
                .cpus(Math.max(plan.machine().cpus(), threads))
                .realThreads(threads > 0)
                .swappiness(k.swappiness())
                .pageCluster(k.pageCluster())
                .watermarkScaleFactor(k.watermarkScaleFactor())
                .watermarkBoostFactor(k.watermarkBoostFactor())
                .lruGenEnabled(k.lruGenEnabled())
                .secondaryMmuPolicy(AgingPolicy.named(plan.aging().secondaryMmuPolicy()))
                .secondaryMmuWindow(plan.aging().window())
                .minTtlMs(k.minTtlMs())
                .memcg(k.memcg())
                .costs(costs(plan))
                .seed(plan.seed())
                .hwAccessed(cpu.hwAccessed())
                .hwNonleafAccessed(cpu.hwNonleafAccessed())
                .tlb(cpu.tlbEntries(), cpu.tlbTagged())
                .lruGenStats(k.lruGenStats())
                .walks(k.walks())
                .hugePages(HugePagePolicy.Mode.valueOf(k.hugePages().toUpperCase(Locale.ROOT)))
                .pageTableLevels(cpu.pageTableLevels())
                .contextSwitchesPerSecond(cpu.contextSwitchesPerSecond())
                .demotion(plan.tiers().demotion())
                .numaBalancing(plan.tiers().balancing())
                .tiering(plan.tiers().settings())
                .panicOnWarn(panic);
        if (k.minFreeKbytes() >= 0) {
            b = b.minFreeKbytes(k.minFreeKbytes());
        }
        for (Plan.Node n : plan.machine().nodes()) {
            b = b.node(node(n));
        }
        Plan.Swap swap = plan.machine().swap();
        if (swap.pages() > 0) {
            b = b.swap(new SwapConfig(
                    SwapConfig.Kind.valueOf(swap.kind().toUpperCase(Locale.ROOT)),
                    swap.algorithm(),
                    swap.pages(),
                    swap.priority()));
        }
        Machine machine = b.build();
        plan.cgroups().forEach(c -> addCgroup(machine, c));
        AccessScanner scanner = machine.tiering().scanner();
        if (scanner != null) {
            plan.tiers().scanIntervals().forEach((path, ns) -> scanner.setInterval(machine.memcg(path), ns));
        }
        return machine;
    }

    private static void addCgroup(Machine machine, Plan.Cgroup c) {
        machine.createMemcg(c.path());
        for (Map.Entry<String, String> f : c.files().entrySet()) {
            try {
                machine.writeCgroupFile(c.path(), f.getKey(), f.getValue());
            } catch (KernelError refused) {
                throw new IllegalArgumentException(
                        c.path() + "/" + f.getKey() + " = " + f.getValue() + ": " + refused.errno(), refused);
            }
        }
    }

    private static CostModel costs(Plan plan) {
        CostModel model = SwapCosts.of(plan.machine().swap(), CostModel.defaults());
        for (Map.Entry<String, Long> e : plan.costs().entrySet()) {
            model = model.with(e.getKey(), e.getValue());
        }
        if (plan.scale() != 1) {
            CostModel plain = model;
            for (Cost c : Cost.values()) {
                model = model.with(CostModel.nameOf(c), Math.round(plain.ns(c) / plan.scale()));
            }
        }
        return model;
    }

    private static NodeConfig node(Plan.Node n) {
        NodeConfig config;
        if (n.zones().isEmpty()) {
            config = NodeConfig.ofPages(n.id(), n.pages());
        } else {
            List<ZoneConfig> zones = n.zones().stream()
                    .map(z -> new ZoneConfig(z.name(), z.managed(), z.min(), z.low(), z.high()))
                    .toList();
            config = new NodeConfig(n.id(), zones);
        }
        Medium medium = n.medium();
        return medium == null ? config : config.withoutCpus(medium);
    }
}
