package org.multigen.benchmarks;

import java.util.concurrent.TimeUnit;
import org.multigen.addrspace.Prot;
import org.multigen.base.KernelError;
import org.multigen.base.Rng;
import org.multigen.machine.Machine;
import org.multigen.machine.SwapConfig;
import org.multigen.machine.Task;
import org.multigen.memory.NodeConfig;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Touches in random order: all resident, or each a swap-in with an eviction. {@code -prof gc} shows what a touch allocates. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class FaultBenchmark {
    /** Pages that the control group may hold. */
    @Param({"32768"})
    public int limit;

    /** Pages touched, in units of the limit: below 1 all stay resident. */
    @Param({"0.9", "3"})
    public double footprint;

    @Param({"6.1", "6.12"})
    public String kernel = "6.12";

    @SuppressWarnings("NullAway.Init") // build sets it
    private Machine machine;

    @SuppressWarnings("NullAway.Init") // build sets it
    private Task task;

    @SuppressWarnings("NullAway.Init") // build sets it
    private int[] order;

    private long first;
    private int next;

    /** Builds the machine and touches everything once. */
    @Setup
    public void build() throws KernelError {
        int pages = (int) (limit * footprint);
        machine = Machine.builder()
                .kernel(kernel)
                .node(NodeConfig.ofPages(0, 4L * limit))
                .swap(new SwapConfig(SwapConfig.Kind.ZRAM, "lzo-rle", 2L * pages, 0))
                .cpus(1)
                .build();
        machine.createMemcg("A");
        machine.writeCgroupFile("A", "memory.max", Long.toString(4096L * limit));
        task = machine.spawn("jmh", machine.memcg("A"));
        first = task.mmapAnon(-1, pages, Prot.READ_WRITE);
        order = new int[pages];
        Rng rng = new Rng(1);
        for (int i = 0; i < pages; i++) {
            int j = (int) rng.below(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        for (int page : order) {
            task.touch(first + page, true);
        }
    }

    /** Gives the memory back. */
    @TearDown
    public void close() {
        machine.close();
    }

    /** One touch. */
    @Benchmark
    public int touch() {
        int i = next;
        next = i + 1 == order.length ? 0 : i + 1;
        return task.touch(first + order[i], true);
    }
}
