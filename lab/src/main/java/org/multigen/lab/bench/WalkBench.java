package org.multigen.lab.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.multigen.addrspace.AddressSpace;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Words;
import org.multigen.guest.AgingPolicy;
import org.multigen.guest.SecondaryAging;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;
import org.multigen.pagetable.TablePool;
import org.multigen.rules.KernelRules;
import org.multigen.rules.Kernels;
import org.multigen.walk.BloomFilter;
import org.multigen.walk.FilterSettings;
import org.multigen.walk.MmWalk;
import org.multigen.walk.PageTableWalker;
import org.multigen.walk.WalkSettings;

/** Walks over page tables: with nothing young, with every other entry young, and over 1 TiB that nobody used. */
final class WalkBench implements Bench {
    private static final int MAPPED = 32 << 18; // 32 GiB: 64 MiB of leaf tables
    private static final long IDLE = 1L << 28; // 1 TiB
    private static final int TIMES = 4;
    private static final int SLOTS = 64;
    /** Without a filter. */
    private static final BloomFilter NO_FILTER = new BloomFilter(
            new FilterSettings(false, FilterSettings.DEFAULT_SHIFT, true, false, FilterSettings.Hash.GOLDEN_RATIO));

    private static final double TARGET_OLD = 2e9;
    private static final double TARGET_SHARE = 0.6;
    private static final double TARGET_HALF = 300e6;
    private static final double TARGET_IDLE_MS = 50;

    private final KernelRules rules = rules();
    private final PageTableWalker walker = new PageTableWalker(
            rules,
            WalkSettings.KERNEL,
            new BareSpace.TakesAll(),
            new SecondaryAging(AgingPolicy.LANDED, rules.walkAsksSecondaryMmu()));
    private final Actor actor = new Actor("walk", 0, 0, new long[Cost.values().length]);

    private static KernelRules rules() {
        KernelRules r = Kernels.find("6.12");
        if (r == null) {
            throw new IllegalStateException("no rules for 6.12");
        }
        return r;
    }

    @Override
    public String name() {
        return "walk";
    }

    @Override
    public String meaning() {
        return "page-table walks: nothing young, half young, 1 TiB idle";
    }

    @Override
    public List<Figure> run(Effort effort) {
        return List.of(mapped(effort), share(), half(), idle(effort));
    }

    // ---- mapped memory

    private Contest contest = new Contest(Effort.QUICK);
    private TreeMap<String, Double> best = new TreeMap<>();

    private Figure mapped(Effort effort) {
        int pages = effort.scaled(MAPPED);
        PlainReads plain = new PlainReads(8L * pages, 1 << 20);
        try (TablePool pool = new TablePool(pages / PageTable.ENTRIES + 64)) {
            AddressSpace mm = BareSpace.mapped(pool, actor, pages);
            contest = new Contest(effort)
                    .add("old", () -> walk(mm, pages, 0, TIMES))
                    .add("half", () -> makeYoung(mm.pageTable, pages), () -> walk(mm, pages, pages / 2, 1))
                    .add("sequential", () -> plain.sequential(TIMES))
                    .run();
        }
        if (plain.sum() == Long.MIN_VALUE) {
            throw new IllegalStateException();
        }
        best = new TreeMap<>(Map.of("sequential_read", contest.median("sequential")));
        return figure("walk_old", "entries scanned, nothing young", "old", TARGET_OLD);
    }

    private Figure figure(String name, String meaning, String entry, double target) {
        return new Figure(
                name,
                meaning,
                "entries/s",
                contest.median(entry),
                contest.lowest(entry),
                contest.highest(entry),
                best,
                new Figure.Target(target, true));
    }

    private Figure share() {
        double share = contest.median("old") / contest.median("sequential");
        return Figure.of(
                "walk_old_share",
                "the same as a share of a plain sequential read of the same bytes",
                "ratio",
                share,
                new Figure.Target(TARGET_SHARE, true));
    }

    private Figure half() {
        return figure("walk_half", "entries scanned, every other one young", "half", TARGET_HALF);
    }

    private static void makeYoung(PageTable table, int pages) {
        for (long vpn = 0; vpn < pages; vpn += PageTable.ENTRIES) {
            long at = table.leafAt(vpn);
            for (int i = 0; i < PageTable.ENTRIES; i += 2) {
                Words.orLong(at + 8L * i, Pte.ACCESSED);
            }
        }
    }

    private long walk(AddressSpace mm, long pages, long young, int times) {
        for (int t = 0; t < times; t++) {
            MmWalk walk = newWalk();
            walk.forceScan = true;
            walker.walk(actor, mm, walk, NO_FILTER, false);
            if (walk.batched != young) {
                throw new IllegalStateException(walk.batched + " young entries found, " + young + " were there");
            }
        }
        return pages * times;
    }

    private static MmWalk newWalk() {
        MmWalk walk = new MmWalk(SLOTS);
        walk.seq = 3;
        walk.swappiness = 60;
        return walk;
    }

    // ---- idle memory

    /** No leaf table is looked at, so none needs memory. */
    private Figure idle(Effort effort) {
        long pages = IDLE / effort.shrink();
        int entries = (int) (pages / PageTable.PMD_PAGES);
        try (TablePool pool = new TablePool(entries + entries / PageTable.ENTRIES + 64)) {
            AddressSpace mm = BareSpace.of(pool, pages);
            for (long vpn = 0; vpn < pages; vpn += PageTable.PMD_PAGES) {
                mm.pageTable.ensureEntry(actor, vpn, 0);
                Words.andLong(mm.pageTable.entryAt(vpn, 1), ~Pte.ACCESSED);
            }
            Contest c = new Contest(effort).add("idle", () -> walkIdle(mm)).run();
            return new Figure(
                    "walk_idle_1tib",
                    "CPU time of a walk over " + (pages >> 18) + " GiB mapped but idle, non-leaf bits on",
                    "ms",
                    1e3 / c.median("idle"),
                    1e3 / c.highest("idle"),
                    1e3 / c.lowest("idle"),
                    new TreeMap<>(),
                    new Figure.Target(TARGET_IDLE_MS, false));
        }
    }

    private long walkIdle(AddressSpace mm) {
        MmWalk walk = newWalk();
        walker.walk(actor, mm, walk, new BloomFilter(FilterSettings.KERNEL), true);
        if (walk.batched != 0) {
            throw new IllegalStateException("idle memory had young pages");
        }
        return 1;
    }
}
