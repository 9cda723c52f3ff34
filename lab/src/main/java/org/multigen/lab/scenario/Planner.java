package org.multigen.lab.scenario;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.workload.Pattern;
import org.multigen.machine.CostModel;
import org.multigen.memory.Medium;

/** Turns settings into a plan: fills in defaults, resolves names and shares of the footprint, refuses what cannot be. */
public final class Planner {
    private static final long SPARE_PAGES = (256L << 20) / Size.PAGE;
    private static final List<String> PATTERN_KEYS = List.of(
            "size", "touches", "seed", "hot", "hotprob", "theta", "scatter", "write", "pretouch", "file", "think");

    private final Settings settings;
    private final ToLongFunction<Path> recordedFootprint;
    private final Set<String> cgroups = new LinkedHashSet<>();
    private final List<Plan.Task> tasks = new ArrayList<>();
    private int nextCpu;

    private Planner(Settings settings, ToLongFunction<Path> recordedFootprint) {
        this.settings = settings;
        this.recordedFootprint = recordedFootprint;
    }

    /**
     * Plans a trial.
     *
     * @param recordedFootprint the most pages that a recording has in use at one time; fails with {@link Failure} if there is no such recording
     * @throws Failure if the settings contradict each other; the message names the line
     */
    public static Plan plan(Settings settings, ToLongFunction<Path> recordedFootprint) {
        return new Planner(settings, recordedFootprint).plan();
    }

    private Plan plan() {
        nameCgroups();
        planTasks();
        Plan.Machine machine = machine();
        return new Plan(
                kernel(),
                machine,
                planCgroups(),
                List.copyOf(tasks),
                new EventPlanner(settings, cgroups, tasks, this::limit).plan(),
                Warmup.parse(settings.text("warmup")).orElseThrow(),
                settings.whole("seed"),
                new Plan.Aging(
                        settings.text("secondary_mmu.policy"),
                        (int) settings.whole("secondary_mmu.window"),
                        settings.nanos("lru_gen.age_every")),
                costs(),
                new TierPlanner(settings).plan(machine.nodes(), cgroups),
                settings.real("scale"));
    }

    private Plan.Kernel kernel() {
        return new Plan.Kernel(
                settings.text("kernel"),
                lruGenEnabled(),
                settings.whole("lru_gen.min_ttl_ms"),
                (int) settings.whole("vm.swappiness"),
                (int) settings.whole("vm.page-cluster"),
                settings.has("vm.min_free_kbytes") ? settings.whole("vm.min_free_kbytes") : -1,
                (int) settings.whole("vm.watermark_scale_factor"),
                (int) settings.whole("vm.watermark_boost_factor"),
                settings.flag("memcg.enabled"),
                settings.text("lru_gen_stats").equals("on"),
                settings.text("transparent_hugepage.enabled"),
                WalkKeys.read(settings));
    }

    private int tlb() {
        String entries = settings.text("cpu.tlb");
        return entries.equals("none") ? 0 : Integer.parseInt(entries);
    }

    private int lruGenEnabled() {
        boolean featureBit = settings.text("secondary_mmu.policy").equals("v4");
        if (featureBit && !settings.has("lru_gen.enabled")) {
            return LruGenBits.ALL;
        }
        String text = settings.text("lru_gen.enabled");
        int bits = LruGenBits.parse(text).orElseThrow();
        if (!featureBit && text.matches("[0-9].*") && (bits & LruGenBits.SECONDARY) != 0) {
            throw settings.failure(
                    "lru_gen.enabled", "lru_gen.enabled: bit 0x8 exists with secondary_mmu.policy: v4 only");
        }
        return featureBit ? bits : bits & ~LruGenBits.SECONDARY;
    }

    private Map<String, Long> costs() {
        Map<String, Long> costs = new TreeMap<>();
        for (String event : settings.names("cost")) {
            String at = "cost." + event;
            if (!CostModel.names().contains(event)) {
                throw settings.failure(at, at + ": no such event" + Hint.of(event, CostModel.names()));
            }
            costs.put(event, settings.whole(at));
        }
        return costs;
    }

    // ---- cgroups

    private void nameCgroups() {
        for (String name : settings.names("memcgs")) {
            String at = "memcgs." + name;
            if (!settings.flag("memcg.enabled")) {
                throw settings.failure(at, at + ": there are no cgroups with memcg.enabled: false");
            }
            addWithParents(name, at);
        }
    }

    private void addWithParents(String name, String at) {
        if (name.startsWith("/") || name.endsWith("/") || name.contains("//")) {
            throw settings.failure(at, at + ": expected a name such as app or parent/child");
        }
        for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
            cgroups.add(name.substring(0, slash));
        }
        cgroups.add(name);
    }

    private List<Plan.Cgroup> planCgroups() {
        List<Plan.Cgroup> plans = new ArrayList<>();
        for (String name : cgroups) {
            Map<String, String> files = new LinkedHashMap<>();
            for (String file : List.of("memory.min", "memory.low", "memory.high", "memory.max", "memory.swap.max")) {
                String path = "memcgs." + name + "." + file;
                if (settings.has(path)) {
                    files.put(file, limit(name, settings.size(path), path));
                }
            }
            plans.add(new Plan.Cgroup(name, files));
        }
        return plans;
    }

    /** A limit as it is written into a cgroup's file. */
    private String limit(String cgroup, Size size, String path) {
        return switch (size) {
            case Size.Max none -> "max";
            case Size.Bytes b -> Long.toString(b.bytes());
            case Size.Fraction f -> {
                long footprint = tasks.stream()
                        .filter(t -> (t.cgroup() + "/").startsWith(cgroup + "/"))
                        .mapToLong(Plan.Task::footprint)
                        .sum();
                if (footprint == 0) {
                    throw settings.failure(
                            path,
                            path + ": " + f.share() + " is a share of the footprint, but no task starts in " + cgroup);
                }
                yield Long.toString(f.pages(footprint) * Size.PAGE);
            }
        };
    }

    // ---- machine

    private Plan.Machine machine() {
        long footprint = tasks.stream().mapToLong(Plan.Task::footprint).sum();
        int cpus = settings.has("machine.cpus") ? (int) settings.whole("machine.cpus") : cpusForTasks();
        for (Plan.Task t : tasks) {
            if (t.cpu() >= cpus) {
                String at = "tasks." + t.name() + ".cpu";
                throw settings.failure(at, at + ": CPU " + t.cpu() + " of a machine with CPUs 0 to " + (cpus - 1));
            }
        }
        Plan.Cpu cpu = new Plan.Cpu(
                settings.flag("cpu.hw_accessed"),
                settings.flag("cpu.hw_nonleaf_accessed"),
                tlb(),
                settings.flag("cpu.tlb_tagged"),
                (int) settings.whole("cpu.page_table_levels"),
                settings.real("cpu.context_switches_per_second"),
                settings.real("cpu.instructions_per_second") * settings.real("scale"));
        int readAhead = (int) (settings.whole("machine.disk.read_ahead_kb") * 1024 / Size.PAGE);
        return new Plan.Machine(cpus, nodes(footprint), swap(footprint), cpu, readAhead);
    }

    private int cpusForTasks() {
        return tasks.stream().mapToInt(t -> t.cpu() + cpusOf(t.work())).max().orElse(1);
    }

    private static int cpusOf(Plan.Work work) {
        return work instanceof Plan.Guest g ? g.vcpus() : 1;
    }

    private List<Plan.Node> nodes(long footprint) {
        Set<String> ids = settings.names("machine.nodes");
        if (ids.isEmpty()) {
            long pages = settings.has("machine.memory")
                    ? settings.size("machine.memory").pages(footprint)
                    : 2 * footprint + SPARE_PAGES;
            return List.of(new Plan.Node(0, pages, List.of(), null));
        }
        if (settings.has("machine.memory")) {
            throw settings.failure("machine.memory", "machine.memory: give either it or machine.nodes");
        }
        List<Plan.Node> nodes = new ArrayList<>();
        for (String id : ids) {
            nodes.add(node(id, nodes.size(), footprint));
        }
        return nodes;
    }

    private Plan.Node node(String id, int expected, long footprint) {
        String at = "machine.nodes." + id;
        if (!id.equals(Integer.toString(expected))) {
            throw settings.failure(at, at + ": nodes are numbered from 0 on, in order; expected node " + expected);
        }
        List<Plan.Zone> zones = settings.names(at + ".zones").stream()
                .map(z -> zone(at + ".zones." + z, z))
                .toList();
        boolean sized = settings.has(at + ".memory");
        if (sized == !zones.isEmpty()) {
            throw settings.failure(at, at + ": expected either memory or zones");
        }
        long pages = sized
                ? settings.size(at + ".memory").pages(footprint)
                : zones.stream().mapToLong(Plan.Zone::managed).sum();
        if (pages < 1) {
            throw settings.failure(at + ".memory", at + ".memory: a node without memory");
        }
        Medium medium = new TierPlanner(settings).medium(at);
        if (medium != null && expected == 0) {
            throw settings.failure(at + ".medium", at + ".medium: the CPUs' own memory is dram");
        }
        return new Plan.Node(expected, pages, zones, medium);
    }

    private Plan.Zone zone(String at, String name) {
        if (!List.of("DMA", "DMA32", "Normal").contains(name)) {
            throw settings.failure(at, at + ": expected a zone DMA, DMA32 or Normal");
        }
        if (!settings.has(at + ".managed")) {
            throw settings.failure(at, at + ": managed is missing");
        }
        int given = 0;
        for (String mark : List.of(".min", ".low", ".high")) {
            given += settings.has(at + mark) ? 1 : 0;
        }
        if (given == 0) {
            return new Plan.Zone(name, settings.whole(at + ".managed"), -1, -1, -1);
        }
        if (given < 3) {
            throw settings.failure(at, at + ": expected all of min, low and high, or none");
        }
        long min = settings.whole(at + ".min");
        long low = settings.whole(at + ".low");
        long high = settings.whole(at + ".high");
        if (min > low || low > high) {
            throw settings.failure(at, at + ": expected min <= low <= high, not " + min + ", " + low + ", " + high);
        }
        return new Plan.Zone(name, settings.whole(at + ".managed"), min, low, high);
    }

    private Plan.Swap swap(long footprint) {
        String kind = settings.text("machine.swap.kind");
        long pages =
                kind.equals("none") ? 0 : settings.size("machine.swap.size").pages(footprint);
        return new Plan.Swap(
                kind, settings.text("machine.swap.algorithm"), pages, (int) settings.whole("machine.swap.priority"));
    }

    // ---- tasks

    private void planTasks() {
        for (String name : settings.names("tasks")) {
            tasks.add(task(name, "tasks." + name + "."));
        }
        if (tasks.isEmpty()) {
            throw settings.failure("tasks", "no tasks: expected tasks: with at least one recording or pattern");
        }
    }

    private Plan.Task task(String name, String at) {
        boolean guest = !settings.below(at + "guest").isEmpty();
        boolean replay = settings.has(at + "recording");
        if (guest && (replay || settings.has(at + "pattern"))) {
            throw settings.failure(
                    "tasks." + name, "tasks." + name + ": expected either a guest, a recording or a pattern");
        }
        if (!guest && replay == settings.has(at + "pattern")) {
            throw settings.failure("tasks." + name, "tasks." + name + ": expected either a recording or a pattern");
        }
        Plan.Work work = guest ? new GuestPlanner(settings, at).plan() : replay ? replay(at) : synthetic(at);
        long footprint = switch (work) {
            case Plan.Replay r -> recordedFootprint(r.recording(), at);
            case Plan.Synthetic s -> s.pattern().pages();
            case Plan.Guest g -> g.pages();
        };
        int cpu = settings.has(at + "cpu") ? (int) settings.whole(at + "cpu") : nextCpu % defaultCpus();
        nextCpu += cpusOf(work);
        return new Plan.Task(
                name, cgroupOf(at), cpu, settings.nanos(at + "start"), settings.whole(at + "repeat"), footprint, work);
    }

    private int defaultCpus() {
        return settings.has("machine.cpus") ? (int) settings.whole("machine.cpus") : Integer.MAX_VALUE;
    }

    private long recordedFootprint(Path recording, String at) {
        try {
            return recordedFootprint.applyAsLong(recording);
        } catch (Failure e) {
            throw e.under(settings.where(at + "recording"));
        }
    }

    private String cgroupOf(String at) {
        if (!settings.has(at + "memcg")) {
            return cgroups.size() == 1 ? cgroups.iterator().next() : "";
        }
        String name = settings.text(at + "memcg");
        if (name.equals("/") || cgroups.contains(name)) {
            return name.equals("/") ? "" : name;
        }
        throw settings.failure(
                at + "memcg", at + "memcg: no cgroup \"" + name + "\" under memcgs" + Hint.of(name, cgroups));
    }

    private Plan.Work replay(String at) {
        for (String key : PATTERN_KEYS) {
            if (settings.has(at + key)) {
                throw settings.failure(at + key, at + key + ": only for a pattern, not for a recording");
            }
        }
        return new Plan.Replay(Path.of(settings.text(at + "recording")), mappingAdvice(at));
    }

    private @Nullable MappingAdvice mappingAdvice(String at) {
        if (!settings.has(at + "madvise")) {
            return null;
        }
        try {
            return new MappingAdvice(settings.text(at + "madvise"), settings.text(at + "madvise_files"));
        } catch (IllegalArgumentException e) {
            throw settings.failure(at + "madvise_files", at + "madvise_files: " + e.getMessage());
        }
    }

    private Plan.Work synthetic(String at) {
        for (String needed : List.of("size", "touches")) {
            if (!settings.has(at + needed)) {
                throw settings.failure(at + "pattern", at + "pattern: " + needed + " is missing");
            }
        }
        if (!(settings.size(at + "size") instanceof Size.Bytes size)) {
            throw settings.failure(at + "size", at + "size: expected bytes such as 64m; it is the footprint itself");
        }
        double scale = settings.real("scale");
        long pages = Math.round(size.pages(0) * scale);
        try {
            Pattern pattern = new Pattern(
                    Pattern.Kind.named(settings.text(at + "pattern")).orElseThrow(),
                    pages,
                    Math.round(settings.whole(at + "touches") * scale),
                    settings.has(at + "seed") ? settings.whole(at + "seed") : settings.whole("seed"),
                    settings.real(at + "hot"),
                    settings.real(at + "hotprob"),
                    settings.real(at + "theta"),
                    settings.flag(at + "scatter"));
            return new Plan.Synthetic(
                    pattern,
                    filePages(at, pages),
                    Plan.Write.valueOf(settings.text(at + "write").toUpperCase(java.util.Locale.ROOT)),
                    settings.flag(at + "pretouch"),
                    settings.has(at + "madvise") ? settings.text(at + "madvise") : "none",
                    Math.round(settings.nanos(at + "think") / scale));
        } catch (IllegalArgumentException e) {
            throw settings.failure(at + "pattern", at + "pattern: " + e.getMessage());
        }
    }

    private long filePages(String at, long pages) {
        long file = settings.size(at + "file").pages(pages);
        if (file > pages) {
            throw settings.failure(at + "file", at + "file: larger than the region (size)");
        }
        return file;
    }
}
