package org.multigen.lru.twolist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.addrspace.Prot;
import org.multigen.base.KernelError;
import org.multigen.base.Rng;
import org.multigen.fault.Touch;
import org.multigen.lru.Lruvec;
import org.multigen.machine.Machine;
import org.multigen.machine.MachineBuilder;
import org.multigen.machine.SwapConfig;
import org.multigen.machine.Task;
import org.multigen.memcg.Memcg;
import org.multigen.memory.NodeConfig;
import org.multigen.storage.BackingFile;
import org.multigen.storage.BlockDevice;
import org.multigen.storage.OpenFile;

/** The classic LRU in a whole machine. */
class ClassicMachineTest {
    private static final long PAGES = 8192;

    private static MachineBuilder classic(String kernel) {
        return Machine.builder().kernel(kernel).lruGenEnabled(0).pageCluster(0).node(NodeConfig.ofPages(0, PAGES));
    }

    private static SwapConfig zram() {
        return new SwapConfig(SwapConfig.Kind.ZRAM, "lzo-rle", 1 << 16, 0);
    }

    private static long map(Task t, long pages) {
        return t.mmapAnon(-1, pages, Prot.READ_WRITE);
    }

    private static long[] sizes(Machine m) {
        return IntStream.range(0, Lruvec.LISTS)
                .mapToLong(list -> m.lruvecs().onNode(0).stream()
                        .mapToLong(l -> l.size(list))
                        .sum())
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "6.18", "7.2"})
    void underGlobalPressureAHotSetStays(String kernel) {
        try (Machine m = classic(kernel).swap(zram()).build()) {
            Task t = m.spawn("x", m.root());
            long pages = 2 * PAGES;
            long hot = PAGES / 4;
            long base = map(t, pages);
            Rng rng = new Rng(1);
            long scan = 0;
            long[] faults = new long[2];
            long[] touches = new long[2];
            for (int i = 0; i < 200_000; i++) {
                boolean toHot = rng.below(100) < 80;
                long page = toHot ? rng.below(hot) : hot + scan++ % (pages - hot);
                int outcome = t.touch(base + page, true);
                assertThat(outcome).isLessThan(Touch.KILLED);
                if (i > 100_000) {
                    touches[toHot ? 0 : 1]++;
                    faults[toHot ? 0 : 1] += outcome == Touch.MAJOR ? 1 : 0;
                }
            }
            assertThat(faults[1]).as("the scan never hits").isEqualTo(touches[1]);
            assertThat((double) faults[0] / touches[0]).as("hot").isLessThan(0.02);
            assertThat(m.vmstat().get("pgscan_anon")).isPositive();
            assertThat(LongStream.of(sizes(m)).sum()).isLessThan(PAGES);
            assertThat(m.warnings().all()).isEmpty();
        }
    }

    @Test
    void aScanOfAFileDoesNotPushOutPagesThatWereReadTwice() {
        try (Machine m = classic("6.12").build()) {
            Memcg a = m.createMemcg("A");
            a.setMax(2000);
            BackingFile file = m.createFile("/f", 20_000, BackingFile.Kind.EXT4, BlockDevice.RAM, 0);
            Task t = m.spawn("x", a);
            OpenFile f = t.open(file);
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 500; i++) {
                    t.read(f, i, 1);
                }
            }
            for (int i = 500; i < 20_000; i++) {
                t.read(f, i, 1);
            }
            for (int i = 0; i < 500; i++) {
                assertThat(file.cache().page(i)).as("page %d", i).isNotNegative();
            }
            assertThat(m.lruvecs().of(a, 0).size(Lruvec.ACTIVE_FILE)).isEqualTo(500);
        }
    }

    @Test
    void withoutSwapAGroupThatIsTooSmallLosesItsProcess() {
        try (Machine m = classic("6.12").build()) {
            Memcg a = m.createMemcg("A");
            a.setMax(1000);
            Task t = m.spawn("x", a);
            long base = map(t, 2000);
            int outcome = 0;
            for (int i = 0; i < 2000 && outcome != Touch.KILLED; i++) {
                outcome = t.touch(base + i, true);
            }
            assertThat(outcome).isEqualTo(Touch.KILLED);
            assertThat(sizes(m)).containsOnly(0);
        }
    }

    @Test
    void switchingMovesEveryPageAndBack() throws KernelError {
        try (Machine m = classic("6.12").swap(zram()).build()) {
            Task t = m.spawn("x", m.createMemcg("A"));
            BackingFile file = m.createFile("/f", 1000, BackingFile.Kind.EXT4, BlockDevice.RAM, 0);
            OpenFile f = t.open(file);
            for (int i = 0; i < 2000; i++) {
                t.read(f, i % 1000, 1);
            }
            long base = map(t, 3000);
            for (int i = 0; i < 3000; i++) {
                t.touch(base + i, true);
            }
            t.drainBatches();
            long[] before = sizes(m);
            assertThat(before[Lruvec.INACTIVE_ANON]).isEqualTo(3000);
            assertThat(before[Lruvec.ACTIVE_FILE]).isGreaterThanOrEqualTo(1000);
            m.lruGen().setEnabled("7");
            assertThat(LongStream.of(sizes(m)).sum())
                    .isEqualTo(LongStream.of(before).sum());
            m.lruGen().setEnabled("0");
            long[] after = sizes(m);
            assertThat(after[Lruvec.INACTIVE_ANON] + after[Lruvec.ACTIVE_ANON]).isEqualTo(3000);
            assertThat(LongStream.of(after).sum())
                    .isEqualTo(LongStream.of(before).sum());
            m.createMemcg("B");
            t.memcg().setMax(2000);
            for (int i = 0; i < 3000; i++) {
                assertThat(t.touch(base + i, true)).isLessThan(Touch.KILLED);
            }
            assertThat(m.warnings().all()).isEmpty();
        }
    }

    @Test
    void withoutControlGroupsTheWholeMachineIsOneGroup() {
        try (Machine m = classic("6.12").memcg(false).swap(zram()).build()) {
            Task t = m.spawn("x", m.root());
            long base = map(t, 2 * PAGES);
            for (int round = 0; round < 3; round++) {
                for (long i = 0; i < 2 * PAGES; i++) {
                    assertThat(t.touch(base + i, true)).isLessThan(Touch.KILLED);
                }
            }
            assertThat(t.majorFaults()).isEqualTo(4 * PAGES);
        }
    }
}
