package org.multigen.machine;

import java.util.ArrayList;
import java.util.List;
import org.multigen.addrspace.YoungWindow;
import org.multigen.fault.HugePagePolicy;
import org.multigen.guest.AgingPolicy;
import org.multigen.memory.NodeConfig;
import org.multigen.memory.ZoneConfig;
import org.multigen.rules.KernelRules;
import org.multigen.rules.Kernels;
import org.multigen.storage.Writeback;
import org.multigen.tier.ScanSettings;
import org.multigen.tier.TierSettings;
import org.multigen.walk.ScanVariant;
import org.multigen.walk.WalkSettings;

/** Everything a machine is built from; {@link Machine#builder} gives one with the kernel's defaults. */
public final class MachineConfig {
    static final int DEFAULT_SWAPPINESS = 60;
    static final int DEFAULT_PAGE_CLUSTER = 3;
    static final int DEFAULT_WATERMARK_SCALE = 10;
    static final int DEFAULT_WATERMARK_BOOST = 15_000;
    static final long DEFAULT_HZ = 250;
    static final double DEFAULT_CONTEXT_SWITCHES = 1;
    private static final long RESERVED_PAGES = 1024;
    private static final int MAX_CPUS = 4096;

    KernelRules kernel = Kernels.standard();
    int cpus = 1;
    final List<NodeConfig> nodes = new ArrayList<>();
    final List<SwapConfig> swap = new ArrayList<>();
    int swappiness = DEFAULT_SWAPPINESS;
    int pageCluster = DEFAULT_PAGE_CLUSTER;
    Writeback.Settings writeback = Writeback.Settings.defaults();
    int watermarkScaleFactor = DEFAULT_WATERMARK_SCALE;
    int watermarkBoostFactor = DEFAULT_WATERMARK_BOOST;
    long minFreeKbytes = -1;
    long kernelPages;
    /** -1: everything that the kernel has. */
    int lruGenEnabled = -1;

    AgingPolicy secondaryMmuPolicy = AgingPolicy.LANDED;
    int secondaryMmuWindow = YoungWindow.PAGES;
    long minTtlMs;
    boolean lruGenStats;
    CostModel costs = CostModel.defaults();
    long seed = 1;
    boolean memcg = true;
    boolean hwAccessed = true;
    boolean hwNonleafAccessed = true;
    int pageTableLevels = 4;
    /** Translations that a CPU caches; 0: every touch looks at the page table. */
    int tlbEntries;

    boolean tlbTagged = true;
    long hz = DEFAULT_HZ;
    double contextSwitchesPerSecond = DEFAULT_CONTEXT_SWITCHES;
    HugePagePolicy.Mode hugePages = HugePagePolicy.Mode.NEVER;
    boolean panicOnWarn;
    boolean realThreads;
    WalkSettings walks = WalkSettings.KERNEL;
    boolean demotion;
    int numaBalancing;
    TierSettings tiering = TierSettings.KERNEL;

    MachineConfig() {}

    void check() {
        require(cpus >= 1 && cpus <= MAX_CPUS, "cpus is " + cpus + ", expected 1.." + MAX_CPUS);
        require(
                secondaryMmuWindow >= 1 && secondaryMmuWindow <= YoungWindow.PAGES,
                "a window of " + secondaryMmuWindow + " pages, expected 1.." + YoungWindow.PAGES);
        int most = kernel.swappinessMax() ? 201 : 200;
        require(swappiness >= 0 && swappiness <= most, "vm.swappiness is " + swappiness + ", expected 0.." + most);
        require(pageCluster >= 0 && pageCluster <= 5, "vm.page-cluster is " + pageCluster + ", expected 0..5");
        require(
                watermarkScaleFactor >= 1 && watermarkScaleFactor <= 3000,
                "vm.watermark_scale_factor is " + watermarkScaleFactor + ", expected 1..3000");
        require(
                watermarkBoostFactor >= 0,
                "vm.watermark_boost_factor is " + watermarkBoostFactor + ", expected 0 or more");
        require(pageTableLevels == 4 || pageTableLevels == 5, "page-table levels are 4 or 5, not " + pageTableLevels);
        require(
                tlbEntries >= 0 && tlbEntries % 4 == 0,
                "cpu.tlb is " + tlbEntries + ", expected none or a multiple of 4");
        require(minTtlMs >= 0, "min_ttl_ms is " + minTtlMs + ", expected 0 or more");
        require(!nodes.isEmpty(), "a machine needs at least one memory node");
        for (int i = 0; i < nodes.size(); i++) {
            require(
                    nodes.get(i).id() == i,
                    "memory nodes must be numbered 0, 1, ...; found "
                            + nodes.get(i).id());
        }
        long pages = nodes.get(0).zones().stream()
                .mapToLong(ZoneConfig::managedPages)
                .sum();
        require(
                pages >= RESERVED_PAGES,
                "node 0 has " + pages + " pages; the kernel reserves more than that (expected at least "
                        + RESERVED_PAGES + ")");
        if (realThreads) {
            require(
                    !scanStallsAgeing() || kernel.ageingLosers() == KernelRules.AgeingLosers.RETURN,
                    "a scan as proposed (rfc-v1, rfc-v2) stalls ageing for good, and reclaimers of kernel "
                            + kernel.name()
                            + " sleep until it gets on; on real threads expected multigen or flat, or a later kernel");
        }
    }

    private boolean scanStallsAgeing() {
        ScanSettings scan = tiering.scan();
        return scan != null && (scan.variant() == ScanVariant.RFC_V1 || scan.variant() == ScanVariant.RFC_V2);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
