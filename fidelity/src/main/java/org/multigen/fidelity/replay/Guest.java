package org.multigen.fidelity.replay;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.multigen.fidelity.transcript.Statement;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;

/** A workload process: its task, its regions, and where the next one goes. */
final class Guest {
    private final Task task;
    private final boolean locked;
    private final OwnMemory own = new OwnMemory();
    private final Map<String, Region> regions = new HashMap<>();
    private long next = Region.BASE;
    private long switches;
    private boolean ownPagesSeen;

    private Guest(Task task, boolean locked) {
        this.task = task;
        this.locked = locked;
    }

    /**
     * @param ownPages how many anonymous pages a locked process has of its own, or -1 for the usual number
     * @param ownMappings what an unlocked process has of its own; ignored for a locked one
     */
    static Guest start(
            Machine machine, Task task, boolean locked, int ownPages, List<Statement.OwnMapping> ownMappings) {
        Guest guest = new Guest(task, locked);
        if (locked) {
            guest.own.lock(task, ownPages);
        } else {
            OwnMemory.map(machine, task, ownMappings);
        }
        return guest;
    }

    /** The child has copies of all regions. */
    Guest fork(String name) {
        Guest child = new Guest(task.fork(name), locked);
        child.regions.putAll(regions);
        child.next = next;
        if (locked) {
            child.own.lockCopies(child.task, own);
        }
        return child;
    }

    Task task() {
        return task;
    }

    OwnMemory own() {
        return own;
    }

    /** Tells which of its own pages it has used. */
    void usedOwn(List<Statement.OwnMapping> mappings) {
        OwnMemory.use(task, mappings, !ownPagesSeen);
        ownPagesSeen = true;
    }

    boolean locked() {
        return locked;
    }

    void add(String name, Region region) {
        regions.put(name, region);
        next = Math.max(next, region.nextBoundary());
    }

    long nextVpn() {
        return next;
    }

    /** @throws IllegalArgumentException if there is no such region */
    Region region(String name) {
        Region region = regions.get(name);
        if (region == null) {
            throw new IllegalArgumentException("no region '" + name + "' in process " + task.name());
        }
        return region;
    }

    /** Tells how often the process has been switched to so far; its mm is marked as used if that grew. */
    void switchedTo(long count) {
        if (count > switches && task.alive()) {
            task.contextSwitch();
        }
        switches = Math.max(switches, count);
    }

    long switches() {
        return switches;
    }
}
