package org.multigen.lab.task;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.multigen.base.KernelError;
import org.multigen.lab.scenario.Plan;
import org.multigen.lru.multigen.MultiGenLru;
import org.multigen.machine.Machine;
import org.multigen.memcg.Memcg;
import org.multigen.memory.Node;

/**
 * User space that ages the cgroups of all tasks at an interval, by writing to lru_gen, as working-set estimation does. Under real
 * threads it has one of its own.
 */
public final class Ager {
    private static final long LOOK_NS = 10_000_000;

    private final Machine machine;
    private final Plan plan;
    private final Moments moments;
    // Written by one thread.
    private volatile long passes;
    private volatile long passNs;

    public Ager(Machine machine, Plan plan, Moments moments) {
        this.machine = machine;
        this.plan = plan;
        this.moments = moments;
    }

    /** Passes over all cgroups that were complete. */
    public long passes() {
        return passes;
    }

    /** Time that they took: virtual, or that of the wall. */
    public long passNs() {
        return passNs;
    }

    public void schedule() {
        if (plan.aging().everyNs() > 0) {
            next(plan.aging().everyNs());
        }
    }

    private void next(long atNs) {
        moments.atTime(atNs, task -> {
            long begin = machine.nowNs();
            age();
            count(machine.nowNs() - begin);
            next(machine.nowNs() + plan.aging().everyNs());
        });
    }

    /** For real threads: goes on until the machine is quiesced. */
    public void start() {
        if (plan.aging().everyNs() > 0) {
            machine.background("ager", this::run);
        }
    }

    private void run(BooleanSupplier stopping) {
        long due = System.nanoTime() + plan.aging().everyNs();
        while (!stopping.getAsBoolean()) {
            long left = due - System.nanoTime();
            if (left > 0) {
                LockSupport.parkNanos(Math.min(left, LOOK_NS));
                continue;
            }
            long begin = System.nanoTime();
            age();
            long end = System.nanoTime();
            count(end - begin);
            due = end + plan.aging().everyNs();
        }
    }

    private void count(long ns) {
        passes = passes + 1;
        passNs = passNs + ns;
    }

    private void age() {
        Set<String> groups = new LinkedHashSet<>();
        plan.tasks().forEach(t -> groups.add(t.cgroup()));
        for (String group : groups) {
            Memcg memcg = machine.memcg(group);
            for (Node n : machine.memory().nodes()) {
                age(memcg, n.id());
            }
        }
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
