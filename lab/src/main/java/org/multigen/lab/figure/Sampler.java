package org.multigen.lab.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Cost;
import org.multigen.base.VmEvent;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.result.TimeSeries;
import org.multigen.lab.task.Moments;
import org.multigen.lru.Lruvec;
import org.multigen.lru.multigen.LruGenText;
import org.multigen.lru.multigen.MultiGenLru;
import org.multigen.machine.CostReport;
import org.multigen.machine.Machine;
import org.multigen.machine.VmStat;
import org.multigen.memcg.Memcg;
import org.multigen.memory.Node;

/**
 * Reads counters and list sizes at intervals of virtual time. When its {@value #MOST} points are full, two intervals become one, so
 * that a run of any length takes the same memory; the number of samples grows with the logarithm of the length. It samples when a
 * task first reaches the end of an interval, and so never inside an operation.
 */
public final class Sampler {
    /** Points that are kept; even. */
    public static final int MOST = 240;

    private static final long FIRST_INTERVAL_NS = 50_000;
    private static final int GENERATIONS = 4;
    private static final String[] TYPES = {"anon", "file"};
    private static final String[] LISTS = {"nr_inactive_anon", "nr_active_anon", "nr_inactive_file", "nr_active_file"};
    private static final VmEvent[] EVENTS = {
        VmEvent.PGFAULT,
        VmEvent.PGMAJFAULT,
        VmEvent.WORKINGSET_REFAULT_ANON,
        VmEvent.WORKINGSET_REFAULT_FILE,
        VmEvent.PSWPIN,
        VmEvent.PSWPOUT,
        VmEvent.PGSCAN_ANON,
        VmEvent.PGSCAN_FILE,
        VmEvent.PGSTEAL_ANON,
        VmEvent.PGSTEAL_FILE
    };

    private final Machine machine;
    private final Moments moments;
    private final Intervals happened;
    private final Intervals state;
    private final List<String> counters = new ArrayList<>();
    private final List<String> levels = new ArrayList<>();
    /** By cost, the counter of its function. */
    private final int[] functions = new int[Cost.values().length];

    private final long[] before;
    private final long[] now;
    private final long[] level;
    private long intervalNs = FIRST_INTERVAL_NS;
    private long lastNs;

    public Sampler(Machine machine, Moments moments) {
        this.machine = machine;
        this.moments = moments;
        for (VmEvent e : EVENTS) {
            counters.add(e.statName());
        }
        counters.addAll(List.of(
                Metrics.TOUCHES,
                Metrics.WALK_LEAF_TOTAL,
                Metrics.WALK_LEAF_YOUNG,
                Metrics.RMAP_WALKS,
                Metrics.LOOK_AROUNDS));
        for (Cost c : Cost.values()) {
            if (!counters.contains(Metrics.CPU_PREFIX + c.function())) {
                counters.add(Metrics.CPU_PREFIX + c.function());
            }
            functions[c.ordinal()] = counters.indexOf(Metrics.CPU_PREFIX + c.function());
        }
        for (String type : TYPES) {
            for (int age = 0; age < GENERATIONS; age++) {
                levels.add(TimeSeries.GENERATION + type + "_" + age);
            }
        }
        levels.addAll(List.of(LISTS));
        levels.add(TimeSeries.MAX_SEQ);
        before = new long[counters.size()];
        now = new long[counters.size()];
        level = new long[levels.size()];
        happened = new Intervals(counters.size(), MOST, true);
        state = new Intervals(levels.size(), MOST, false);
    }

    public void schedule() {
        moments.atTime(lastNs + intervalNs, task -> {
            sample(lastNs + intervalNs);
            schedule();
        });
    }

    /**
     * The series, with what happened since the last interval.
     *
     * @param warmNs when the warm-up ended
     * @param heat addresses by time, if they were watched
     */
    public TimeSeries end(long endNs, long warmNs, TimeSeries.@Nullable Heat heat) {
        while (lastNs + intervalNs < endNs) {
            sample(lastNs + intervalNs); // the last operation went on beyond
        }
        if (endNs > lastNs || happened.size() == 0) {
            sample(Math.max(endNs, lastNs + 1));
        }
        return new TimeSeries(intervalNs, lastNs, warmNs, named(happened, counters), named(state, levels), heat);
    }

    private static SortedMap<String, List<Long>> named(Intervals values, List<String> names) {
        SortedMap<String, List<Long>> all = new TreeMap<>();
        for (int i = 0; i < names.size(); i++) {
            List<Long> row = values.row(i);
            if (row.stream().anyMatch(v -> v != 0)) {
                all.put(names.get(i), row);
            }
        }
        return all;
    }

    private void sample(long ns) {
        readCounters();
        for (int i = 0; i < now.length; i++) {
            long sum = now[i];
            now[i] = sum - before[i];
            before[i] = sum;
        }
        readLevels();
        happened.add(now);
        state.add(level);
        lastNs = ns;
        if (happened.size() == MOST) {
            happened.halve();
            state.halve();
            intervalNs *= 2;
        }
    }

    private void readCounters() {
        VmStat vmstat = machine.vmstat();
        CostReport costs = machine.costs();
        int i = 0;
        for (VmEvent e : EVENTS) {
            now[i++] = vmstat.get(e);
        }
        long young = costs.events(Cost.WALK_PTE_YOUNG);
        now[i++] = moments.touches();
        now[i++] = costs.events(Cost.WALK_PTE_OLD) + young;
        now[i++] = young;
        now[i++] = costs.events(Cost.RMAP);
        now[i++] = costs.events(Cost.LOOK_AROUND);
        Arrays.fill(now, i, now.length, 0);
        for (Cost c : Cost.values()) {
            now[functions[c.ordinal()]] +=
                    costs.reclaimEvents(c) * costs.model().ns(c);
        }
    }

    private void readLevels() {
        Arrays.fill(level, 0);
        MultiGenLru multigen = machine.rooms().multigen();
        long most = -1;
        for (Memcg m : machine.memcgs().subtree(machine.root())) {
            for (Node n : machine.memory().nodes()) {
                Lruvec v = machine.lruvecs().of(m, n.id());
                long pages = v.reclaimable();
                if (multigen.enabled()) {
                    addGenerations(multigen.text(), v);
                    if (pages > most) {
                        most = pages;
                        level[level.length - 1] = multigen.maxSeq(v);
                    }
                } else {
                    for (int list = 0; list < LISTS.length; list++) {
                        level[TYPES.length * GENERATIONS + list] += v.size(list);
                    }
                }
            }
        }
    }

    private void addGenerations(LruGenText lru, Lruvec v) {
        long max = lru.maxSeq(v);
        for (int type = 0; type < TYPES.length; type++) {
            for (long seq = lru.minSeq(v, type); seq <= max; seq++) {
                level[type * GENERATIONS + (int) (max - seq)] += lru.pages(v, seq, type);
            }
        }
    }
}
