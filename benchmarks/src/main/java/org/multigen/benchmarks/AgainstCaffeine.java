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
import org.multigen.base.KernelError;

/**
 * The whole machine with the multi-gen LRU against the Caffeine simulator's LRU, on a trace of disk blocks that both get from
 * memory: {@code AgainstCaffeine file|anon TRACE [PAGES,... [PAIRS]]}. Without sizes 1, 5, 10, 25 and 50 % of the blocks of the
 * trace.
 *
 * <p>Runs alternate in one JVM; time is CPU time of the whole process, so that garbage collection counts. The result is the median
 * of the pairs' ratios.
 */
final class AgainstCaffeine {
    private static final int PAIRS = 5;
    private static final int WARMUPS = 2;
    /** References of a measurement, at least: CPU time of a process comes in steps of 10 ms. */
    private static final int LEAST_REFERENCES = 4_000_000;

    private static final int[] PERCENT = {1, 5, 10, 25, 50};

    private final ArcTrace trace;
    private final Fed fed;
    private final int pairs;

    private AgainstCaffeine(ArcTrace trace, Fed fed, int pairs) {
        this.trace = trace;
        this.fed = fed;
        this.pairs = pairs;
    }

    public static void main(String[] args) throws IOException, KernelError {
        if (args.length < 2 || !(args[0].equals("file") || args[0].equals("anon"))) {
            System.err.println("usage: AgainstCaffeine file|anon TRACE.lis[.zst] [PAGES,... [PAIRS]]");
            System.exit(64);
        }
        Path file = Path.of(args[1]);
        ArcTrace trace = ArcTrace.read(file);
        int[] sizes = args.length > 2
                ? Arrays.stream(args[2].split(",")).mapToInt(Integer::parseInt).toArray()
                : Arrays.stream(PERCENT)
                        .map(p -> (int) ((long) trace.unique() * p / 100))
                        .toArray();
        int pairs = args.length > 3 ? Integer.parseInt(args[3]) : PAIRS;
        Fed fed = args[0].equals("file") ? new FedAsReads(trace) : new FedAsTouches(trace);
        System.out.printf(
                "%s: %,d references to %,d blocks; %s%n",
                file.getFileName(), trace.blocks().length, trace.unique(), fed.meaning());
        for (int pages : sizes) {
            new AgainstCaffeine(trace, fed, pairs).compare(pages, System.out);
        }
    }

    /** What one run took and missed. */
    record Run(double seconds, long misses) {}

    /** A way to give the trace to a machine. */
    interface Fed {
        String meaning();

        Run run(int pages) throws KernelError;
    }

    private void compare(int pages, PrintStream out) throws KernelError {
        int n = trace.blocks().length;
        int repeats = Math.max(1, LEAST_REFERENCES / n);
        double[] ratios = new double[pairs];
        double[] ours = new double[pairs];
        double[] theirs = new double[pairs];
        Run lru = new Run(0, 0);
        Run machine = lru;
        for (int i = -WARMUPS; i < pairs; i++) {
            double lruSeconds = 0;
            double machineSeconds = 0;
            for (int k = 0; k < repeats; k++) {
                lru = caffeine(pages);
                machine = fed.run(pages);
                lruSeconds += lru.seconds;
                machineSeconds += machine.seconds;
            }
            if (i >= 0) {
                theirs[i] = (double) n * repeats / lruSeconds;
                ours[i] = (double) n * repeats / machineSeconds;
                ratios[i] = lruSeconds / machineSeconds;
            }
        }
        out.printf(
                "%,9d pages: LRU %6.2f M/s, machine %6.2f M/s, ratio %.2f (%.2f to %.2f), miss ratio %.4f and %.4f%n",
                pages,
                median(theirs) / 1e6,
                median(ours) / 1e6,
                median(ratios),
                ratios[0],
                ratios[pairs - 1],
                (double) lru.misses / n,
                (double) machine.misses / n);
    }

    /** Sorts as well. */
    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    /** CPU time of the process so far. */
    static double cpuSeconds() {
        com.sun.management.OperatingSystemMXBean os =
                ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
        return os.getProcessCpuTime() / 1e9;
    }

    private Run caffeine(int pages) {
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
        return new Run(seconds, lru.stats().missCount());
    }
}
