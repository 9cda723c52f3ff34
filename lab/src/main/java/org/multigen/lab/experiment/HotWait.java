package org.multigen.lab.experiment;

import org.HdrHistogram.Histogram;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;
import org.multigen.memory.FolioFlags;
import org.multigen.pagetable.Pte;

/**
 * How long a page that has just become hot waits in a lower tier: from its first touch after a while without, if that found it
 * there, to the first touch that finds it in the top tier. Pages that never get there are not in the times.
 */
final class HotWait {
    private static final long IDLE_NS = 5_000_000_000L;
    private static final int DIGITS = 3;

    private final Machine machine;
    private final long first;
    private final long[] last;
    private final long[] since;
    private final Histogram waits = new Histogram(DIGITS);

    private HotWait(Machine machine, long first, int pages) {
        this.machine = machine;
        this.first = first;
        this.last = new long[pages];
        this.since = new long[pages];
    }

    /** A watch over a region, or null where all memory is fast. */
    static @org.jspecify.annotations.Nullable HotWait over(Machine machine, long first, long pages) {
        return machine.tiers().lower().isEmpty() ? null : new HotWait(machine, first, (int) pages);
    }

    void touched(Task task, long page) {
        int i = (int) page;
        long now = task.clockNs();
        boolean fresh = last[i] == 0 || now - last[i] > IDLE_NS;
        last[i] = now;
        if (!fresh && since[i] == 0) {
            return;
        }
        long entry = task.mm().pageTable.lookup(first + page);
        if (!Pte.mapsPage(entry)) {
            return;
        }
        boolean top =
                machine.tiers().top(FolioFlags.node(machine.memory().folios().flags(Pte.frame(entry))));
        if (top) {
            if (since[i] != 0) {
                waits.recordValue(now - since[i]);
            }
            since[i] = 0;
        } else if (fresh) {
            since[i] = now;
        }
    }

    Histogram waits() {
        return waits;
    }
}
