package org.multigen.lab.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.multigen.base.Grace;
import org.multigen.base.Locks;
import org.multigen.pagetable.TablePool;
import org.multigen.walk.BloomFilter;
import org.multigen.walk.FilterSettings;

/**
 * Walks over page tables by one thread: with nothing young, with every other entry young, and over 1 TiB that nobody used. Half young
 * twice: in virtual time, where accessed bits are cleared by plain instructions, and as under real threads, by atomic ones.
 */
final class WalkBench implements Bench {
    private static final int MAPPED = 32 << 18; // 32 GiB: 64 MiB of leaf tables
    private static final long IDLE = 1L << 28; // 1 TiB
    private static final int TIMES = 4;

    private static final double TARGET_OLD = 2e9;
    private static final double TARGET_SHARE = 0.6;
    private static final double TARGET_HALF = 300e6;
    private static final double TARGET_IDLE_MS = 50;

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
        Contest mapped = mapped(effort);
        return List.of(
                figure(mapped, "walk_old", "entries scanned, nothing young", "old", TARGET_OLD),
                Figure.of(
                        "walk_old_share",
                        "the same as a share of a plain sequential read of the same bytes",
                        "ratio",
                        mapped.median("old") / mapped.median("sequential"),
                        new Figure.Target(TARGET_SHARE, true)),
                figure(mapped, "walk_half", "entries scanned, every other one young", "half", TARGET_HALF),
                figure(
                        mapped,
                        "walk_half_shared",
                        "the same with tables that several threads may use",
                        "half shared",
                        TARGET_HALF),
                idle(effort));
    }

    private static Contest mapped(Effort effort) {
        int pages = effort.scaled(MAPPED);
        PlainReads plain = new PlainReads(8L * pages, 1 << 20);
        try (TablePool pool = new TablePool(WalkedMemory.tables(pages));
                TablePool sharedPool = new TablePool(WalkedMemory.tables(pages), new Grace(Locks.REAL))) {
            WalkedMemory memory = new WalkedMemory(pool, Locks.VIRTUAL, pages).fill();
            WalkedMemory shared = new WalkedMemory(sharedPool, Locks.REAL, pages).fill();
            Contest contest = new Contest(effort)
                    .add("old", () -> memory.walk(0, TIMES))
                    .add("half", memory::makeYoung, () -> memory.walk(pages / 2, 1))
                    .add("half shared", shared::makeYoung, () -> shared.walk(pages / 2, 1))
                    .add("sequential", () -> plain.sequential(TIMES))
                    .run();
            if (plain.sum() == Long.MIN_VALUE) {
                throw new IllegalStateException();
            }
            return contest;
        }
    }

    private static Figure figure(Contest contest, String name, String meaning, String entry, double target) {
        return new Figure(
                name,
                meaning,
                "entries/s",
                contest.median(entry),
                contest.lowest(entry),
                contest.highest(entry),
                new TreeMap<>(Map.of("sequential_read", contest.median("sequential"))),
                new Figure.Target(target, true));
    }

    /** No leaf table is looked at, so none needs memory. */
    private static Figure idle(Effort effort) {
        long pages = IDLE / effort.shrink();
        BloomFilter filter = new BloomFilter(FilterSettings.KERNEL);
        try (TablePool pool = new TablePool(WalkedMemory.tables(pages))) {
            WalkedMemory memory = new WalkedMemory(pool, Locks.VIRTUAL, pages).fillIdle();
            Contest c = new Contest(effort)
                    .add("idle", () -> memory.walkIdle(filter))
                    .run();
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
}
