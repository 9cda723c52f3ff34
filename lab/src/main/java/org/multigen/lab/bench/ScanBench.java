package org.multigen.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.multigen.addrspace.AddressSpace;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Lock;
import org.multigen.base.Rng;
import org.multigen.base.Words;
import org.multigen.machine.Machine;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.Medium;
import org.multigen.memory.NodeConfig;
import org.multigen.memory.ZoneConfig;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;
import org.multigen.pagetable.TablePool;
import org.multigen.rules.KernelRules;
import org.multigen.rules.Kernels;
import org.multigen.tier.HotPageTracker;
import org.multigen.tier.ScanSettings;
import org.multigen.tier.TierSettings;
import org.multigen.walk.AccessedFrames;
import org.multigen.walk.BloomFilter;
import org.multigen.walk.FilterSettings;
import org.multigen.walk.GroupScan;
import org.multigen.walk.MmIteration;
import org.multigen.walk.MmList;
import org.multigen.walk.MmWalk;
import org.multigen.walk.ScanStats;
import org.multigen.walk.ScanVariant;
import org.multigen.walk.WalkSettings;

/**
 * Scans for accesses: passes over 1 TiB of which 1 % was accessed since the last one, with the share of those pages that a pass
 * reports; the records of accesses: how many a second, and their memory.
 */
final class ScanBench implements Bench {
    private static final int MAPPED = 1 << 28; // 1 TiB: 2 GiB of leaf tables
    private static final int ACCESSED_PERCENT = 1;
    private static final int SLOTS = 64;
    /** Passes of a scan before those that are measured: the first looks at everything. */
    private static final int SETTLING = 2;

    private static final int FRAMES = 4 << 20;
    private static final double TARGET_MS = 500;
    private static final double TARGET_RECORDS = 20e6;
    private static final double TARGET_BYTES = 1;
    private static final Path STATUS = Path.of("/proc/self/smaps_rollup");

    /** Which pages are accessed. */
    private enum Layout {
        CLUSTERED("in whole tables"),
        THIN("every 16th page of some tables: fewer than one per cache line"),
        SCATTERED("anywhere");

        private final String meaning;

        Layout(String meaning) {
            this.meaning = meaning;
        }

        int[] pages(int mapped) {
            int n = (int) ((long) mapped * ACCESSED_PERCENT / 100);
            int step = this == THIN ? 16 : 1;
            int[] pages = new int[n];
            Rng rng = new Rng(7);
            for (int i = 0; i < n; ) {
                int base = (int) rng.below(mapped);
                if (this == SCATTERED) {
                    pages[i++] = base;
                    continue;
                }
                base &= -PageTable.ENTRIES;
                for (int p = 0; p < PageTable.ENTRIES && i < n; p += step) {
                    pages[i++] = base + p;
                }
            }
            return pages;
        }
    }

    private final Actor actor = new Actor("scan", 0, 0, new long[Cost.values().length]);
    private final KernelRules rules = Objects.requireNonNull(Kernels.find("6.18"));

    @Override
    public String name() {
        return "scan";
    }

    @Override
    public String meaning() {
        return "scans of 1 TiB for accesses, with their recall; records of accesses";
    }

    @Override
    public List<Figure> run(Effort effort) {
        List<Figure> figures = new ArrayList<>(records(effort));
        int pages = effort.scaled(MAPPED);
        int tables = pages / PageTable.ENTRIES;
        try (TablePool pool = new TablePool(tables + tables / PageTable.ENTRIES + 64)) {
            AddressSpace mm = BareSpace.mapped(pool, actor, pages);
            MmList list = new MmList(Lock.virtual("list"));
            list.add(actor, mm);
            for (Layout l : Layout.values()) {
                passes(effort, l, mm, list, figures);
            }
        }
        return figures;
    }

    // ---- passes

    private void passes(Effort effort, Layout layout, AddressSpace mm, MmList list, List<Figure> into) {
        long size = mm.vmas().get(0).pages();
        int[] pages = Arrays.stream(layout.pages((int) size)).distinct().toArray();
        long[] entries = new long[pages.length];
        for (int i = 0; i < pages.length; i++) {
            entries[i] = mm.pageTable.leafAt(pages[i]);
        }
        Pass learning = new Pass(list, ScanVariant.MULTIGEN);
        Pass flat = new Pass(list, ScanVariant.FLAT);
        for (int i = 0; i < SETTLING; i++) {
            learning.prepare(mm, entries);
            learning.run();
        }
        learning.forget();
        Contest c = new Contest(effort)
                .add("multigen", () -> learning.prepare(mm, entries), learning::run)
                .add("flat", () -> flat.prepare(mm, entries), flat::run)
                .run();
        String name = "scan_" + layout.name().toLowerCase(Locale.ROOT);
        String what = " of " + (size >> 18) + " GiB, " + ACCESSED_PERCENT + " % accessed, " + layout.meaning;
        into.add(time(name, "CPU time of a pass" + what, c, "multigen"));
        into.add(Figure.of(name + "_recall", "share of those pages that it reports", "ratio", learning.recall(), null));
        into.add(time(name + "_flat", "CPU time of a pass that looks at everything", c, "flat"));
        into.add(Figure.of(name + "_flat_recall", "the share that it reports", "ratio", flat.recall(), null));
    }

    private static Figure time(String name, String meaning, Contest c, String entry) {
        return new Figure(
                name,
                meaning,
                "ms",
                1e3 / c.median(entry),
                1e3 / c.highest(entry),
                1e3 / c.lowest(entry),
                new java.util.TreeMap<>(),
                new Figure.Target(TARGET_MS, false));
    }

    /** A scan and what its passes found. */
    private final class Pass implements AccessedFrames {
        private final GroupScan scan;
        private final int[] buffer = new int[ScanSettings.KERNEL.batch()];
        private int count;
        private long wanted;
        private long found;

        Pass(MmList list, ScanVariant variant) {
            BloomFilter unused = new BloomFilter(FilterSettings.KERNEL);
            MmIteration ageing = new MmIteration(list, rules, 0, unused, 1, true);
            scan = new GroupScan(
                    variant,
                    rules,
                    WalkSettings.KERNEL,
                    new BareSpace.TakesAll(),
                    ageing,
                    new ScanStats(),
                    GroupScan.SWEEP_PASSES);
        }

        void prepare(AddressSpace mm, long[] entries) {
            mm.markUsed();
            for (long at : entries) {
                if ((Words.getLong(at) & Pte.ACCESSED) == 0) {
                    Words.orLong(at, Pte.ACCESSED);
                }
            }
            wanted += entries.length;
        }

        long run() {
            MmWalk walk = new MmWalk(SLOTS);
            walk.seq = 3;
            walk.swappiness = 200;
            scan.start(actor, walk, false);
            while (scan.chunk(actor, this, 3)) {}
            return 1;
        }

        void forget() {
            wanted = 0;
            found = 0;
        }

        double recall() {
            return (double) found / wanted;
        }

        @Override
        public boolean accessed(int frame) {
            buffer[count++] = frame;
            return count == buffer.length;
        }

        @Override
        public void flush(Actor by) {
            found += count;
            count = 0;
        }
    }

    // ---- records

    private List<Figure> records(Effort effort) {
        int frames = effort.scaled(FRAMES);
        NodeConfig slow = new NodeConfig(1, List.of(new ZoneConfig("Movable", frames, 8, 12, 16)), false, Medium.CXL);
        try (Machine machine = Machine.builder()
                .kernel("6.18")
                .node(NodeConfig.ofPages(0, 1 << 14))
                .node(slow)
                .tiering(TierSettings.KERNEL.with(ScanSettings.KERNEL))
                .build()) {
            HotPageTracker tracker = Objects.requireNonNull(machine.tiering().tracker());
            FolioTable folios = machine.rooms().folios();
            int first = machine.memory().node(1).startPfn();
            for (int f = first; f < first + frames; f++) {
                folios.set(f, FolioFlags.LRU);
            }
            long before = residentBytes();
            record(tracker, first, frames, 1);
            long after = residentBytes();
            Contest c = new Contest(effort)
                    .add("in_order", () -> record(tracker, first, frames, 1))
                    .add("any_order", () -> record(tracker, first, frames, 7919))
                    .run();
            List<Figure> figures = new ArrayList<>();
            figures.add(rate("scan_records", "accesses recorded, in the order of a scan", c, "in_order"));
            figures.add(rate("scan_records_random", "accesses recorded, frames far apart", c, "any_order"));
            figures.add(Figure.of(
                    "scan_record_bytes",
                    "memory of the records per lower-tier frame, as reserved",
                    "bytes",
                    (double) tracker.bytes() / frames,
                    new Figure.Target(TARGET_BYTES, false)));
            if (before > 0) {
                figures.add(Figure.of(
                        "size_scan_record",
                        "growth of this process while all frames were recorded, per frame",
                        "bytes",
                        (double) (after - before) / frames,
                        null));
            }
            return figures;
        }
    }

    private static Figure rate(String name, String meaning, Contest c, String entry) {
        return new Figure(
                name,
                meaning,
                "records/s",
                c.median(entry),
                c.lowest(entry),
                c.highest(entry),
                new java.util.TreeMap<>(),
                new Figure.Target(TARGET_RECORDS, true));
    }

    /** Each frame once; the step is odd and the frames are a power of two. */
    private long record(HotPageTracker tracker, int first, int frames, int step) {
        int mask = frames - 1;
        for (int i = 0; i < frames; i++) {
            tracker.record(actor, first + (int) ((long) i * step & mask), -1, HotPageTracker.Source.SCAN);
        }
        return frames;
    }

    private static long residentBytes() {
        try {
            for (String line : Files.isReadable(STATUS) ? Files.readAllLines(STATUS) : List.<String>of()) {
                if (line.startsWith("Rss:")) {
                    return 1024L * Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
        } catch (IOException e) {
            return 0; // not Linux
        }
        return 0;
    }
}
