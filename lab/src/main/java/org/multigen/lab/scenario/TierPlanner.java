package org.multigen.lab.scenario;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.multigen.memory.Medium;
import org.multigen.tier.Promoter;
import org.multigen.tier.PromotionSettings;
import org.multigen.tier.ScanSettings;
import org.multigen.tier.TierSettings;
import org.multigen.tier.TrackerSettings;
import org.multigen.walk.ScanVariant;

/** Turns the settings about slower memory into a plan, and refuses what cannot be. */
final class TierPlanner {
    private static final long MS = 1_000_000;
    private static final long MIB = 1L << 20;
    private static final int TIERING_MODE = 2;
    private static final String OPTIMUM = "optimum";
    static final List<String> POLICIES = List.of("none", "hint-faults", "scan", "hw-hints", OPTIMUM);
    static final List<String> SCANS = List.of("multigen", "rfc-v1", "rfc-v2", "flat");

    private final Settings settings;

    TierPlanner(Settings settings) {
        this.settings = settings;
    }

    /** What a node's memory is, or null for DRAM. */
    @org.jspecify.annotations.Nullable
    Medium medium(String node) {
        boolean latency = settings.has(node + ".latency");
        boolean bandwidth = settings.has(node + ".bandwidth");
        if (settings.text(node + ".medium").equals("dram")) {
            if (latency || bandwidth) {
                String at = node + (latency ? ".latency" : ".bandwidth");
                throw settings.failure(at, at + ": only for a node with medium: cxl");
            }
            return null;
        }
        if (!latency && !bandwidth) {
            return Medium.CXL;
        }
        try {
            return Medium.of(
                    latency ? (int) settings.whole(node + ".latency") : Medium.CXL.latencyNs(),
                    bandwidth ? settings.whole(node + ".bandwidth") : Medium.CXL.bandwidth());
        } catch (IllegalArgumentException e) {
            throw settings.failure(node, node + ": " + e.getMessage());
        }
    }

    Plan.Tiers plan(List<Plan.Node> nodes, Set<String> cgroups) {
        boolean lower = nodes.stream().anyMatch(n -> n.medium() != null);
        String policy = settings.text("promotion.policy");
        if (!policy.equals("none") && !lower) {
            throw settings.failure(
                    "promotion.policy",
                    "promotion.policy: " + policy
                            + " on a machine without a lower tier; expected a node with medium: cxl");
        }
        if (settings.flag("numa.demotion_enabled") && !lower) {
            throw settings.failure(
                    "numa.demotion_enabled",
                    "numa.demotion_enabled: a machine without a lower tier; expected a node with medium: cxl");
        }
        return new Plan.Tiers(
                settings.flag("numa.demotion_enabled"),
                policy.equals("hint-faults") ? TIERING_MODE : 0,
                tiering(policy),
                intervals(cgroups),
                policy.equals(OPTIMUM));
    }

    private TierSettings tiering(String policy) {
        ScanSettings scan = policy.equals("scan") ? scan() : null;
        int sample = policy.equals("hw-hints") ? (int) settings.whole("promotion.hw_sample") : 0;
        Promoter.Kind daemon =
                Promoter.Kind.valueOf(settings.text("promotion.daemon").toUpperCase(Locale.ROOT));
        return new TierSettings(
                limits(), scan, tracker(), daemon, settings.nanos("promotion.hysteresis"), sample, false);
    }

    private PromotionSettings limits() {
        return PromotionSettings.ofMegabytes(settings.whole("promotion.rate_limit"))
                .withHotThresholdMs(settings.nanos("promotion.hot_threshold") / MS)
                .adjustedEveryMs(Math.max(1, settings.nanos("promotion.adjust") / MS))
                .scanning(
                        Math.max(1, settings.nanos("promotion.hint_period") / MS),
                        Math.max(1, settings.size("promotion.hint_size").pages(0) * Size.PAGE / MIB))
                .scaled(settings.real("scale"));
    }

    private TrackerSettings tracker() {
        boolean precise = settings.text("pghot.mode").equals("precise");
        TrackerSettings standard = precise ? TrackerSettings.PRECISE : TrackerSettings.KERNEL;
        try {
            return new TrackerSettings(
                    precise,
                    (int) settings.whole("pghot.threshold"),
                    settings.has("pghot.window") ? settings.nanos("pghot.window") : standard.windowNs(),
                    0,
                    -1);
        } catch (IllegalArgumentException e) {
            throw settings.failure("pghot.threshold", "pghot.threshold: " + e.getMessage());
        }
    }

    private ScanSettings scan() {
        String interval = settings.text("scan.interval");
        boolean adaptive = interval.equals("adaptive");
        long ns = adaptive ? ScanSettings.KERNEL.intervalNs() : settings.nanos("scan.interval");
        if (ns == 0) {
            throw settings.failure("scan.interval", "scan.interval: 0 is no interval, expected more");
        }
        return new ScanSettings(
                ScanVariant.valueOf(
                        settings.text("scan.variant").toUpperCase(Locale.ROOT).replace('-', '_')),
                ns,
                adaptive,
                (int) settings.whole("scan.batch"),
                (int) settings.whole("scan.sweep"));
    }

    private Map<String, Long> intervals(Set<String> cgroups) {
        Map<String, Long> own = new TreeMap<>();
        for (String c : cgroups) {
            String at = "memcgs." + c + ".scan_interval";
            if (settings.has(at)) {
                own.put(c, settings.nanos(at));
            }
        }
        return own;
    }
}
