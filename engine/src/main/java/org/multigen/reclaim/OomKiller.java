package org.multigen.reclaim;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.AddressSpace;
import org.multigen.base.Actor;
import org.multigen.base.VmEvent;
import org.multigen.memcg.Memcg;

/** Chooses the process to kill when memory cannot be had otherwise. Kernel: mm/oom_kill.c. */
public final class OomKiller {
    /** A process as the killer sees it. */
    public interface Candidate {
        AddressSpace mm();

        Memcg memcg();

        /** -1000 never, 1000 first. */
        int scoreAdjust();

        /** Killed already, but its memory is not back yet. */
        boolean dying();

        void kill(Actor killer);
    }

    /** All processes, oldest first. */
    public interface Processes {
        List<? extends Candidate> all();
    }

    private static final int UNKILLABLE = -1000;
    private static final long TICK_NS = 4_000_000;

    private final AtomicBoolean choosing = new AtomicBoolean();
    private final Processes processes;
    private final long machinePages;

    /**
     * @param machinePages memory and swap of the machine
     */
    public OomKiller(Processes processes, long machinePages) {
        this.processes = processes;
        this.machinePages = machinePages;
    }

    /**
     * Kills the process with the largest share, in a group or in the whole machine.
     *
     * @return false if there is none to kill
     */
    public boolean kill(Actor actor, @Nullable Memcg within) {
        if (!choosing.compareAndSet(false, true)) {
            actor.sleep(TICK_NS); // somebody is at it: there may be memory soon
            return true;
        }
        try {
            return choose(actor, within);
        } finally {
            choosing.set(false);
        }
    }

    private boolean choose(Actor actor, @Nullable Memcg within) {
        long total = within == null || within.max() == Memcg.UNLIMITED ? machinePages : within.max();
        Candidate worst = null;
        long worstPoints = Long.MIN_VALUE;
        for (Candidate c : processes.all()) {
            if (within != null && !within.contains(c.memcg())) {
                continue;
            }
            if (c.dying()) {
                actor.sleep(TICK_NS);
                return true;
            }
            if (c.scoreAdjust() == UNKILLABLE) {
                continue;
            }
            long points = badness(c.mm()) + c.scoreAdjust() * total / 1000;
            if (points >= worstPoints) {
                worst = c;
                worstPoints = points;
            }
        }
        if (worst == null) {
            return false;
        }
        actor.count(VmEvent.OOM_KILL, 1);
        worst.memcg().event(Memcg.Event.OOM_KILL);
        worst.kill(actor);
        return true;
    }

    /** Kernel: oom_badness. */
    private static long badness(AddressSpace mm) {
        return mm.anonPages + mm.filePages + mm.shmemPages + mm.swapEntries + mm.pageTable.tables();
    }
}
