package org.multigen.machine;

import java.util.ArrayList;
import java.util.List;
import org.multigen.base.Actor;
import org.multigen.reclaim.Kswapd;
import org.multigen.storage.Writeback;

/**
 * Virtual time: always lets the actor run that is furthest behind, for a bounded slice; an actor on a CPU that another one used
 * meanwhile starts when that one stopped. Daemons that were woken run between the operations of tasks.
 */
final class Scheduler {
    private static final long SLICE_NS = 1_000_000;
    /** Steps of the flusher between two operations of a task. */
    private static final int FLUSHER_TURNS = 16;

    private final Machine machine;
    private final long[] cpuFreeNs;
    private final int[] lastOnCpu;
    private boolean daemonsRunning;

    Scheduler(Machine machine) {
        this.machine = machine;
        this.cpuFreeNs = new long[machine.kernel.config.cpus];
        this.lastOnCpu = new int[machine.kernel.config.cpus];
    }

    long nowNs() {
        if (machine.kernel.locks.real()) {
            return System.nanoTime() - machine.kernel.wallOriginNs;
        }
        long now = 0;
        for (Actor a : machine.kernel.actors()) {
            now = Math.max(now, a.clockNs());
        }
        return now;
    }

    /** After an operation: runs the daemons that it woke. */
    void settle(Actor by) {
        if (daemonsRunning || machine.kernel.locks.real()) {
            return;
        }
        daemonsRunning = true;
        moveBetweenLrus(by);
        for (Kswapd k : machine.kernel.kswapds) {
            runKswapd(k, by);
        }
        machine.kernel.tiering.runUntil(by.clockNs());
        flush(by);
        daemonsRunning = false;
    }

    /** Runs the flusher if it has something to do. */
    void flush(Actor by) {
        if (machine.kernel.locks.real()) {
            return;
        }
        Actor flusher = machine.flusher();
        Writeback writeback = machine.kernel.files.writeback();
        if (writeback.nextNs() <= by.clockNs()) {
            flusher.advanceTo(by.clockNs());
            boolean more = writeback.run(flusher);
            for (int turns = 1; more && turns < FLUSHER_TURNS; turns++) {
                more = writeback.run(flusher);
            }
        }
    }

    /**
     * On the CPU of the task that woke it, the task goes on when it has done; on another one they run side by side, and it is not
     * there again before its own work is done.
     */
    private static void runKswapd(Kswapd k, Actor by) {
        if (!k.awake()) {
            return;
        }
        boolean sameCpu = k.actor().cpu == by.cpu;
        if (sameCpu || k.actor().clockNs() <= by.clockNs()) {
            k.run();
        }
        if (sameCpu) {
            by.advanceTo(k.actor().clockNs());
        }
    }

    /** The writer of lru_gen/enabled moves chunks until it is ahead of the others. */
    private void moveBetweenLrus(Actor by) {
        if (machine.kernel.multigen.switching() && by != machine.writer()) {
            while (machine.writer().clockNs() <= by.clockNs()
                    && machine.kernel.multigen.switchStep(machine.writer())) {}
        }
    }

    void run(List<? extends Program> programs) {
        List<Program> left = new ArrayList<>(programs);
        while (!left.isEmpty()) {
            Program next = furthestBehind(left);
            Task task = next.task();
            Actor actor = task.actor();
            int cpu = actor.cpu;
            actor.advanceTo(cpuFreeNs[cpu]);
            if (lastOnCpu[cpu] != actor.id) {
                lastOnCpu[cpu] = actor.id;
                task.contextSwitch();
            }
            task.switchIfDue();
            boolean more = next.runUntil(actor.clockNs() + SLICE_NS);
            moveBetweenLrus(actor);
            long end = actor.endTurn();
            if (sharesCpu(left, next)) {
                cpuFreeNs[cpu] = Math.max(cpuFreeNs[cpu], end);
            }
            if (!more) {
                left.remove(next);
            }
        }
    }

    private static boolean sharesCpu(List<Program> programs, Program one) {
        for (Program p : programs) {
            if (p != one && p.task().actor().cpu == one.task().actor().cpu) {
                return true;
            }
        }
        return false;
    }

    private static Program furthestBehind(List<Program> programs) {
        Program best = programs.get(0);
        for (Program p : programs) {
            if (p.task().clockNs() < best.task().clockNs()) {
                best = p;
            }
        }
        return best;
    }
}
