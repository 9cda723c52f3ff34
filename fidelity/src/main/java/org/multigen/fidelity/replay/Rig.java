package org.multigen.fidelity.replay;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.multigen.base.VmEvent;
import org.multigen.fidelity.transcript.Header;
import org.multigen.fidelity.transcript.LruGenDump;
import org.multigen.fidelity.transcript.Statement;
import org.multigen.fidelity.transcript.Transcript;
import org.multigen.machine.CostModel;
import org.multigen.machine.Machine;
import org.multigen.machine.MachineBuilder;
import org.multigen.machine.SwapConfig;
import org.multigen.memcg.Memcg;
import org.multigen.memory.Medium;
import org.multigen.memory.NodeConfig;
import org.multigen.memory.ZoneConfig;
import org.multigen.storage.BackingFile;
import org.multigen.storage.BlockDevice;

/** The machine of a transcript, with its control groups and files by the names of the transcript. */
final class Rig implements AutoCloseable {
    private static final int KIB_PER_PAGE = 4;

    private final String kernel;
    private final Machine machine;
    private final Map<String, Memcg> groups = new LinkedHashMap<>();
    private final Map<String, BackingFile> files = new HashMap<>();
    /** Numbers that the kernel gave the groups; a group may be written to before its own line. */
    private final Map<String, Integer> ids = new HashMap<>();

    Rig(Transcript transcript, String kernel) {
        this.kernel = kernel;
        Header header = transcript.header();
        MachineBuilder builder = Machine.builder()
                .kernel(kernel)
                .cpus(header.cpus())
                .swappiness((int) header.setting("swappiness", 60))
                .pageCluster((int) header.setting("page-cluster", 0))
                .watermarkScaleFactor((int) header.setting("watermark_scale_factor", 10))
                .lruGenEnabled(header.lruGenEnabled())
                .minTtlMs(header.minTtlMs())
                .kernelPages(GuestMemory.bootPages(kernel))
                .contextSwitchesPerSecond(0)
                .costs(header.lruGenEnabled() == 0 ? CostModel.defaults() : GuestTime.costs())
                .memcg(true);
        for (NodeConfig node : nodes(transcript)) {
            builder.node(node);
        }
        for (Statement s : transcript.statements()) {
            if (s instanceof Statement.Swap swap && swap.sizeKb() > 0) {
                builder.swap(swap(swap));
            }
            if (s instanceof Statement.CreateGroup g) {
                ids.put(g.name(), (int) g.id());
            }
        }
        this.machine = builder.build();
    }

    /** The nodes of the header, and those that came online before anything else was done. */
    private static List<NodeConfig> nodes(Transcript transcript) {
        Map<Integer, List<ZoneConfig>> zones = new LinkedHashMap<>();
        for (Header.Zone z : transcript.header().zones()) {
            zones.computeIfAbsent(z.node(), n -> new ArrayList<>())
                    .add(new ZoneConfig(z.name(), z.managed(), z.min(), z.low(), z.high()));
        }
        List<NodeConfig> nodes = new ArrayList<>();
        zones.forEach((id, list) -> nodes.add(new NodeConfig(id, list)));
        for (Statement s : transcript.statements()) {
            if (s instanceof Statement.NodeOnline n && !zones.containsKey(n.id())) {
                ZoneConfig movable = new ZoneConfig("Movable", n.totalKb() / KIB_PER_PAGE, -1, -1, -1);
                nodes.add(new NodeConfig(n.id(), List.of(movable), false, Medium.CXL));
            }
        }
        return nodes;
    }

    private static SwapConfig swap(Statement.Swap swap) {
        SwapConfig.Kind kind = switch (swap.kind()) {
            case "zram" -> SwapConfig.Kind.ZRAM;
            case "brd" -> SwapConfig.Kind.BRD;
            default -> SwapConfig.Kind.DISK;
        };
        String algorithm = swap.algorithm() == null ? "lz4" : swap.algorithm();
        return new SwapConfig(kind, algorithm, swap.sizeKb() / KIB_PER_PAGE, swap.priority());
    }

    /** Whether anything but the workload runs in the guest: on 6.1 not before memory is short. */
    boolean busy() {
        return !kernel.equals("6.1")
                || machine.vmstat().get(VmEvent.PGSTEAL_ANON) + machine.vmstat().get(VmEvent.PGSTEAL_FILE) > 0;
    }

    Machine machine() {
        return machine;
    }

    /** The group of that name, created if the transcript has not named it before. */
    Memcg group(String name) {
        return groups.computeIfAbsent(name, n -> machine.createMemcg(n, ids.getOrDefault(n, -1)));
    }

    void addFile(Statement.FileSystem f) {
        int readahead = f.readaheadKb() / KIB_PER_PAGE;
        BackingFile file = f.tmpfs()
                ? machine.createFile(f.path(), f.pages(), BackingFile.Kind.TMPFS, BlockDevice.RAM, readahead)
                : machine.createBlockMappedFile(f.path(), f.pages(), BlockDevice.RAM, readahead);
        files.put(f.path(), file);
    }

    /** Shared memory without a name. */
    BackingFile sharedMemory(long pages) {
        return machine.createFile("/dev/zero", pages, BackingFile.Kind.TMPFS, BlockDevice.RAM, 0);
    }

    /** @throws IllegalArgumentException if the transcript made no such file */
    BackingFile file(String path) {
        BackingFile file = files.get(path);
        if (file == null) {
            throw new IllegalArgumentException("no file " + path);
        }
        return file;
    }

    /** The text of a group, and the same parsed. */
    String lruGen(String group, boolean full) {
        return full ? machine.lruGen().readFull(group(group)) : machine.lruGen().read(group(group));
    }

    LruGenDump dump(String text, boolean full) {
        return LruGenDump.parse(text.lines().map(String::stripTrailing).toList(), full);
    }

    /** A command for lru_gen with the number that the group has here. */
    String renumbered(String group, String command) {
        String[] words = command.split(" +");
        words[1] = Long.toString(dump(lruGen(group, false), false).id());
        return String.join(" ", words);
    }

    @Override
    public void close() {
        machine.close();
    }
}
