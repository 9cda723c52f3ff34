package org.multigen.lab.task;

import java.util.Arrays;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.policy.BlockNumbers;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;
import org.multigen.memory.FolioFlags;
import org.multigen.pagetable.Pte;

/**
 * How long a page that has just become hot waits in a lower tier: from its first touch after a while without, if that found it
 * there, to the first touch that finds it in the top tier. Pages that never get there are not in the times.
 */
public final class HotWait {
    private static final long IDLE_NS = 5_000_000_000L;
    private static final int DIGITS = 3;

    private static final int FIRST_PAGES = 1 << 12;
    private static final int SPACE_SHIFT = 40;

    private final Machine machine;
    private final BlockNumbers numbers = new BlockNumbers();
    private long[] last = new long[FIRST_PAGES];
    private long[] since = new long[FIRST_PAGES];
    private final Histogram waits = new Histogram(DIGITS);

    private HotWait(Machine machine) {
        this.machine = machine;
    }

    /** A watch over the pages of a workload's processes, or null where all memory is fast. */
    public static @Nullable HotWait over(Machine machine) {
        return machine.tiers().lower().isEmpty() ? null : new HotWait(machine);
    }

    /** A process has touched a page. */
    public void touched(Task task, long vpn) {
        int i = numbers.of((long) task.mm().id << SPACE_SHIFT ^ vpn);
        if (i >= last.length) {
            last = Arrays.copyOf(last, 2 * i);
            since = Arrays.copyOf(since, 2 * i);
        }
        long now = task.clockNs();
        boolean fresh = last[i] == 0 || now - last[i] > IDLE_NS;
        last[i] = now;
        if (!fresh && since[i] == 0) {
            return;
        }
        long entry = task.mm().pageTable.lookup(vpn);
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

    public Histogram waits() {
        return waits;
    }
}
