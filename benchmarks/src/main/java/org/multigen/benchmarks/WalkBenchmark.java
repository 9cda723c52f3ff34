package org.multigen.benchmarks;

import java.util.concurrent.TimeUnit;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.MappableTable;
import org.multigen.addrspace.Prot;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Lock;
import org.multigen.base.Words;
import org.multigen.guest.AgingPolicy;
import org.multigen.guest.SecondaryAging;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;
import org.multigen.pagetable.TableAccounting;
import org.multigen.pagetable.TablePool;
import org.multigen.rules.KernelRules;
import org.multigen.rules.Kernels;
import org.multigen.walk.BloomFilter;
import org.multigen.walk.FilterSettings;
import org.multigen.walk.MmWalk;
import org.multigen.walk.PageTableWalker;
import org.multigen.walk.WalkSettings;
import org.multigen.walk.YoungFrames;
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
    private final AddressSpace mm = new AddressSpace(
            1, "walk", new PageTable(pool, new Free(), 4), new MappableTable(), Lock.virtual("mmap"), 0);
    private final PageTableWalker walker = walker();

    private static PageTableWalker walker() {
        KernelRules rules = Kernels.find("6.12");
        if (rules == null) {
            throw new IllegalStateException("no rules for 6.12");
        }
        SecondaryAging guests = new SecondaryAging(AgingPolicy.LANDED, rules.walkAsksSecondaryMmu());
        return new PageTableWalker(rules, WalkSettings.KERNEL, new Count(), guests);
    }

    /** Maps the pages. */
    @Setup
    public void map() {
        mm.map(0, PAGES, Prot.READ_WRITE, 0, null, 0);
        for (int vpn = 0; vpn < PAGES; vpn++) {
            long at = mm.pageTable.ensureEntry(actor, vpn, 0);
            mm.pageTable.install(at, Pte.of(vpn, Pte.PRESENT | Pte.WRITABLE | Pte.DIRTY));
        }
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

    /** Takes every page and only counts. */
    private static final class Count implements YoungFrames {
        @Override
        public int candidate(MmWalk walk, int frame, Vma vma) {
            return frame;
        }

        @Override
        public int pages(int folio) {
            return 1;
        }

        @Override
        public void young(MmWalk walk, int folio, boolean dirty) {
            walk.batched++;
        }

        @Override
        public void flush(Actor actor, MmWalk walk) {}

        @Override
        public boolean current(MmWalk walk) {
            return true;
        }
    }

    /** Page tables that cost no frames. */
    private static final class Free implements TableAccounting {
        @Override
        public int tableNeeded(Actor actor) {
            return 0;
        }

        @Override
        public void tableFreed(Actor actor, int frame) {}
    }
}
