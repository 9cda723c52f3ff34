package org.multigen.benchmarks;

import com.github.benmanes.caffeine.cache.simulator.admission.Admission;
import com.github.benmanes.caffeine.cache.simulator.policy.AccessEvent;
import com.github.benmanes.caffeine.cache.simulator.policy.linked.LinkedPolicy;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.multigen.addrspace.Prot;
import org.multigen.base.KernelError;
import org.multigen.fault.Touch;
import org.multigen.machine.Machine;
import org.multigen.machine.SwapConfig;
import org.multigen.machine.Task;
import org.multigen.memory.NodeConfig;

/**
 * The whole machine with the multi-gen LRU against the Caffeine simulator's LRU, on a trace of disk blocks that both get from
 * memory: {@code AgainstCaffeine TRACE PAGES [PAIRS]}.
 *
 * <p>A block is a page of anonymous memory that is stored to; the control group may hold as many of them as the LRU, beside its
 * page tables. Runs alternate in one JVM; time is CPU time of the whole process, so that garbage collection counts. The result
 * is the median of the pairs' ratios.
 */
final class AgainstCaffeine {
    private static final int PAIRS = 7;
    private static final int WARMUPS = 2;
    private static final int ENTRIES = 512;
    /** Upper tables, and what waits in batches. */
    private static final int SLACK = 64;

    private final ArcTrace trace;
    private final int pages;
    private long misses;

    private AgainstCaffeine(ArcTrace trace, int pages) {
        this.trace = trace;
        this.pages = pages;
    }

    public static void main(String[] args) throws IOException, KernelError {
        if (args.length < 2) {
            System.err.println("usage: AgainstCaffeine TRACE.lis[.zst] PAGES [PAIRS]");
            System.exit(64);
        }
        ArcTrace trace = ArcTrace.read(Path.of(args[0]));
        int pairs = args.length > 2 ? Integer.parseInt(args[2]) : PAIRS;
        new AgainstCaffeine(trace, Integer.parseInt(args[1])).compare(Path.of(args[0]), pairs, System.out);
    }

    private void compare(Path file, int pairs, PrintStream out) throws KernelError {
        int n = trace.blocks().length;
        out.printf("%s: %,d references to %,d blocks, %,d pages%n", file.getFileName(), n, trace.unique(), pages);
        double[] ratios = new double[pairs];
        double[] ours = new double[pairs];
        double[] theirs = new double[pairs];
        for (int i = -WARMUPS; i < pairs; i++) {
            double caffeine = caffeine();
            long lruMisses = misses;
            double machine = machine();
            if (i >= 0) {
                theirs[i] = n / caffeine;
                ours[i] = n / machine;
                ratios[i] = caffeine / machine;
                out.printf(
                        "pair %d: LRU %.2f M/s (miss ratio %.4f), machine %.2f M/s (%.4f), ratio %.2f%n",
                        i, theirs[i] / 1e6, (double) lruMisses / n, ours[i] / 1e6, (double) misses / n, ratios[i]);
            }
        }
        out.printf(
                "median: LRU %.2f M/s, machine %.2f M/s, ratio %.2f (lowest %.2f, highest %.2f)%n",
                median(theirs) / 1e6, median(ours) / 1e6, median(ratios), ratios[0], ratios[pairs - 1]);
    }

    /** Sorts as well. */
    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static double cpuSeconds() {
        com.sun.management.OperatingSystemMXBean os =
                ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
        return os.getProcessCpuTime() / 1e9;
    }

    // ---- the peers

    private double caffeine() {
        Config config = ConfigFactory.load()
                .getConfig("caffeine.simulator")
                .withValue("maximum-size", ConfigValueFactory.fromAnyRef(pages));
        LinkedPolicy lru = new LinkedPolicy(config, Set.of(), Admission.ALWAYS, LinkedPolicy.EvictionPolicy.LRU);
        double begin = cpuSeconds();
        for (long block : trace.blocks()) {
            lru.record(AccessEvent.forKey(block));
        }
        lru.finished();
        double seconds = cpuSeconds() - begin;
        misses = lru.stats().missCount();
        return seconds;
    }

    private double machine() throws KernelError {
        long tables = trace.unique() / ENTRIES + SLACK;
        try (Machine machine = Machine.builder()
                .kernel("6.12")
                .node(NodeConfig.ofPages(0, 2L * pages + 2 * tables + 65_536))
                .swap(new SwapConfig(SwapConfig.Kind.ZRAM, "lzo-rle", trace.unique() + 1024L, 0))
                .cpus(1)
                .build()) {
            machine.createMemcg("A");
            machine.writeCgroupFile("A", "memory.max", Long.toString(4096 * (pages + tables)));
            Task task = machine.spawn("trace", machine.memcg("A"));
            long first = task.mmapAnon(-1, trace.unique(), Prot.READ_WRITE);
            long faults = 0;
            double begin = cpuSeconds();
            for (int rank : trace.ranks()) {
                faults += task.touch(first + rank, true) == Touch.RESIDENT ? 0 : 1;
            }
            double seconds = cpuSeconds() - begin;
            misses = faults;
            return seconds;
        }
    }
}
