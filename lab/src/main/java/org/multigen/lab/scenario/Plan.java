package org.multigen.lab.scenario;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.workload.Pattern;
import org.multigen.memory.Medium;
import org.multigen.tier.TierSettings;
import org.multigen.walk.WalkSettings;

/**
 * What a trial carries out: the settings with every size in pages, every default filled in and every name resolved.
 *
 * @param kernel whose rules hold, and its knobs
 * @param machine the hardware
 * @param cgroups parents before children; the root is not among them
 * @param tasks in the order of the scenario
 * @param events in the order of the scenario
 * @param warmup what is reported apart
 * @param seed of the machine
 * @param aging of guests, and from user space
 * @param costs ns per event where they differ from the model's
 * @param tiers how pages move between fast and slow memory
 * @param scale size of the experiment against what it stands for, at most 1
 */
public record Plan(
        Kernel kernel,
        Machine machine,
        List<Cgroup> cgroups,
        List<Task> tasks,
        List<Event> events,
        Warmup warmup,
        long seed,
        Aging aging,
        Map<String, Long> costs,
        Tiers tiers,
        double scale) {

    /** The kernel and its settings, named as its own. {@code minFreeKbytes} is -1 for the computed value. */
    public record Kernel(
            String rules,
            int lruGenEnabled,
            long minTtlMs,
            int swappiness,
            int pageCluster,
            long minFreeKbytes,
            int watermarkScaleFactor,
            int watermarkBoostFactor,
            boolean memcg,
            boolean lruGenStats,
            String hugePages,
            WalkSettings walks) {}

    /** The hardware. {@code readAheadPages} is what the disk of files reads around a miss at most. */
    public record Machine(int cpus, List<Node> nodes, Swap swap, Cpu cpu, int readAheadPages) {}

    /** A node: its pages, or its zones where the scenario gives them; {@code medium} is null for DRAM with CPUs. */
    public record Node(
            int id, long pages, List<Zone> zones, @Nullable Medium medium) {}

    /**
     * Demotion, the mode of NUMA balancing, promotion, the scan intervals of cgroups that have their own, and whether the best that
     * promotion could do is to be found.
     */
    public record Tiers(
            boolean demotion, int balancing, TierSettings settings, Map<String, Long> scanIntervals, boolean optimum) {}

    /** A zone in pages; the watermarks are -1 when computed. */
    public record Zone(String name, long managed, long min, long low, long high) {}

    /** Swap; without pages there is none. */
    public record Swap(String kind, String algorithm, long pages, int priority) {}

    /** What every CPU can do; without entries it caches no translations. */
    public record Cpu(
            boolean hwAccessed,
            boolean hwNonleafAccessed,
            int tlbEntries,
            boolean tlbTagged,
            int pageTableLevels,
            double contextSwitchesPerSecond,
            double instructionsPerSecond) {}

    /** A cgroup and what is written into its files at the start. */
    public record Cgroup(String path, Map<String, String> files) {}

    /**
     * A process.
     *
     * @param cgroup path of its cgroup, empty for the root
     * @param footprint the most pages that it has in use at one time
     */
    public record Task(String name, String cgroup, int cpu, long startNs, long repeat, long footprint, Work work) {}

    /** What a process does. */
    public sealed interface Work {}

    /**
     * It replays a recording.
     *
     * @param advice for mappings of files in place of the recorded one, or null
     */
    public record Replay(Path recording, @Nullable MappingAdvice advice) implements Work {}

    /**
     * It touches a region as a pattern says.
     *
     * @param filePages the last so many pages map a file
     * @param thinkNs computing before each touch
     */
    public record Synthetic(
            Pattern pattern, long filePages, Write write, boolean pretouch, String madvise, long thinkNs)
            implements Work {}

    /**
     * It is a virtual machine whose vCPUs touch its memory as a pattern says.
     *
     * @param pattern of each vCPU, with its part of the touches
     * @param pages of its memory
     * @param partition each vCPU touches a part of its own
     * @param thinkNs computing before each touch
     * @param scatter how far guest-physical order departs from guest-virtual order, 0..1
     * @param dirtyLogNs interval at which the log of stores is taken, 0 for none
     * @param slots where guest pages lie, none for one slot
     */
    public record Guest(
            Pattern pattern,
            long pages,
            int vcpus,
            boolean partition,
            Write write,
            boolean pretouch,
            long thinkNs,
            double scatter,
            GuestHardware hardware,
            long dirtyLogNs,
            List<GuestSlot> slots)
            implements Work {}

    /** How its MMU works: {@code lock} is a discipline's name, or {@code kernel}. */
    public record GuestHardware(
            String arch, String lock, boolean hwAccessed, long nestedPages, boolean ageShadow, int tlb) {}

    /** Guest pages from {@code gpn} on, at an offset in the guest's memory on the host. */
    public record GuestSlot(long gpn, long pages, long offset) {}

    /** How ageing is driven and consults guests: {@code everyNs} 0 means by reclaim alone. */
    public record Aging(String secondaryMmuPolicy, int window, long everyNs) {}

    /** Which touches are stores. */
    public enum Write {
        ALL,
        NONE,
        /** Stores to anonymous pages, loads from file pages. */
        ANON,
        /** Every other touch. */
        HALF
    }

    /**
     * Something done from outside at a moment.
     *
     * @param atNs virtual time, or -1
     * @param touch number of the touch before which it happens, from 1 on, or -1
     * @param line the event as the scenario has it, for results
     */
    public record Event(long atNs, long touch, Action action, String line) {}

    /** What an event does. */
    public sealed interface Action {}

    /** Writes a file; {@code cgroup} is empty for those of the whole kernel. */
    public record WriteFile(String cgroup, String file, String value) implements Action {}

    /** Reads a file into the result. */
    public record DumpFile(String cgroup, String file) implements Action {}

    /** Distinct pages of all tasks together. */
    public long footprint() {
        return tasks.stream().mapToLong(Task::footprint).sum();
    }
}
