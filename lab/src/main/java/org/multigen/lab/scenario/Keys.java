package org.multigen.lab.scenario;

import static org.multigen.lab.scenario.ValueType.BOOL;
import static org.multigen.lab.scenario.ValueType.DURATION;
import static org.multigen.lab.scenario.ValueType.ENABLED;
import static org.multigen.lab.scenario.ValueType.FILE;
import static org.multigen.lab.scenario.ValueType.LIMIT;
import static org.multigen.lab.scenario.ValueType.SCAN_INTERVAL;
import static org.multigen.lab.scenario.ValueType.SIZE;
import static org.multigen.lab.scenario.ValueType.TEXT;
import static org.multigen.lab.scenario.ValueType.WARMUP;
import static org.multigen.lab.scenario.ValueType.choice;
import static org.multigen.lab.scenario.ValueType.real;
import static org.multigen.lab.scenario.ValueType.whole;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.multigen.guest.AgingPolicy;
import org.multigen.guest.LockDiscipline;
import org.multigen.lab.scenario.Key.Place;
import org.multigen.lab.workload.Pattern;
import org.multigen.rules.KernelRules;
import org.multigen.rules.Kernels;

/** Every key of a scenario, in the order of the reference. */
public final class Keys {
    /** Kernels whose rules a scenario may name. */
    static final List<String> KERNELS =
            Kernels.all().stream().map(KernelRules::name).toList();

    private static final List<String> POLICIES =
            Arrays.stream(AgingPolicy.values()).map(AgingPolicy::text).toList();
    private static final List<String> LOCKS = Stream.concat(
                    Stream.of("kernel"), Arrays.stream(LockDiscipline.values()).map(LockDiscipline::text))
            .toList();

    /** Short forms of keys and what they stand for. */
    static final Map<String, String> ALIASES = Map.of("min_ttl_ms", "lru_gen.min_ttl_ms");

    private static final List<String> TLB_SIZES =
            List.of("none", "16", "32", "64", "128", "256", "512", "1024", "1536", "2048", "4096", "8192", "16384");

    private static final double MOST = Double.POSITIVE_INFINITY;
    private static final long ANY = Long.MAX_VALUE;
    /** The dearest event: 1000 s, so that no run's time overflows. */
    private static final long MOST_NS = 1_000_000_000_000L;

    private static final List<Key> ALL = build();
    private static final KeyTree TREE = KeyTree.of(ALL);

    private Keys() {}

    /** All keys. */
    public static List<Key> all() {
        return ALL;
    }

    /** The key that a path with the user's names in it stands for. */
    public static Optional<Key> find(String path) {
        return TREE.find(path);
    }

    static KeyTree tree() {
        return TREE;
    }

    private static List<Key> build() {
        List<Key> keys = new ArrayList<>();
        keys.addAll(file());
        keys.addAll(kernel());
        keys.addAll(WalkKeys.all());
        keys.addAll(memcgs());
        keys.addAll(machine());
        keys.addAll(swapAndCpus());
        keys.addAll(tiers());
        keys.addAll(tasks());
        keys.addAll(guests());
        keys.addAll(events());
        return List.copyOf(keys);
    }

    private static List<Key> file() {
        return List.of(
                only("name", TEXT, "the file's name", "", "Name of the scenario in results."),
                only("description", TEXT, "", "", "What the scenario asks, for readers."),
                only(
                        "include",
                        FILE,
                        "",
                        "",
                        "Another scenario, relative to this one, whose keys hold where this one is silent. Its variants and"
                                + " its events hold only if this one has none of its own."),
                key("seed", whole(0, ANY), "1", "", "Seed of every random choice. The option --seed overrides it."),
                key(
                        "scale",
                        real(0x1p-20, 1),
                        "1",
                        "",
                        "Runs a smaller experiment of the same length: size and touches of patterns and the amounts of promotion.*"
                                + " times this, every event's cost and think divided by it, so that each page, touch and event stands for several. Recordings stay"
                                + " what they are and take longer; other sizes in bytes stay; shares follow."),
                key(
                        "warmup",
                        WARMUP,
                        "0.95",
                        "share of the footprint, time, or touches",
                        "When the warm-up ends; it is reported apart. A fraction: when every task has once had that share of"
                                + " its footprint in use and has finished its pretouch. A time such as 2s, a number of"
                                + " touches of all tasks together, or none."));
    }

    private static List<Key> kernel() {
        return List.of(
                key("kernel", choice(KERNELS), "6.12", "", "The kernel whose rules hold."),
                key(
                        "lru",
                        choice(List.of("classic", "mglru")),
                        "mglru",
                        "",
                        "Short for lru_gen.enabled: classic is 0x0, the two lists; mglru is 0x7, the multi-gen LRU with"
                                + " everything on."),
                key(
                        "lru_gen.enabled",
                        ENABLED,
                        "0x7",
                        "bits",
                        "Capabilities of the multi-gen LRU: 0x1 the LRU itself, 0x2 accessed bits of leaf entries are"
                                + " cleared by page-table walks, 0x4 those of non-leaf entries too, 0x8 (with"
                                + " secondary_mmu.policy: v4 alone, and on there) walks ask guests."),
                key(
                        "lru_gen.age_every",
                        DURATION,
                        "0",
                        "",
                        "Interval at which user space ages every cgroup that tasks start in, by writing to lru_gen; 0 leaves"
                                + " ageing to reclaim."),
                key(
                        "secondary_mmu.policy",
                        choice(POLICIES),
                        "landed",
                        "",
                        "How ageing consults guests: as the kernel does (landed), at eviction only, or as one of the proposals"
                                + " did. See secondary-mmus.md."),
                key(
                        "secondary_mmu.window",
                        whole(1, 64),
                        "64",
                        "pages",
                        "Pages that one call to a guest's fast hook is about at most (v2, v3, fast-only)."),
                key(
                        "lru_gen.min_ttl_ms",
                        whole(0, ANY),
                        "0",
                        "ms",
                        "The working set of this time is protected; when it does not fit, the OOM killer comes. 0 is off."
                                + " Short form: min_ttl_ms."),
                key(
                        "lru_gen_stats",
                        choice(List.of("on", "off")),
                        "off",
                        "",
                        "Whether lru_gen_full keeps its counters for four generations, as a kernel built with CONFIG_LRU_GEN_STATS,"
                                + " or for one."),
                key(
                        "transparent_hugepage.enabled",
                        choice(List.of("always", "madvise", "never")),
                        "never",
                        "",
                        "Which anonymous memory gets pages of 2 MiB at first use; a guest maps them whole."),
                key(
                        "vm.swappiness",
                        whole(0, 200),
                        "60",
                        "",
                        "Relative cost of swapping anonymous pages against dropping file pages."),
                key("vm.page-cluster", whole(0, 5), "3", "log2 pages", "Swap readahead reads 2^this pages at once."),
                key(
                        "vm.min_free_kbytes",
                        whole(0, ANY),
                        "as the kernel computes it",
                        "KiB",
                        "Free memory from which the min watermarks are derived."),
                key(
                        "vm.watermark_scale_factor",
                        whole(1, 3000),
                        "10",
                        "1/10000 of a zone",
                        "Distance between the watermarks."),
                key(
                        "vm.watermark_boost_factor",
                        whole(0, ANY),
                        "15000",
                        "1/10000 of the high watermark",
                        "How far the watermarks rise when pages of different mobility come to share 2 MiB; 0: never."));
    }

    private static List<Key> memcgs() {
        List<Key> keys = new ArrayList<>();
        keys.add(key("memcg.enabled", BOOL, "true", "", "Whether the kernel accounts memory per cgroup at all."));
        keys.addAll(limits("memory.", "Of the scenario's only cgroup; one named workload is made if there is none. "));
        keys.addAll(limits("memcgs.NAME.memory.", "Of the cgroup NAME; a child is named PARENT/CHILD. "));
        return keys;
    }

    private static List<Key> limits(String prefix, String whose) {
        return List.of(
                key(prefix + "max", LIMIT, "max", "bytes or share", whose + "Hard limit."),
                key(
                        prefix + "high",
                        LIMIT,
                        "max",
                        "bytes or share",
                        whose + "Limit above which it is reclaimed and slowed down."),
                key(prefix + "low", LIMIT, "0", "bytes or share", whose + "Protection, best effort."),
                key(prefix + "min", LIMIT, "0", "bytes or share", whose + "Protection, absolute."),
                key(prefix + "swap.max", LIMIT, "max", "bytes or share", whose + "Limit of its swap."));
    }

    private static List<Key> machine() {
        return List.of(
                key("machine.cpus", whole(1, 1024), "one per task", "", "Number of CPUs."),
                key(
                        "machine.memory",
                        SIZE,
                        "twice the footprint and 256m",
                        "bytes or share",
                        "Memory of the only node. The default leaves pressure to the cgroups' limits."),
                key("machine.nodes.NODE.memory", SIZE, "", "bytes or share", "Memory of node NODE (0, 1, ...)."),
                key(
                        "machine.nodes.NODE.medium",
                        choice(List.of("dram", "cxl")),
                        "dram",
                        "",
                        "What the node's memory is: dram with CPUs, or cxl without, which is a lower tier."),
                key(
                        "machine.nodes.NODE.latency",
                        whole(1, 1_000_000),
                        "250",
                        "ns",
                        "Medium cxl: time of a load. With it or the bandwidth, the tier follows from both."),
                key(
                        "machine.nodes.NODE.bandwidth",
                        whole(1, 100_000_000),
                        "25000",
                        "MB/s",
                        "Medium cxl: what it carries; touches beyond it wait."),
                key(
                        "machine.nodes.NODE.zones.ZONE.managed",
                        whole(1, ANY),
                        "",
                        "pages",
                        "Pages of a zone (DMA, DMA32, Normal), in place of the node's memory."),
                key(
                        "machine.nodes.NODE.zones.ZONE.min",
                        whole(0, ANY),
                        "computed",
                        "pages",
                        "Its min watermark; give all three or none."),
                key("machine.nodes.NODE.zones.ZONE.low", whole(0, ANY), "computed", "pages", "Its low watermark."),
                key("machine.nodes.NODE.zones.ZONE.high", whole(0, ANY), "computed", "pages", "Its high watermark."));
    }

    private static List<Key> swapAndCpus() {
        return List.of(
                key(
                        "machine.swap.kind",
                        choice(List.of("zram", "brd", "disk", "none")),
                        "zram",
                        "",
                        "Kind of the swap device: compressed memory, a RAM disk, a disk, or no swap at all."),
                key(
                        "machine.swap.algorithm",
                        choice(List.of("lzo", "lzo-rle", "lz4", "zstd")),
                        "lzo-rle",
                        "",
                        "Compression of zram; decides its costs."),
                key("machine.swap.size", SIZE, "2.0", "bytes or share", "Size of the swap device."),
                key("machine.swap.priority", whole(-1, 32767), "100", "", "Its priority, as of swapon -p."),
                key(
                        "machine.disk.read_ahead_kb",
                        whole(0, 1 << 20),
                        "128",
                        "KiB",
                        "What is read around a miss at most; 0 switches readahead and read-around off. Kernel:"
                                + " /sys/block/DISK/queue/read_ahead_kb."),
                key(
                        "cpu.hw_accessed",
                        BOOL,
                        "true",
                        "",
                        "Whether the CPU sets accessed bits by itself; without, touching an old entry is a minor fault."),
                key(
                        "cpu.hw_nonleaf_accessed",
                        BOOL,
                        "true",
                        "",
                        "Whether it also sets them in entries that point to tables."),
                key(
                        "cpu.tlb",
                        choice(TLB_SIZES),
                        "none",
                        "entries",
                        "Translations that each CPU caches. A touch through a cached one sets no accessed bit, and unmapping costs"
                                + " shootdowns. none: every touch looks at the page table."),
                key(
                        "cpu.tlb_tagged",
                        BOOL,
                        "true",
                        "",
                        "Whether cached translations outlive a switch to another address space."),
                key("cpu.page_table_levels", choice(List.of("4", "5")), "4", "", "Depth of the page tables."),
                key(
                        "cpu.context_switches_per_second",
                        real(0, MOST),
                        "125",
                        "1/s",
                        "How often a running task is switched away and back. A page-table walk visits an address space"
                                + " only if it ran since the last walk."),
                key(
                        "cpu.instructions_per_second",
                        real(1, MOST),
                        "3000000000",
                        "1/s",
                        "Speed at which a recording's own instructions pass, faults and reclaim not counted."),
                key(
                        "cost.EVENT",
                        whole(0, MOST_NS),
                        "multigen list costs",
                        "ns",
                        "Cost of one event in the model of time, for what-if questions."));
    }

    private static List<Key> tiers() {
        List<Key> keys = new ArrayList<>(List.of(
                key(
                        "numa.demotion_enabled",
                        BOOL,
                        "false",
                        "",
                        "Reclaim moves pages to a slower node instead of freeing them, while there is room."),
                key(
                        "promotion.policy",
                        choice(TierPlanner.POLICIES),
                        "none",
                        "",
                        "How hot pages of lower tiers are found: by NUMA balancing's hint faults (numa_balancing=2), by scanning"
                                + " page tables, by hints of the hardware, or not at all. optimum: not at all, and says what"
                                + " knowing the future could reach (tiering.md)."),
                key(
                        "promotion.daemon",
                        choice(List.of("kmigrated", "kpromoted")),
                        "kmigrated",
                        "",
                        "Who promotes what scans and hints found: a daemon per lower node in the order of frames, or one of the"
                                + " top tier, hottest first."),
                key(
                        "promotion.rate_limit",
                        whole(1, 1L << 32),
                        "65536",
                        "MB/s",
                        "Candidates that a target node takes per second."),
                key(
                        "promotion.hot_threshold",
                        DURATION,
                        "1s",
                        "",
                        "Hint faults: a page that faults later than this after it was made to is not hot. Adjusts itself."),
                key("promotion.adjust", DURATION, "60s", "", "Period after which thresholds adjust themselves."),
                key(
                        "promotion.hysteresis",
                        DURATION,
                        "0",
                        "",
                        "Pages that were demoted less than this ago are not promoted by a daemon."),
                key(
                        "promotion.hint_period",
                        DURATION,
                        "1s",
                        "",
                        "Hint faults: CPU time of a task between two steps of its scan, at least."),
                key("promotion.hint_size", SIZE, "256m", "bytes", "Hint faults: memory made to fault per step."),
                key(
                        "promotion.hw_sample",
                        whole(1, Integer.MAX_VALUE),
                        "64",
                        "touches",
                        "Hints of the hardware: of so many touches of a lower tier one is told."),
                key(
                        "pghot.mode",
                        choice(List.of("default", "precise")),
                        "default",
                        "",
                        "One byte per page of a lower tier, or four."),
                key(
                        "pghot.threshold",
                        choice(List.of("1", "2", "3", "4", "5", "6", "7")),
                        "2",
                        "accesses",
                        "Accesses within the window that make a page hot: 1..3, precise 1..7."),
                key("pghot.window", DURATION, "3s, precise 5s", "", "Accesses further apart count anew.")));
        keys.addAll(scans());
        return keys;
    }

    private static List<Key> scans() {
        return List.of(
                key(
                        "scan.variant",
                        choice(TierPlanner.SCANS),
                        "multigen",
                        "",
                        "How page tables are scanned: ours, one of the two proposals with its defects, or every table in every"
                                + " pass."),
                key(
                        "scan.interval",
                        SCAN_INTERVAL,
                        "2s",
                        "",
                        "From the start of a pass to that of the next; adaptive follows what passes find. A pass that takes"
                                + " longer is counted as late."),
                key("scan.batch", whole(1, 1 << 28), "131072", "pages", "Pages that a chunk of a pass may report."),
                key(
                        "scan.sweep",
                        whole(1, 1_000_000),
                        "4",
                        "passes",
                        "Passes in which each table is looked at once, learned or not."),
                key(
                        "memcgs.NAME.scan_interval",
                        DURATION,
                        "as scan.interval",
                        "",
                        "Of the cgroup NAME: its own interval, in whole passes."));
    }

    private static List<Key> tasks() {
        return List.of(
                key("tasks.NAME.recording", FILE, "", "", "A .mgt recording to replay, relative to the scenario."),
                key("tasks.NAME.pattern", choice(Pattern.Kind.names()), "", "", "A synthetic pattern, in its place."),
                key(
                        "tasks.NAME.memcg",
                        TEXT,
                        "the only cgroup, else the root",
                        "",
                        "The cgroup that the task starts in."),
                key("tasks.NAME.cpu", whole(0, 1023), "the task's index", "", "The CPU that it runs on."),
                key("tasks.NAME.start", DURATION, "0", "", "Virtual time at which it starts."),
                key("tasks.NAME.repeat", whole(1, ANY), "1", "", "How often the recording or the touches are run."),
                key("tasks.NAME.size", SIZE, "", "bytes", "Pattern: size of the region."),
                key("tasks.NAME.touches", whole(0, ANY), "", "", "Pattern: number of touches after the pretouch."),
                key("tasks.NAME.seed", whole(0, ANY), "seed", "", "Pattern: its own seed."),
                key("tasks.NAME.hot", real(0, 1), "0.2", "share", "Pattern: hot share of the pages."),
                key("tasks.NAME.hotprob", real(0, 1), "0.9", "share", "Pattern: probability of a hot touch."),
                key("tasks.NAME.theta", real(0, 100), "0.99", "", "Pattern zipf: its exponent."),
                key("tasks.NAME.scatter", BOOL, "false", "", "Pattern zipf: ranks are permuted over the pages."),
                key(
                        "tasks.NAME.write",
                        choice(List.of("all", "none", "anon", "half")),
                        "all",
                        "",
                        "Pattern: which touches are stores; anon stores to anonymous pages and loads from file pages,"
                                + " half stores every other time."),
                key(
                        "tasks.NAME.pretouch",
                        BOOL,
                        "true",
                        "",
                        "Pattern: first touch every page once, ascending. Belongs to the warm-up."),
                key(
                        "tasks.NAME.file",
                        SIZE,
                        "0",
                        "bytes or share",
                        "Pattern: the last part of the region, of this size, is a shared mapping of a file."),
                key(
                        "tasks.NAME.madvise",
                        choice(List.of("none", "normal", "random", "sequential")),
                        "none; for a recording what it recorded",
                        "",
                        "Pattern: advice for the whole region. Recording: advice for its mappings of files, in place of"
                                + " the recorded one."),
                key(
                        "tasks.NAME.madvise_files",
                        TEXT,
                        "**",
                        "",
                        "Recording: paths of the files whose mappings madvise is for; * stands for anything but a slash,"
                                + " ** for anything."),
                key("tasks.NAME.think", DURATION, "0", "", "CPU time of the program itself before each touch."));
    }

    private static List<Key> guests() {
        String guest = "tasks.NAME.guest.";
        return List.of(
                key(
                        guest + "memory",
                        SIZE,
                        "",
                        "bytes",
                        "Makes the task a virtual machine with so much memory, which its vCPUs touch through tables of their"
                                + " own. touches, seed, hot, hotprob, theta, scatter, write, pretouch, think hold as for a"
                                + " pattern; touches are those of all vCPUs together."),
                key(
                        guest + "vcpus",
                        whole(1, 1024),
                        "1",
                        "",
                        "Its vCPUs; each has a CPU of its own, from the task's on."),
                key(guest + "workload", choice(Pattern.Kind.names()), "", "", "The pattern that every vCPU follows."),
                key(guest + "partition", BOOL, "false", "", "Each vCPU follows it within its own part of the memory."),
                key(
                        guest + "scatter",
                        real(0, 1),
                        "0",
                        "share",
                        "How far guest-physical order departs from guest-virtual order: the share of pages out of place."),
                key(guest + "arch", choice(List.of("x86_64", "arm64")), "x86_64", "", "Its architecture."),
                key(
                        guest + "lock",
                        choice(LOCKS),
                        "kernel",
                        "",
                        "Discipline of its MMU's lock; kernel is what the kernel in force does. See secondary-mmus.md."),
                key(
                        guest + "hw_accessed",
                        BOOL,
                        "true",
                        "",
                        "Whether the hardware sets accessed bits in its tables; without, a page that was aged faults at its"
                                + " next use."),
                key(guest + "nested", real(0, 1), "0", "share", "Share of its memory that a nested guest uses."),
                key(
                        guest + "age_shadow",
                        BOOL,
                        "true",
                        "",
                        "Whether the nested guest's shadow tables are aged, under the lock, or skipped."),
                key(
                        guest + "dirty_log",
                        DURATION,
                        "0",
                        "",
                        "Interval at which the log of stores is taken, as for migration; 0 is never."),
                key(guest + "tlb", whole(1, 1 << 20), "2048", "", "Translations that a vCPU caches, a power of two."),
                key(
                        guest + "slots",
                        TEXT,
                        "0 and the whole memory",
                        "",
                        "Memory slots, ADDRESS+SIZE or ADDRESS+SIZE@OFFSET separated by commas: where guest addresses lie in"
                                + " its memory."));
    }

    private static List<Key> events() {
        return List.of(
                key("events.N.at", DURATION, "", "", "Virtual time of the event; or touch."),
                key(
                        "events.N.touch",
                        whole(1, ANY),
                        "",
                        "",
                        "The event comes right before this touch, counted over all tasks from 1 on, pretouch included."),
                key(
                        "events.N.write",
                        TEXT,
                        "",
                        "",
                        "File to write: lru_gen, enabled, min_ttl_ms, or CGROUP/FILE with FILE one of memory.max,"
                                + " memory.high, memory.low, memory.min, memory.swap.max, memory.reclaim, cgroup.procs. A"
                                + " refusal is a result and carries the kernel's errno."),
                key(
                        "events.N.value",
                        TEXT,
                        "",
                        "",
                        "What is written, as the kernel takes it; sizes of memory files may be fractions of the footprint."
                                + " For cgroup.procs the name of a task."),
                key(
                        "events.N.dump",
                        TEXT,
                        "",
                        "",
                        "In place of write: a file whose text goes into the result: lru_gen, lru_gen_full, vmstat, or"
                                + " CGROUP/FILE."));
    }

    private static Key key(String path, ValueType type, String fallback, String unit, String meaning) {
        return new Key(path, type, fallback, unit, meaning, Place.ANYWHERE);
    }

    private static Key only(String path, ValueType type, String fallback, String unit, String meaning) {
        return new Key(path, type, fallback, unit, meaning, Place.FILE);
    }
}
