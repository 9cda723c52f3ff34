package org.multigen.lab.figure;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.multigen.base.Cost;
import org.multigen.guest.GuestCounters;
import org.multigen.guest.LockDiscipline.Purpose;
import org.multigen.guest.LockWaits;
import org.multigen.guest.Vcpu;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.task.Ager;
import org.multigen.lab.task.Workload;
import org.multigen.machine.CostReport;
import org.multigen.machine.Guest;
import org.multigen.machine.Machine;

/** What guests came to: counters, which differences are taken of, and the times of their touches. */
public final class GuestFigures {
    private static final List<Cost> WALK = List.of(
            Cost.WALK_MM,
            Cost.WALK_VMA,
            Cost.WALK_PMD,
            Cost.WALK_TABLE,
            Cost.WALK_PTE_OLD,
            Cost.WALK_PTE_YOUNG,
            Cost.BLOOM,
            Cost.AGE,
            Cost.AGE_MOVE);
    private static final List<Cost> ASK = List.of(Cost.SECONDARY_MMU, Cost.GUEST_LOCK, Cost.GUEST_ENTRY);

    private GuestFigures() {}

    /** Counters of all guests since the machine was built; nothing if there are none. */
    static SortedMap<String, Long> counters(Machine machine, Ager ager) {
        SortedMap<String, Long> m = new TreeMap<>();
        if (ager.passes() > 0) {
            m.put(Metrics.AGE_PASSES, ager.passes());
            m.put(Metrics.AGE_PASS_TIME, ager.passNs());
        }
        for (Guest g : machine.guests()) {
            GuestCounters c = g.mmu().counters();
            add(
                    m,
                    Metrics.GUEST_FAULTS,
                    g.vcpus().stream().mapToLong(Vcpu::faults).sum());
            add(m, Metrics.GUEST_QUESTIONS, c.ageCalls() + c.fastCalls());
            add(m, Metrics.GUEST_GAVE_UP, c.gaveUp());
            add(m, Metrics.GUEST_EVICTED_YOUNG, c.evictedYoung());
            add(m, Metrics.GUEST_FLUSHES, c.flushes());
            LockWaits w = g.mmu().lockWaits();
            add(m, Metrics.GUEST_WAIT_FAULT, w.waitedNs(Purpose.FAULT));
            add(m, Metrics.GUEST_WAIT_UNMAP, w.waitedNs(Purpose.UNMAP));
            add(m, Metrics.GUEST_WAIT_AGE, w.waitedNs(Purpose.AGE));
        }
        if (!machine.guests().isEmpty()) {
            CostReport costs = machine.costs();
            m.put(Metrics.WALK_TIME, time(costs, WALK));
            m.put(Metrics.GUEST_ASK_TIME, time(costs, ASK));
        }
        return m;
    }

    /** The mean ageing pass, and times of all vCPUs' touches since the warm-up; nothing if there are none. */
    public static SortedMap<String, Long> means(List<Workload> workloads, SortedMap<String, Long> sums) {
        SortedMap<String, Long> m = new TreeMap<>();
        long passes = sums.getOrDefault(Metrics.AGE_PASSES, 0L);
        if (passes > 0) {
            m.put(Metrics.AGE_PASS_MEAN, sums.getOrDefault(Metrics.AGE_PASS_TIME, 0L) / passes);
        }
        Histogram all = null;
        for (Workload w : workloads) {
            Histogram own = w.latency();
            if (own == null) {
                continue;
            }
            if (all == null) {
                all = own.copy();
            } else {
                all.add(own);
            }
        }
        if (all != null && all.getTotalCount() > 0) {
            m.put(Metrics.GUEST_LATENCY_MEAN, Math.round(all.getMean()));
            m.put(Metrics.GUEST_LATENCY_P50, all.getValueAtPercentile(50));
            m.put(Metrics.GUEST_LATENCY_P99, all.getValueAtPercentile(99));
            m.put(Metrics.GUEST_LATENCY_P999, all.getValueAtPercentile(99.9));
        }
        return m;
    }

    private static void add(SortedMap<String, Long> m, String name, long value) {
        m.merge(name, value, Long::sum);
    }

    private static long time(CostReport costs, List<Cost> of) {
        return of.stream().mapToLong(c -> costs.events(c) * costs.model().ns(c)).sum();
    }
}
