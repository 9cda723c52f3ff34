package org.multigen.machine;

import org.multigen.base.LockOrder;
import org.multigen.fault.HugePagePolicy;
import org.multigen.guest.AgingPolicy;
import org.multigen.memory.NodeConfig;
import org.multigen.rules.KernelRules;
import org.multigen.rules.Kernels;
import org.multigen.storage.Writeback;
import org.multigen.tier.PromotionSettings;
import org.multigen.tier.TierSettings;
import org.multigen.walk.WalkSettings;

/** Settings of a machine, with the kernel's defaults; {@link Machine#builder} gives one. */
public final class MachineBuilder {
    private final MachineConfig c = new MachineConfig();

    MachineBuilder() {}

    /**
     * The kernel's name.
     *
     * @throws IllegalArgumentException if it is not known
     */
    public MachineBuilder kernel(String name) {
        KernelRules r = Kernels.find(name);
        if (r == null) {
            throw new IllegalArgumentException("unknown kernel " + name + ", expected one of "
                    + Kernels.all().stream().map(KernelRules::name).toList());
        }
        c.kernel = r;
        return this;
    }

    public MachineBuilder cpus(int n) {
        c.cpus = n;
        return this;
    }

    public MachineBuilder node(NodeConfig n) {
        c.nodes.add(n);
        return this;
    }

    public MachineBuilder swap(SwapConfig s) {
        c.swap.add(s);
        return this;
    }

    public MachineBuilder swappiness(int value) {
        c.swappiness = value;
        return this;
    }

    public MachineBuilder pageCluster(int value) {
        c.pageCluster = value;
        return this;
    }

    /** When dirty file pages are written back: vm.dirty_*. */
    public MachineBuilder writeback(Writeback.Settings settings) {
        c.writeback = settings;
        return this;
    }

    public MachineBuilder watermarkScaleFactor(int value) {
        c.watermarkScaleFactor = value;
        return this;
    }

    /** vm.watermark_boost_factor, in 1/10000 of the high mark; 0: mixing pages of different mobility raises no marks. */
    public MachineBuilder watermarkBoostFactor(int value) {
        c.watermarkBoostFactor = value;
        return this;
    }

    /** Pages that the kernel took at boot and never gives back; the default is none. */
    public MachineBuilder kernelPages(long pages) {
        c.kernelPages = pages;
        return this;
    }

    public MachineBuilder minFreeKbytes(long value) {
        c.minFreeKbytes = value;
        return this;
    }

    public MachineBuilder lruGenEnabled(int bits) {
        c.lruGenEnabled = bits;
        return this;
    }

    /** How ageing consults secondary MMUs; the default is what the kernel does. */
    public MachineBuilder secondaryMmuPolicy(AgingPolicy policy) {
        c.secondaryMmuPolicy = policy;
        return this;
    }

    /** Pages that one call to a fast hook of a secondary MMU is about at most, 1 to 64. */
    public MachineBuilder secondaryMmuWindow(int pages) {
        c.secondaryMmuWindow = pages;
        return this;
    }

    public MachineBuilder minTtlMs(long value) {
        c.minTtlMs = value;
        return this;
    }

    /** Keeps four history slots per generation, as a kernel built with LRU_GEN_STATS. */
    public MachineBuilder lruGenStats(boolean on) {
        c.lruGenStats = on;
        return this;
    }

    public MachineBuilder costs(CostModel model) {
        c.costs = model;
        return this;
    }

    public MachineBuilder seed(long value) {
        c.seed = value;
        return this;
    }

    public MachineBuilder memcg(boolean on) {
        c.memcg = on;
        return this;
    }

    public MachineBuilder hwAccessed(boolean on) {
        c.hwAccessed = on;
        return this;
    }

    public MachineBuilder hwNonleafAccessed(boolean on) {
        c.hwNonleafAccessed = on;
        return this;
    }

    /**
     * CPUs cache translations, and a touch through a cached one sets no accessed bit.
     *
     * @param entries per CPU, a multiple of 4; 0 for none
     * @param tagged they outlive switches to other address spaces
     */
    public MachineBuilder tlb(int entries, boolean tagged) {
        c.tlbEntries = entries;
        c.tlbTagged = tagged;
        return this;
    }

    public MachineBuilder pageTableLevels(int levels) {
        c.pageTableLevels = levels;
        return this;
    }

    /** Switches of a busy CPU to another thread and back, by daemons that are not modelled; sets the usage hint. */
    public MachineBuilder contextSwitchesPerSecond(double n) {
        c.contextSwitchesPerSecond = n;
        return this;
    }

    public MachineBuilder hz(long n) {
        c.hz = n;
        return this;
    }

    /** Which mappings get huge pages at first use; the default is never. */
    public MachineBuilder hugePages(HugePagePolicy.Mode mode) {
        c.hugePages = mode;
        return this;
    }

    /** Reclaim moves pages to slower nodes: numa/demotion_enabled. */
    public MachineBuilder demotion(boolean on) {
        c.demotion = on;
        return this;
    }

    /** Bits of kernel.numa_balancing: 2 promotes pages of lower tiers by hint faults. */
    public MachineBuilder numaBalancing(int bits) {
        c.numaBalancing = bits;
        return this;
    }

    /** Limits of promotion. */
    public MachineBuilder promotion(PromotionSettings settings) {
        c.tiering = c.tiering.with(settings);
        return this;
    }

    /** How hot pages of lower tiers are found and promoted. */
    public MachineBuilder tiering(TierSettings settings) {
        c.tiering = settings;
        return this;
    }

    /**
     * Builds for real threads: real locks, wall-clock time, daemons with threads of their own. There should be a CPU for each thread
     * that will run tasks.
     */
    public MachineBuilder realThreads(boolean on) {
        c.realThreads = on;
        return this;
    }

    public MachineBuilder panicOnWarn(boolean on) {
        c.panicOnWarn = on;
        return this;
    }

    public MachineBuilder walks(WalkSettings settings) {
        c.walks = settings;
        return this;
    }

    /**
     * Builds the machine.
     *
     * @throws IllegalArgumentException with one clear line if no such machine can exist
     */
    public Machine build() {
        assert LockOrder.begins();
        return new Machine(c);
    }
}
