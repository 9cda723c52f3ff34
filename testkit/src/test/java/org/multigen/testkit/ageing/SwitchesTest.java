package org.multigen.testkit.ageing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.base.Cost;
import org.multigen.base.KernelError;
import org.multigen.lru.Lruvec;
import org.multigen.lru.ReclaimTrace;
import org.multigen.machine.MachineBuilder;
import org.multigen.memory.Mobility;
import org.multigen.memory.Zone;
import org.multigen.walk.FilterSettings;
import org.multigen.walk.FilterSettings.Hash;
import org.multigen.walk.WalkSettings;

/** Each switch of ageing changes what it is for. */
class SwitchesTest {
    private static final FilterSettings NO_FILTER = new FilterSettings(false, 15, true, false, Hash.GOLDEN_RATIO);

    /** What three unforced ageings between pieces of work cost and found. */
    private record Aged(
            long tables, long entries, long young, String lruGen, SortedMap<String, Long> outcome, long filterBytes) {}

    private static WalkSettings walks(FilterSettings filter) {
        return new WalkSettings(filter, true, true, true, 4096, 64, 8);
    }

    private static Aged aged(MachineBuilder builder) {
        try (Bench b = new Bench(builder)) {
            long tables = b.tables();
            long old = b.events(Cost.WALK_PTE_OLD);
            long young = b.events(Cost.WALK_PTE_YOUNG);
            for (int i = 0; i < 3; i++) {
                b.work(4000);
                b.age(0);
            }
            b.sound();
            young = b.events(Cost.WALK_PTE_YOUNG) - young;
            return new Aged(
                    b.tables() - tables,
                    b.events(Cost.WALK_PTE_OLD) - old + young,
                    young,
                    b.lruGen(),
                    b.outcome(),
                    b.machine.rooms().multigen().filterBytes());
        }
    }

    private static Aged aged(WalkSettings settings) {
        return aged(Bench.builder("6.18").walks(settings));
    }

    private final Aged normal = aged(WalkSettings.KERNEL);

    @Test
    void theFilterSavesTables() {
        Aged off = aged(walks(NO_FILTER));
        assertThat(off.tables).isGreaterThan(2 * normal.tables);
        assertThat(off.young).as("and misses the young pages of sparse tables").isGreaterThan(normal.young);
        assertThat(off.filterBytes).isZero();
        assertThat(normal.filterBytes).isPositive();
        assertThat(off.outcome).isEqualTo(normal.outcome);
    }

    @Test
    void theUsageHintSavesIdleProcesses() {
        Aged bare = aged(Bench.builder("6.18").lruGenEnabled(3).walks(walks(NO_FILTER)));
        WalkSettings noHint = new WalkSettings(NO_FILTER, false, true, true, 4096, 64, 8);
        Aged bareOff = aged(Bench.builder("6.18").lruGenEnabled(3).walks(noHint));
        assertThat(bareOff.tables - bare.tables)
                .as("four tables of the idle process, each time")
                .isPositive();
        assertThat(bareOff.young).isEqualTo(bare.young);
        assertThat(bareOff.lruGen).isEqualTo(bare.lruGen);
        assertThat(bareOff.outcome).isEqualTo(bare.outcome);
    }

    @Test
    void nonLeafBitsSaveTablesThatNobodyUsed() {
        long[] tables = new long[2];
        String[] text = new String[2];
        for (int i = 0; i < 2; i++) {
            try (Bench b =
                    new Bench(Bench.builder("6.18").walks(walks(NO_FILTER)).lruGenEnabled(i == 0 ? 3 : 7))) {
                b.work(8000);
                b.age(0);
                b.hotWork(2000);
                long before = b.tables();
                b.age(0);
                tables[i] = b.tables() - before;
                text[i] = b.lruGen();
            }
        }
        assertThat(tables).as("all, and those of the hot pages").containsExactly(16, 2);
        assertThat(text[1]).isEqualTo(text[0]);
    }

    @Test
    void walksAreWhatLooksAtTables() {
        Aged without = aged(Bench.builder("6.18").lruGenEnabled(5));
        assertThat(without.tables).isZero();
        assertThat(without.young).isZero();
        assertThat(without.outcome).isEqualTo(normal.outcome);
    }

    @Test
    void aSmallFilterSaysYesTooOften() {
        FilterSettings tiny = new FilterSettings(true, 3, true, false, Hash.GOLDEN_RATIO);
        assertThat(aged(walks(tiny)).tables).isGreaterThan(normal.tables);
        FilterSettings growing = new FilterSettings(true, 3, true, true, Hash.GOLDEN_RATIO);
        assertThat(aged(walks(growing)).tables).as("unless it may grow").isLessThan(aged(walks(tiny)).tables);
    }

    @Test
    void anotherHashOrNoSpareChangeNoDecision() {
        Aged murmur = aged(walks(new FilterSettings(true, 15, true, false, Hash.MURMUR)));
        assertThat(murmur).isEqualTo(normal);
        Aged noSpare = aged(walks(new FilterSettings(true, 15, false, false, Hash.GOLDEN_RATIO)));
        assertThat(noSpare.filterBytes).isLessThan(normal.filterBytes);
        assertThat(noSpare.lruGen).isEqualTo(normal.lruGen);
        assertThat(noSpare.tables).isEqualTo(normal.tables);
    }

    @Test
    void theThresholdDecidesWhichTablesEnterTheFilter() {
        Aged any = aged(new WalkSettings(FilterSettings.KERNEL, true, true, true, 4096, 64, 512));
        Aged full = aged(new WalkSettings(FilterSettings.KERNEL, true, true, true, 4096, 64, 1));
        assertThat(any.tables).isGreaterThan(normal.tables);
        assertThat(full.tables).isLessThan(normal.tables);
        assertThat(any.outcome).isEqualTo(full.outcome);
    }

    @Test
    void batchesChangeHowOftenLocksAreTakenOnly() {
        Aged small = aged(new WalkSettings(FilterSettings.KERNEL, true, true, true, 64, 64, 8));
        assertThat(small).isEqualTo(normal);
        Aged single = aged(new WalkSettings(FilterSettings.KERNEL, true, false, true, 4096, 64, 8));
        assertThat(single.lruGen).as("one mapping: nothing to batch").isEqualTo(normal.lruGen);
    }

    @Test
    void roundsOfEvictionTakeNoMoreThanTheSmallBatch() {
        for (int batch : new int[] {64, 16}) {
            WalkSettings s = new WalkSettings(FilterSettings.KERNEL, true, true, true, 4096, batch, 8);
            try (Bench b = new Bench(Bench.builder("6.12").walks(s))) {
                List<Integer> taken = new ArrayList<>();
                b.machine.traceReclaim(new ReclaimTrace() {
                    @Override
                    public void isolate(boolean file, int scanned, int pages) {
                        taken.add(pages);
                    }
                });
                b.workUnderPressure(20_000);
                assertThat(taken).allSatisfy(n -> assertThat(n).isLessThanOrEqualTo(batch));
                assertThat(taken).contains(batch);
                b.sound();
            }
        }
    }

    @Test
    void withoutLookAroundEachPageIsAskedAlone() {
        WalkSettings off = new WalkSettings(FilterSettings.KERNEL, true, true, false, 4096, 64, 8);
        try (Bench with = new Bench(Bench.builder("6.12"));
                Bench without = new Bench(Bench.builder("6.12").walks(off))) {
            with.workUnderPressure(40_000);
            without.workUnderPressure(40_000);
            assertThat(with.events(Cost.LOOK_AROUND)).isPositive();
            assertThat(without.events(Cost.LOOK_AROUND)).isZero();
            assertThat(without.events(Cost.RMAP)).isGreaterThan(with.events(Cost.RMAP));
            with.sound();
            without.sound();
        }
    }

    // ---- statistics

    @ParameterizedTest
    @CsvSource({"v10, TOYDFA", "6.1, LOYNFA", "6.12, TYFA", "6.18, TYFA", "7.2, TYFA"})
    void statisticsHaveTheirKernelsLetters(String kernel, String letters) {
        try (Bench b = new Bench(Bench.builder(kernel));
                Bench history = new Bench(Bench.builder(kernel).lruGenStats(true))) {
            b.age(1);
            history.age(1);
            assertThat(statRows(b))
                    .as("one slot: the youngest generation has the total")
                    .containsOnlyOnce(letters);
            assertThat(statRows(history))
                    .as("a slot each for all but the youngest")
                    .contains(letters.toLowerCase());
            assertThat(statRows(history)).doesNotContain(letters);
        }
    }

    private static List<String> statRows(Bench b) {
        List<String> rows = new ArrayList<>();
        for (String line : b.machine.lruGen().readFull(b.group).split("\n")) {
            if (line.startsWith("                      ")) {
                rows.add(line.replaceAll("[ 0-9]", ""));
            }
        }
        return rows;
    }

    // ---- hardware

    @ParameterizedTest
    @ValueSource(strings = {"v10", "6.1", "6.12", "6.18", "7.2"})
    void withoutAccessedBitsInHardwareOldEntriesFault(String kernel) {
        try (Bench b = new Bench(Bench.builder(kernel).hwAccessed(false))) {
            assertThat(b.machine.lruGen().enabled()).isEqualTo("0x0005");
            long minor = b.busy.minorFaults();
            b.busy.touch(Bench.VPN, false);
            boolean walked = kernel.equals("v10") || kernel.equals("6.1");
            long before = b.tables();
            b.age(1);
            assertThat(b.tables() > before)
                    .as("only the first kernels walk, when forced")
                    .isEqualTo(walked);
            long faults = b.busy.minorFaults();
            b.busy.touch(Bench.VPN, false);
            assertThat(b.busy.minorFaults() - faults).as("old after a walk").isEqualTo(walked ? 1 : 0);
            assertThat(b.events(Cost.FAULT_ACCESS)).isEqualTo(b.busy.minorFaults() - minor);
            faults = b.busy.minorFaults();
            b.busy.touch(Bench.VPN, true);
            assertThat(b.busy.minorFaults()).as("young now").isEqualTo(faults);
            b.sound();
        }
    }

    @Test
    void enabledReadsBackWhatTheHardwareHas() {
        try (Bench b = new Bench(Bench.builder("6.12").hwNonleafAccessed(false))) {
            assertThat(b.machine.lruGen().enabled()).isEqualTo("0x0003");
        }
        Aged with = aged(Bench.builder("6.18").walks(walks(NO_FILTER)).hwNonleafAccessed(false));
        Aged off = aged(Bench.builder("6.18").walks(walks(NO_FILTER)).lruGenEnabled(3));
        assertThat(with).isEqualTo(off);
    }

    @Test
    void aCachedTranslationHidesTouches() {
        Aged plain = aged(Bench.builder("6.18"));
        Aged cached = aged(Bench.builder("6.18").tlb(1 << 14, true));
        Aged flushed = aged(Bench.builder("6.18").tlb(1 << 14, false));
        assertThat(cached.young).isLessThan(plain.young / 2);
        assertThat(flushed.young).isGreaterThan(cached.young).isLessThanOrEqualTo(plain.young);
        assertThat(cached.outcome).as("without pressure nothing else").isEqualTo(plain.outcome);
    }

    @Test
    void unmappingCostsShootdownsOnlyWithATlb() {
        try (Bench plain = new Bench(Bench.builder("6.12").cpus(2));
                Bench cached = new Bench(Bench.builder("6.12").cpus(2).tlb(1024, true))) {
            plain.workUnderPressure(20_000);
            cached.workUnderPressure(20_000);
            plain.busy.munmap(Bench.VPN, 16);
            cached.busy.munmap(Bench.VPN, 16);
            assertThat(plain.events(Cost.TLB_LOCAL) + plain.events(Cost.TLB_CPU))
                    .isZero();
            assertThat(cached.events(Cost.TLB_LOCAL)).isPositive();
            cached.sound();
        }
    }

    // ---- the state of a walk

    @Test
    void aWalkNeedsMemoryForItsState() {
        try (Bench b = new Bench(Bench.builder("6.18"))) {
            Zone zone = b.machine.memory().node(0).zones().get(0);
            List<Integer> taken = new ArrayList<>();
            while (zone.free() > zone.min() / 2) {
                taken.add(b.machine.memory().allocator().take(zone, 0, 0, Mobility.UNMOVABLE));
            }
            Lruvec lruvec = b.machine.lruvecs().of(b.group, 0);
            long seq = b.machine.rooms().multigen().maxSeq(lruvec);
            assertThatThrownBy(() -> b.machine.lruGen().write("+ " + b.group.id() + " 0 " + seq))
                    .isInstanceOf(KernelError.class)
                    .hasMessageContaining("state of a walk");
            taken.forEach(pfn -> b.machine.memory().allocator().free(zone, pfn));
        }
    }

    // ---- the core bit, while the machine runs

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "7.2"})
    void theCoreBitMovesPagesInChunksWhileTheMachineRuns(String kernel) throws KernelError {
        WalkSettings small = new WalkSettings(FilterSettings.KERNEL, true, true, true, 256, 64, 8);
        try (Bench b = new Bench(Bench.builder(kernel).walks(small).cpus(2))) {
            b.workUnderPressure(5000);
            b.limit(Bench.PAGES
                    * 2L); // with the pages out of reclaim's reach, a tight group would be killed, as in the kernel
            for (String bits : List.of("0x0", "0x7", "n", "y")) {
                boolean on = bits.equals("0x7") || bits.equals("y");
                b.machine.lruGen().startEnabled(bits);
                assertThat(b.machine.rooms().multigen().switching()).isTrue();
                int pieces = 0;
                while (b.machine.rooms().multigen().switching() && pieces < 20_000) {
                    b.work(50);
                    b.busy.munmap(Bench.VPN + 2 * Bench.PAGES, 1); // a system call
                    pieces++;
                }
                assertThat(pieces).as("in chunks between the work of others").isGreaterThan(3);
                b.sound();
                assertThat(generationPages(b) > 0).as(bits).isEqualTo(on);
                b.work(2000);
                b.sound();
            }
        }
    }

    private static long generationPages(Bench b) {
        long[] sum = {0};
        b.machine
                .rooms()
                .multigen()
                .visitLists(
                        b.machine.lruvecs().of(b.group, 0), (gen, type, zone, list, pages, active) -> sum[0] += pages);
        return sum[0];
    }
}
