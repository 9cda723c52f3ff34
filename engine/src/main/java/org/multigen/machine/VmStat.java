package org.multigen.machine;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.multigen.base.Actor;
import org.multigen.base.VmEvent;

/** Counters of the whole machine under their /proc/vmstat names. Read while no actor runs. */
public final class VmStat {
    private final List<Actor> actors;

    VmStat(List<Actor> actors) {
        this.actors = actors;
    }

    public long get(VmEvent event) {
        long sum = 0;
        for (Actor a : actors) {
            sum += a.events(event);
        }
        return sum;
    }

    /**
     * A counter by its name.
     *
     * @throws IllegalArgumentException for a name that is not counted
     */
    public long get(String name) {
        for (VmEvent e : VmEvent.values()) {
            if (e.statName().equals(name)) {
                return get(e);
            }
        }
        throw new IllegalArgumentException("unknown counter " + name);
    }

    /** All counters, by name. */
    public SortedMap<String, Long> snapshot() {
        SortedMap<String, Long> result = new TreeMap<>();
        for (VmEvent e : VmEvent.values()) {
            result.put(e.statName(), get(e));
        }
        return result;
    }
}
