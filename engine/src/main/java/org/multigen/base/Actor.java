package org.multigen.base;

import org.jspecify.annotations.Nullable;

/**
 * A thread of execution inside the machine: a task or a daemon. It carries its clock, its event counts and the few per-thread
 * flags that the kernel keeps in its task structure.
 *
 * <p>Owned by the thread that runs it. Others may read its counters at any time and see them up to date when it does not run.
 * In virtual time {@link #charge} advances the clock; {@link #yieldPoint} lets whoever is further behind run. Under real threads
 * the clock follows the wall, read where an operation begins ({@link #tick}), and charges are only counted.
 */
public final class Actor {
    private static final int EVENTS = VmEvent.values().length;
    private static final int COSTS = Cost.values().length;

    /** Decides at a yield point whether another actor runs first. */
    public interface Yield {
        void at(Actor actor);

        /** Lets the actor sleep for {@code ns} of its time. */
        void sleep(Actor actor, long ns);
    }

    public final String name;
    public final int id;
    /** CPU that it runs on; selects the per-CPU folio batches and charge stock. */
    public int cpu;

    private final long[] nsPerEvent;
    private final long[] events = new long[EVENTS];
    private final long[] costCounts = new long[COSTS];
    private final long[] reclaimCostCounts = new long[COSTS];
    private long clockNs;
    private long idleSinceNs = -1;
    private int reclaimDepth;
    private long stallNs;
    private long idleNs;
    private @Nullable Yield yield;
    /** Under real threads: what the clock counts from, in nanoTime; the clock follows the wall, and costs are only counted. */
    private long wallOriginNs;

    private boolean wall;
    private PerActor<?>[] scratchKeys = new PerActor<?>[4];
    private Object[] scratch = new Object[4];

    /** Owned by {@link Grace}. */
    int readDepth;
    /** Owned by {@link Grace}. */
    volatile long readingSince;

    /** Allocating on behalf of reclaim: no recursion into it. Kernel: PF_MEMALLOC. */
    public boolean memalloc;
    /** A page fault with recency is being served. Kernel: in_lru_fault. */
    public boolean inLruFault;
    /** It is the page-out daemon of its node. */
    public boolean kswapd;
    /** Pages charged to groups above memory.high that it has still to answer for. Kernel: memcg_nr_pages_over_high. */
    public int pagesOverHigh;
    /** Chosen by the OOM killer. */
    public volatile boolean killed;
    /** CPUs (modulo 64) that may hold translations of entries it has cleared since the last flush. Kernel: tlb_ubc. */
    public long unflushedCpus;
    /** State that a reclaimer attaches to itself while it ages by walking page tables. */
    public @Nullable Object walkState;

    public Actor(String name, int id, int cpu, long[] nsPerEvent) {
        this.name = name;
        this.id = id;
        this.cpu = cpu;
        this.nsPerEvent = nsPerEvent;
    }

    public void setYield(@Nullable Yield yield) {
        this.yield = yield;
    }

    /** Lets the clock follow the wall from now on; costs, computing and others' clocks do not move it any more. */
    public void followWall(long originNs) {
        wall = true;
        wallOriginNs = originNs;
        tick();
    }

    /** Where an operation begins or has waited: reads the wall clock, if that is what this actor goes by. */
    public void tick() {
        if (wall) {
            clockNs = System.nanoTime() - wallOriginNs;
        }
    }

    @Nullable
    Object scratch(PerActor<?> key) {
        PerActor<?>[] keys = scratchKeys;
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] == key) {
                return scratch[i];
            }
        }
        return null;
    }

    void keepScratch(PerActor<?> key, Object value) {
        int i = 0;
        while (i < scratchKeys.length && scratchKeys[i] != null) {
            i++;
        }
        if (i == scratchKeys.length) {
            scratchKeys = java.util.Arrays.copyOf(scratchKeys, 2 * i);
            scratch = java.util.Arrays.copyOf(scratch, 2 * i);
        }
        scratchKeys[i] = key;
        scratch[i] = value;
    }

    /** Books {@code n} events of a kind and moves the clock by their cost. */
    public void charge(Cost cost, long n) {
        int i = cost.ordinal();
        if (reclaimDepth > 0) {
            reclaimCostCounts[i] += n;
        } else {
            costCounts[i] += n;
        }
        clockNs += n * nsPerEvent[i]; // a vector of zeros where the wall moves the clock
    }

    public void charge(Cost cost) {
        charge(cost, 1);
    }

    /** Books time that is not an event: computing, waiting for a lock. */
    public void spend(long ns) {
        if (!wall) {
            clockNs += ns;
        }
    }

    /** Sleeps of its own will: its CPU is free meanwhile. Its turn is over. */
    public void idle(long ns) {
        idleSinceNs = clockNs;
        clockNs += ns;
    }

    /** Until when it used its CPU in the turn that is over: its clock, unless the turn ended with a sleep. */
    public long endTurn() {
        long end = idleSinceNs >= 0 ? idleSinceNs : clockNs;
        idleSinceNs = -1;
        return end;
    }

    public void count(VmEvent event, long n) {
        events[event.ordinal()] += n;
    }

    /** From here until {@link #leaveReclaim} costs are booked as reclaim. Nests. */
    public void enterReclaim() {
        reclaimDepth++;
    }

    public void leaveReclaim() {
        reclaimDepth--;
    }

    public void yieldPoint() {
        Yield y = yield;
        if (y != null) {
            y.at(this);
        }
    }

    /** Sleeps for a time, e.g. a throttled reclaimer; booked as stall. */
    public void sleep(long ns) {
        stallNs += ns;
        Yield y = yield;
        if (y != null) {
            y.sleep(this, ns);
        } else {
            clockNs += ns;
            idleNs += ns;
        }
    }

    public void addStall(long ns) {
        stallNs += ns;
    }

    /** What one event costs here, in ns; nothing where the wall moves the clock. */
    public long ns(Cost cost) {
        return nsPerEvent[cost.ordinal()];
    }

    public long clockNs() {
        return clockNs;
    }

    /** Time that it has run: its clock without what it slept or waited. */
    public long cpuNs() {
        return clockNs - idleNs;
    }

    /** Moves the clock forward to {@code ns}; never back. */
    public void advanceTo(long ns) {
        if (ns > clockNs && !wall) {
            idleNs += ns - clockNs;
            clockNs = ns;
        }
    }

    public long stallNs() {
        return stallNs;
    }

    public long events(VmEvent event) {
        return events[event.ordinal()];
    }

    public long costEvents(Cost cost) {
        return costCounts[cost.ordinal()] + reclaimCostCounts[cost.ordinal()];
    }

    /** All cost events so far: a number that moves while the actor gets on. benign race: read by others at any time. */
    public long steps() {
        long sum = 0;
        for (int i = 0; i < COSTS; i++) {
            sum += costCounts[i] + reclaimCostCounts[i];
        }
        return sum;
    }

    public long reclaimCostEvents(Cost cost) {
        return reclaimCostCounts[cost.ordinal()];
    }
}
