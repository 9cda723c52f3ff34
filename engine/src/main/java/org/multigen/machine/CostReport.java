package org.multigen.machine;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.multigen.base.Actor;
import org.multigen.base.Cost;

/** How often each cost was paid, and what reclaim spent under which kernel function. Read while no actor runs. */
public final class CostReport {
    private final List<Actor> actors;
    private final CostModel model;

    CostReport(List<Actor> actors, CostModel model) {
        this.actors = actors;
        this.model = model;
    }

    public CostModel model() {
        return model;
    }

    /** Events of a kind, in reclaim and outside. */
    public long events(Cost cost) {
        long sum = 0;
        for (Actor a : actors) {
            sum += a.costEvents(cost);
        }
        return sum;
    }

    /** Events of a kind that reclaim paid for. */
    public long reclaimEvents(Cost cost) {
        long sum = 0;
        for (Actor a : actors) {
            sum += a.reclaimCostEvents(cost);
        }
        return sum;
    }

    public long ns(Cost cost) {
        return events(cost) * model.ns(cost);
    }

    /** Nanoseconds of reclaim by kernel function. */
    public SortedMap<String, Long> reclaimNsByFunction() {
        SortedMap<String, Long> result = new TreeMap<>();
        for (Cost c : Cost.values()) {
            long ns = reclaimEvents(c) * model.ns(c);
            if (ns > 0) {
                result.merge(c.function(), ns, Long::sum);
            }
        }
        return result;
    }

    /** Nanoseconds of CPU that reclaim took, by whichever actor. */
    public long reclaimNs() {
        return reclaimNsByFunction().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Nanoseconds that actors waited for reclaim or slept. */
    public long stallNs() {
        return actors.stream().mapToLong(Actor::stallNs).sum();
    }
}
