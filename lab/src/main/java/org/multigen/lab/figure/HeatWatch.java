package org.multigen.lab.figure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.multigen.lab.explain.Toucher;
import org.multigen.lab.result.TimeSeries;
import org.multigen.lab.task.Moments;
import org.multigen.lru.Lruvec;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.pagetable.Pte;

/**
 * Counts touches by address and time, and looks at the end of each column where the pages are. Addresses are taken in blocks of
 * pages, columns in intervals of time; both become coarser as there are more, so that memory is bounded. Of each block one page is
 * looked at, the one that was touched first.
 */
public final class HeatWatch {
    private static final int COLUMNS = 96;
    private static final long FIRST_INTERVAL_NS = 50_000;
    private static final int GENERATIONS = 4;

    private final Machine machine;
    private final Moments moments;
    private final Map<Integer, Task> spaces = new HashMap<>();
    private final HeatBlocks blocks = new HeatBlocks(COLUMNS);
    private long intervalNs = FIRST_INTERVAL_NS;
    private long lastNs;

    public HeatWatch(Machine machine, Moments moments) {
        this.machine = machine;
        this.moments = moments;
    }

    /** Touches as {@code inner} does, and counts. */
    public Toucher around(Toucher inner) {
        return new Toucher() {
            @Override
            public int touch(Task task, long vpn, boolean write) {
                count(task, vpn);
                return inner.touch(task, vpn, write);
            }

            @Override
            public int again(Task task, long vpn, boolean write) {
                return inner.again(task, vpn, write);
            }

            @Override
            public void skip() {
                inner.skip();
            }
        };
    }

    private void count(Task task, long vpn) {
        if (blocks.touched(task.mm().id, vpn)) {
            spaces.putIfAbsent(task.mm().id, task);
        }
    }

    public void schedule() {
        moments.atTime(lastNs + intervalNs, task -> {
            column(lastNs + intervalNs);
            schedule();
        });
    }

    private void column(long ns) {
        blocks.endColumn(this::placeOf);
        lastNs = ns;
        if (blocks.columns() == COLUMNS) {
            blocks.halve();
            intervalNs *= 2;
        }
    }

    /** Where a page is, as {@link TimeSeries} has it. */
    private char placeOf(int space, long vpn) {
        Task task = spaces.get(space);
        if (task == null || !task.alive() || task.mm().exiting) {
            return TimeSeries.GONE;
        }
        long entry = task.mm().pageTable.lookup(vpn);
        if (!Pte.mapsPage(entry)) {
            return TimeSeries.GONE;
        }
        FolioTable folios = machine.rooms().folios();
        int folio = folios.folioOf(Pte.frame(entry));
        long flags = folios.flags(folio);
        int gen = FolioFlags.gen(flags);
        if (gen >= 0) {
            Lruvec lruvec = machine.lruvecs().of(folio);
            return (char) ('0' + Math.floorMod(machine.rooms().multigen().maxSeq(lruvec) - gen, GENERATIONS));
        }
        if ((flags & FolioFlags.LRU) == 0
                || (flags & FolioFlags.UNEVICTABLE) != 0
                || machine.rooms().multigen().enabled()) {
            return TimeSeries.UNLISTED;
        }
        return (flags & FolioFlags.ACTIVE) != 0 ? TimeSeries.ACTIVE : TimeSeries.INACTIVE;
    }

    /** What was seen until the end of the run. */
    public TimeSeries.Heat end(long endNs) {
        while (lastNs + intervalNs < endNs) {
            column(lastNs + intervalNs); // the last operation went on beyond
        }
        if (endNs > lastNs) {
            column(endNs);
        }
        List<HeatBlocks.Region> all = new ArrayList<>(blocks.regions());
        all.sort(Comparator.comparingLong(HeatBlocks.Region::sum).reversed());
        List<TimeSeries.Region> shown = new ArrayList<>();
        long others = 0;
        for (HeatBlocks.Region r : all) {
            Task task = spaces.get(r.space());
            if (shown.size() < HeatBlocks.REGIONS && task != null) {
                shown.add(blocks.drawn(r, task.name()));
            } else {
                others += r.sum();
            }
        }
        return new TimeSeries.Heat(intervalNs, shown, others);
    }
}
