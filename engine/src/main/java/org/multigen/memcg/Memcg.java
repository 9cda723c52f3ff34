package org.multigen.memcg;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Locks;
import org.multigen.base.Tally;
import org.multigen.base.VmEvent;

/**
 * A control group's memory: usage, limits and protection in pages, counters. Usage counts the descendants too; counters are its
 * own and are summed up when read. Kernel: struct mem_cgroup, struct page_counter.
 */
public final class Memcg {
    /** No limit. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** Of {@link #allowedNodes}: no restriction. */
    public static final long ALL_NODES = -1L;

    /** memory.events. */
    public enum Event {
        LOW,
        HIGH,
        MAX,
        OOM,
        OOM_KILL,
        OOM_GROUP_KILL
    }

    /** Current amounts in pages, as in memory.stat. */
    public enum State {
        ANON,
        FILE,
        SHMEM,
        FILE_MAPPED,
        FILE_DIRTY,
        FILE_WRITEBACK,
        SWAPCACHED,
        KERNEL,
        PAGETABLES
    }

    private static final int EVENTS = VmEvent.values().length;
    private static final int STATES = State.values().length;

    private static final int USAGE = 0;
    private static final int SWAP_USAGE = 1;
    /** Bytes of kernel objects; the pages they fill are in usage. */
    private static final int OBJECT_BYTES = 2;

    private static final int CHARGED = 3;

    private final int id;
    private final String path;
    private final @Nullable Memcg parent;
    private final List<Memcg> children = new CopyOnWriteArrayList<>();

    /** What is charged: see USAGE, SWAP_USAGE, OBJECT_BYTES. */
    private final Tally charged;

    private volatile long max = UNLIMITED;
    private volatile long high = UNLIMITED;
    private volatile long low;
    private volatile long min;
    private volatile long swapMax = UNLIMITED;
    private volatile boolean online = true;
    private volatile long nodes = ALL_NODES;

    /**
     * Protection in force, computed top-down for the reclaim in progress. benign race: of two reclaims with different targets the
     * last one's counts for both, as in the kernel; at worst a group gives up to its protection too much for one round. Each value is
     * one that a reclaim has computed, so there is nothing for a test of words to find.
     */
    private volatile long effectiveMin;

    private volatile long effectiveLow;

    private final Tally events;
    private final Tally vmEvents;
    private final Tally states;

    Memcg(int id, String path, @Nullable Memcg parent, Locks locks) {
        this.id = id;
        this.path = path;
        this.parent = parent;
        this.charged = new Tally(CHARGED, locks);
        this.events = new Tally(Event.values().length, locks);
        this.vmEvents = new Tally(EVENTS, locks);
        this.states = new Tally(STATES, locks);
    }

    long addUsage(long pages) {
        return charged.add(USAGE, pages);
    }

    long addSwapUsage(long pages) {
        return charged.add(SWAP_USAGE, pages);
    }

    long addObjectBytes(long bytes) {
        return charged.add(OBJECT_BYTES, bytes);
    }

    /** Pages that the kernel objects charged to this group fill; they are part of its usage and of KERNEL. */
    public long objectPages() {
        return Charge.pagesFor(charged.get(OBJECT_BYTES));
    }

    /** Number as shown in lru_gen. */
    public int id() {
        return id;
    }

    /** Path with a leading slash; the root is {@code /}. */
    public String path() {
        return path;
    }

    public @Nullable Memcg parent() {
        return parent;
    }

    public boolean isRoot() {
        return parent == null;
    }

    List<Memcg> children() {
        return children;
    }

    public boolean online() {
        return online;
    }

    void setOffline() {
        online = false;
    }

    /** True if {@code other} is this group or below it. */
    public boolean contains(Memcg other) {
        for (Memcg m = other; m != null; m = m.parent) {
            if (m == this) {
                return true;
            }
        }
        return false;
    }

    public long usage() {
        return charged.get(USAGE);
    }

    public long swapUsage() {
        return charged.get(SWAP_USAGE);
    }

    public long max() {
        return max;
    }

    public long high() {
        return high;
    }

    public long low() {
        return low;
    }

    public long min() {
        return min;
    }

    public long swapMax() {
        return swapMax;
    }

    public void setMax(long pages) {
        max = pages;
    }

    public void setHigh(long pages) {
        high = pages;
    }

    public void setLow(long pages) {
        low = pages;
    }

    public void setMin(long pages) {
        min = pages;
    }

    public void setSwapMax(long pages) {
        swapMax = pages;
    }

    /** Nodes that this group and its ancestors allow, a bit each. Kernel: cpuset.mems. */
    public long allowedNodes() {
        long mask = nodes;
        for (Memcg m = parent; m != null; m = m.parent) {
            mask &= m.nodes;
        }
        return mask;
    }

    /** Sets cpuset.mems; {@link #ALL_NODES} lifts it. */
    public void setAllowedNodes(long mask) {
        nodes = mask;
    }

    public long effectiveMin() {
        return effectiveMin;
    }

    public long effectiveLow() {
        return effectiveLow;
    }

    void setEffective(long min, long low) {
        effectiveMin = min;
        effectiveLow = low;
    }

    /** Counts an event here and in all ancestors but the root, as memory.events shows it. */
    public void event(Event e) {
        for (Memcg m = this; m != null && !m.isRoot(); m = m.parent) {
            m.events.add(e.ordinal(), 1);
        }
    }

    public long events(Event e) {
        return events.get(e.ordinal());
    }

    public void count(VmEvent e, long n) {
        vmEvents.add(e.ordinal(), n);
    }

    public void add(State s, long pages) {
        states.add(s.ordinal(), pages);
    }

    /** Of this group alone. */
    public long ownCount(VmEvent e) {
        return vmEvents.get(e.ordinal());
    }

    /** Of this group alone. */
    public long ownState(State s) {
        return states.get(s.ordinal());
    }

    /** Of this group and all below. */
    public long count(VmEvent e) {
        long sum = ownCount(e);
        for (Memcg c : children) {
            sum += c.count(e);
        }
        return sum;
    }

    /** Of this group and all below. */
    public long state(State s) {
        long sum = ownState(s);
        for (Memcg c : children) {
            sum += c.state(s);
        }
        return sum;
    }

    /** Gives its current amounts to its parent, kernel memory excepted: that is charged to it for good. */
    public void giveStatesToParent() {
        Memcg to = parent;
        if (to == null) {
            return;
        }
        for (State s : State.values()) {
            if (s != State.KERNEL && s != State.PAGETABLES) {
                to.states.add(s.ordinal(), states.exchange(s.ordinal(), 0));
            }
        }
    }

    /** Gives what a dying group has counted to its parent. */
    void foldIntoParent() {
        Memcg to = parent;
        if (to == null) {
            return;
        }
        for (int i = 0; i < EVENTS; i++) {
            to.vmEvents.add(i, vmEvents.exchange(i, 0));
        }
    }

    @Override
    public String toString() {
        return path;
    }
}
