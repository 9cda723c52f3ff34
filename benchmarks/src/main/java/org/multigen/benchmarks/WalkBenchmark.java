package org.multigen.benchmarks;

import java.util.concurrent.TimeUnit;
import org.multigen.addrspace.AddressSpace;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Words;
import org.multigen.guest.AgingPolicy;
import org.multigen.guest.SecondaryAging;
import org.multigen.lab.bench.BareSpace;
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
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One walk over a gibibyte of mapped pages. {@code -prof gc} shows what a walk allocates: nothing. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class WalkBenchmark {
    private static final int PAGES = 1 << 18;

    /** Of so many entries one is young; 0: none. */
    @Param({"0", "2"})
    public int youngOf;

    private final Actor actor = new Actor("walk", 0, 0, new long[Cost.values().length]);
    private final MmWalk walk = new MmWalk(1);
    private final BloomFilter filter = new BloomFilter(FilterSettings.KERNEL);
    private final TablePool pool = new TablePool(PAGES / PageTable.ENTRIES + 64);
    private final AddressSpace mm = BareSpace.mapped(pool, actor, PAGES);
    private final PageTableWalker walker = walker();

    private static PageTableWalker walker() {
        KernelRules rules = Kernels.find("6.12");
        if (rules == null) {
            throw new IllegalStateException("no rules for 6.12");
        }
        SecondaryAging guests = new SecondaryAging(AgingPolicy.LANDED, rules.walkAsksSecondaryMmu());
        return new PageTableWalker(rules, WalkSettings.KERNEL, new BareSpace.TakesAll(), guests);
    }

    /** Sets accessed bits. */
    @Setup(Level.Invocation)
    public void touch() {
        for (int vpn = 0; youngOf > 0 && vpn < PAGES; vpn += youngOf) {
            Words.orLong(mm.pageTable.leafAt(vpn), Pte.ACCESSED);
        }
    }

    @TearDown
    public void free() {
        pool.close();
    }

    /** The walk; returns young entries found. */
    @Benchmark
    public int walk() {
        walk.reset();
        walk.seq = 3;
        walk.swappiness = 60;
        walk.forceScan = true;
        walker.walk(actor, mm, walk, filter, false);
        return walk.batched;
    }
}
