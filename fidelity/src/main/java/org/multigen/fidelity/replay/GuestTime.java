package org.multigen.fidelity.replay;

import java.util.function.BooleanSupplier;
import org.multigen.base.Actor;
import org.multigen.machine.CostModel;
import org.multigen.machine.Task;

/**
 * Time in the recorded guests, and the scheduler's switches to a process that follow from it.
 *
 * <p>The guests count 8 ns per instruction without any parallelism or cache, so that kernel work takes 20 to 200 times as long
 * as on a server, walks of page tables most of all. That matters in one way: a long walk is interrupted by other work at its
 * next point of preemption, and when the process runs again its address space counts as used, so that the next ageing walks it
 * once more.
 *
 * <p>A process is switched to at even distances of this time, when it returns to user mode or reaches a point of preemption.
 * Kernel 6.1 has nothing else to run until pages are swapped or dropped: it counted 23 switches while 65536 pages were filled,
 * 6.12 counted 509.
 */
final class GuestTime implements Actor.Yield {
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final long NS_PER_MS = 1_000_000L;
    /** The guests' clock when the kernel's periodic work began, which is where the machine's clock begins. */
    private static final long PERIODIC_WORK_MS = 700;

    private final Task task;
    private final long intervalNs;
    private final BooleanSupplier busy;
    private long nextNs;

    /**
     * @param switchesPerSecond of guest time; 0: never
     * @param busy whether the guest has anything else to run by now
     */
    GuestTime(Task task, double switchesPerSecond, BooleanSupplier busy) {
        this.task = task;
        this.busy = busy;
        this.intervalNs = switchesPerSecond <= 0 ? Long.MAX_VALUE / 4 : (long) (NS_PER_SECOND / switchesPerSecond);
        this.nextNs = task.clockNs() + intervalNs;
    }

    /**
     * Nanoseconds per event in the guests. From recordings without reclaim: 66 us per anonymous fault, 3.8 us per young and
     * 0.7 us per old entry of a walk; from pressure runs: 220 us per fault with an eviction, 265 us with a swap-in besides.
     */
    static CostModel costs() {
        return CostModel.defaults()
                .with("touch", 500)
                .with("syscall", 2_000)
                .with("fault_entry", 4_000)
                .with("fault_anon", 55_000)
                .with("fault_file", 20_000)
                .with("fault_swap", 20_000)
                .with("lru_add", 3_000)
                .with("alloc", 2_000)
                .with("charge", 1_000)
                .with("swap_read", 45_000)
                .with("swap_write", 110_000)
                .with("ram_copy", 25_000)
                .with("isolate", 3_000)
                .with("sort", 3_000)
                .with("shrink", 12_000)
                .with("rmap", 8_000)
                .with("look_around", 20_000)
                .with("unmap", 8_000)
                .with("swap_slot", 6_000)
                .with("free", 4_000)
                .with("walk_pmd", 500)
                .with("walk_table", 4_000)
                .with("walk_pte_old", 700)
                .with("walk_pte_young", 3_800)
                .with("age_move", 700);
    }

    /** The machine's time at a moment of guest time. */
    static long machineNs(long guestMs) {
        return Math.max(0, guestMs - PERIODIC_WORK_MS) * NS_PER_MS;
    }

    /** The process is in user mode. */
    void userMode() {
        if (task.clockNs() >= nextNs) {
            nextNs = task.clockNs() + intervalNs;
            if (busy.getAsBoolean()) {
                task.contextSwitch();
            }
        }
    }

    @Override
    public void at(Actor actor) {
        userMode();
    }

    @Override
    public void sleep(Actor actor, long ns) {
        actor.spend(ns);
        task.contextSwitch();
    }
}
