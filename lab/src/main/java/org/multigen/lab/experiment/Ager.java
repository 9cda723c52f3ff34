package org.multigen.lab.experiment;

import java.util.LinkedHashSet;
import java.util.Set;
import org.multigen.base.KernelError;
import org.multigen.lab.scenario.Plan;
import org.multigen.lru.multigen.MultiGenLru;
import org.multigen.machine.Machine;
import org.multigen.memcg.Memcg;
import org.multigen.memory.Node;

/** User space that ages the cgroups of all tasks at an interval, by writing to lru_gen, as working-set estimation does. */
final class Ager {
    private final Machine machine;
    private final Plan plan;
    private final Moments moments;
    private long passes;
    private long passNs;

    Ager(Machine machine, Plan plan, Moments moments) {
        this.machine = machine;
        this.plan = plan;
        this.moments = moments;
    }

    /** Passes over all cgroups that were complete. */
    long passes() {
        return passes;
    }

    /** Virtual time that they took. */
    long passNs() {
        return passNs;
    }

    void schedule() {
        if (plan.aging().everyNs() > 0) {
            next(plan.aging().everyNs());
        }
    }

    private void next(long atNs) {
        moments.atTime(atNs, task -> {
            age();
            next(machine.nowNs() + plan.aging().everyNs());
        });
    }

    private void age() {
        long begin = machine.nowNs();
        Set<String> groups = new LinkedHashSet<>();
        plan.tasks().forEach(t -> groups.add(t.cgroup()));
        for (String group : groups) {
            Memcg memcg = MachineAssembly.cgroup(machine, group);
            for (Node n : machine.memory().nodes()) {
                age(memcg, n.id());
            }
        }
        passes++;
        passNs += machine.nowNs() - begin;
    }

    private void age(Memcg memcg, int node) {
        MultiGenLru lru = machine.rooms().multigen();
        try {
            machine.lruGen()
                    .write("+ " + memcg.id() + " " + node + " "
                            + lru.maxSeq(machine.lruvecs().of(memcg, node)));
        } catch (KernelError late) {
            // reclaim made that generation meanwhile
        }
    }
}
