package org.multigen.lab.figure;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.task.Ager;
import org.multigen.lab.task.Workload;
import org.multigen.machine.CostModel;
import org.multigen.machine.CostReport;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;
import org.multigen.memory.Medium;
import org.multigen.tier.AccessScanner;
import org.multigen.tier.Tiering;

/** All counters of a machine at one moment; the difference of two is what happened in between. */
public final class Reading {
    private static final double NS_PER_S = 1e9;

    private final long ns;
    private final long touches;
    private final long stallNs;
    private final boolean tiered;
    /** Touches of the lower tier that take as long as a promotion. */
    private final double promotionPrice;

    private final long promotionNs;
    private final long hintNs;
    private final long scanNs;
    private final SortedMap<String, Long> vmstat;
    private final SortedMap<String, Long> reclaimNsByFunction;
    private final Map<Cost, Long> reclaimEvents = new EnumMap<>(Cost.class);
    private final Map<Cost, Long> lastTaskEvents = new EnumMap<>(Cost.class);
    private final SortedMap<String, Long> walks = new TreeMap<>();
    private final CostModel model;

    private Reading(Machine machine, List<Workload> workloads, Ager ager, long touches) {
        CostReport costs = machine.costs();
        this.touches = touches;
        this.model = costs.model();
        this.vmstat = machine.vmstat().snapshot();
        this.reclaimNsByFunction = costs.reclaimNsByFunction();
        Workload last = workloads.getFirst();
        long stall = 0;
        for (Workload w : workloads) {
            last = w.endNs() > last.endNs() ? w : last;
            for (Task t : w.processes()) {
                for (Actor a : t.threads()) {
                    stall += a.stallNs();
                }
            }
        }
        this.stallNs = stall;
        this.ns = last.endNs();
        this.tiered = !machine.tiers().lower().isEmpty();
        this.promotionPrice = promotionPrice(machine);
        this.hintNs = costs.events(Cost.HINT_FAULT) * (model.ns(Cost.HINT_FAULT) + model.ns(Cost.FAULT_ENTRY))
                + costs.events(Cost.HINT_SCAN) * model.ns(Cost.HINT_SCAN);
        long daemons = 0;
        long scanner = 0;
        for (Tiering.Daemon d : machine.tiering().daemons()) {
            long spent = daemonNs(machine, d);
            daemons += spent;
            scanner += d instanceof AccessScanner ? spent : 0;
        }
        this.scanNs = scanner;
        this.promotionNs = hintNs + costs.events(Cost.MIGRATE_ONE) * model.ns(Cost.MIGRATE_ONE) + daemons;
        long young = costs.events(Cost.WALK_PTE_YOUNG);
        walks.put(Metrics.WALK_LEAF_TOTAL, costs.events(Cost.WALK_PTE_OLD) + young);
        walks.put(Metrics.WALK_LEAF_YOUNG, young);
        walks.put(Metrics.WALK_TABLE_VISITS, costs.events(Cost.WALK_TABLE));
        walks.put(Metrics.RMAP_WALKS, costs.events(Cost.RMAP));
        walks.put(Metrics.LOOK_AROUNDS, costs.events(Cost.LOOK_AROUND));
        walks.putAll(GuestFigures.counters(machine, ager));
        for (Cost c : Cost.values()) {
            reclaimEvents.put(c, costs.reclaimEvents(c));
            long sum = 0;
            for (Actor a : last.timed()) {
                sum += a.costEvents(c);
            }
            lastTaskEvents.put(c, sum);
        }
    }

    /** Touches of the slowest memory that cost as much more than fast ones as a promotion, in a batch, costs. */
    public static double promotionPrice(Machine machine) {
        int slowest = machine.tiers().lower().stream()
                .mapToInt(n -> n.medium().latencyNs())
                .max()
                .orElse(0);
        CostModel model = machine.costs().model();
        long extra = Math.max(1, (slowest - Medium.DRAM.latencyNs()) * model.ns(Cost.LOWER_WAIT));
        return (double) model.ns(Cost.MIGRATE) / extra;
    }

    /** CPU time of a daemon; where the wall moves clocks, of its events. */
    private long daemonNs(Machine machine, Tiering.Daemon daemon) {
        if (!machine.realThreads()) {
            return daemon.actor().cpuNs();
        }
        long sum = 0;
        for (Cost c : Cost.values()) {
            sum += daemon.actor().costEvents(c) * model.ns(c);
        }
        return sum;
    }

    /** Time of the task that was furthest. */
    public long ns() {
        return ns;
    }

    public static Reading take(Machine machine, List<Workload> workloads, Ager ager, long touches) {
        return new Reading(machine, workloads, ager, touches);
    }

    /** The metrics of what happened since an earlier reading; null: since the machine was built. */
    public SortedMap<String, Long> since(@org.jspecify.annotations.Nullable Reading from) {
        SortedMap<String, Long> m = new TreeMap<>();
        vmstat.forEach((name, value) -> m.put(name, value - (from == null ? 0 : from.vmstat.getOrDefault(name, 0L))));
        long time = ns - (from == null ? 0 : from.ns);
        long done = touches - (from == null ? 0 : from.touches);
        m.put(Metrics.RUN_TIME, time);
        m.put(Metrics.TOUCHES, done);
        m.put(Metrics.TOUCHES_PER_S, time == 0 ? 0 : Math.round(done * NS_PER_S / time));
        m.put(Metrics.MINOR_FAULTS, m.getOrDefault("pgfault", 0L) - m.getOrDefault(Metrics.MAJOR_FAULTS, 0L));
        m.put(Metrics.STALL, stallNs - (from == null ? 0 : from.stallNs));
        long reclaim = 0;
        for (Map.Entry<String, Long> e : reclaimNsByFunction.entrySet()) {
            long part = e.getValue() - (from == null ? 0 : from.reclaimNsByFunction.getOrDefault(e.getKey(), 0L));
            reclaim += part;
            if (part != 0) {
                m.put(Metrics.CPU_PREFIX + e.getKey(), part);
            }
        }
        m.put(Metrics.RECLAIM_CPU, reclaim);
        if (tiered) {
            long lower = m.getOrDefault("touch_lower_tier", 0L);
            m.put(Metrics.TOP_SHARE, done == 0 ? 0 : Math.round(1e6 * (done - lower) / done));
            double net = done - lower - promotionPrice * m.getOrDefault("pgpromote_success", 0L);
            m.put(Metrics.NET_SHARE, done == 0 ? 0 : Math.round(1e6 * net / done));
            m.put(Metrics.PROMOTION_CPU, promotionNs - (from == null ? 0 : from.promotionNs));
            m.put(Metrics.SCAN_CPU, scanNs - (from == null ? 0 : from.scanNs));
            m.put(Metrics.HINT_CPU, hintNs - (from == null ? 0 : from.hintNs));
        }
        walks.forEach((name, value) -> m.put(name, value - (from == null ? 0 : from.walks.getOrDefault(name, 0L))));
        return m;
    }

    /** Of the run time since an earlier reading, the part that each cost has in the task that ended last. */
    public SortedMap<String, Long> timeParts(Reading from) {
        SortedMap<String, Long> parts = parts(lastTaskEvents, from.lastTaskEvents);
        long sum = parts.values().stream().mapToLong(Long::longValue).sum();
        long elapsed = ns - from.ns;
        if (sum > elapsed) {
            // Its processes ran side by side: of the time that passed, each cost has its share of their work.
            parts.replaceAll((cost, part) -> (long) ((double) part / sum * elapsed));
        }
        return parts;
    }

    /** Of the reclaim time since an earlier reading, the part of each cost. */
    public SortedMap<String, Long> reclaimParts(Reading from) {
        return parts(reclaimEvents, from.reclaimEvents);
    }

    private SortedMap<String, Long> parts(Map<Cost, Long> now, Map<Cost, Long> then) {
        SortedMap<String, Long> parts = new TreeMap<>();
        now.forEach((cost, events) -> {
            long part = (events - then.getOrDefault(cost, 0L)) * model.ns(cost);
            if (part > 0) {
                parts.put(CostModel.nameOf(cost), part);
            }
        });
        return parts;
    }
}
