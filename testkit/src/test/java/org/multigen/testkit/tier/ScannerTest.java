package org.multigen.testkit.tier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.base.VmEvent;
import org.multigen.machine.MachineBuilder;
import org.multigen.tier.AccessScanner;
import org.multigen.tier.Promoter;
import org.multigen.tier.PromotionSettings;
import org.multigen.tier.ScanSettings;
import org.multigen.tier.TierSettings;
import org.multigen.walk.ScanVariant;

/** klruscand, pghot and kmigrated or kpromoted together. */
class ScannerTest {
    private static final TierSettings SCAN = TierSettings.KERNEL.with(ScanSettings.KERNEL);

    private static MachineBuilder machine(TierSettings settings) {
        return TwoTiers.machine("6.18", 8192, 8192).numaBalancing(0).tiering(settings);
    }

    /** A region of which the slow node holds the most. */
    private static TwoTiers demoted(MachineBuilder builder) throws Exception {
        TwoTiers t = new TwoTiers(builder, 4096);
        t.touch(0, 4096, true);
        t.task.drainBatches();
        t.machine.writeCgroupFile("A", "memory.reclaim", "12m");
        t.task.drainBatches();
        assertThat(t.pagesOn(1, 0, 4096)).isGreaterThan(2500);
        return t;
    }

    /** Touches the first pages of the region every 100 ms for some seconds. */
    private static void use(TwoTiers t, int pages, int seconds) {
        for (int i = 0; i < 10 * seconds; i++) {
            t.touch(0, pages, false);
            t.task.compute(100_000_000);
        }
        t.touch(0, 1, false);
    }

    @ParameterizedTest
    @EnumSource(Promoter.Kind.class)
    void hotPagesComeUpAndColdOnesStay(Promoter.Kind daemon) throws Exception {
        try (TwoTiers t = demoted(machine(SCAN.with(daemon)))) {
            long cold = t.pagesOn(1, 600, 3496);
            use(t, 512, 10);
            assertThat(t.pagesOn(1, 0, 512)).isZero();
            assertThat(t.pagesOn(1, 600, 3496)).isEqualTo(cold);
            assertThat(t.count(VmEvent.KLRUSCAND_PASSES)).isBetween(4L, 7L);
            assertThat(t.count(VmEvent.KLRUSCAND_LATE)).isZero();
            assertThat(t.count(VmEvent.NUMA_HINT_FAULTS)).isZero();
            t.sound();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 0})
    void withoutWalksItStaysIdleAndSaysSo(int enabled) throws Exception {
        try (TwoTiers t = new TwoTiers(machine(SCAN).lruGenEnabled(enabled), 64)) {
            t.touch(0, 64, true);
            use(t, 64, 7);
            AccessScanner s = Objects.requireNonNull(t.machine.tiering().scanner());
            assertThat(t.count(VmEvent.KLRUSCAND_IDLE)).isBetween(3L, 4L);
            assertThat(t.count(VmEvent.KLRUSCAND_PASSES)).isZero();
            assertThat(s.note()).contains("idle").contains("enabled");
            assertThat(t.machine.tiering().notes()).hasSize(1);
        }
    }

    @Test
    void withoutMemoryForItsWalkItStaysIdleAndSaysSo() throws Exception {
        ScanSettings huge = new ScanSettings(ScanVariant.MULTIGEN, 2_000_000_000L, false, Integer.MAX_VALUE, 4);
        try (TwoTiers t = new TwoTiers(machine(TierSettings.KERNEL.with(huge)), 64)) {
            t.touch(0, 64, true);
            use(t, 64, 7);
            AccessScanner s = Objects.requireNonNull(t.machine.tiering().scanner());
            assertThat(t.count(VmEvent.KLRUSCAND_IDLE)).isBetween(3L, 4L);
            assertThat(t.count(VmEvent.KLRUSCAND_PASSES)).isZero();
            assertThat(s.note()).contains("idle").contains("no memory");
        }
    }

    @Test
    void aPassLongerThanTheIntervalIsCountedAsLate() throws Exception {
        ScanSettings hasty = new ScanSettings(ScanVariant.FLAT, 1000, false, 16, 1);
        try (TwoTiers t = demoted(machine(TierSettings.KERNEL.with(hasty)))) {
            for (int i = 0; i < 20; i++) {
                t.touch(0, 2000, false);
            }
            assertThat(t.count(VmEvent.KLRUSCAND_LATE)).isPositive();
            assertThat(Objects.requireNonNull(t.machine.tiering().scanner()).note())
                    .contains("late");
        }
    }

    @Test
    void aGroupMayHaveItsOwnInterval() throws Exception {
        try (TwoTiers t = demoted(machine(SCAN))) {
            AccessScanner s = Objects.requireNonNull(t.machine.tiering().scanner());
            s.setInterval(t.group, 60_000_000_000L);
            use(t, 512, 10);
            assertThat(t.pagesOn(1, 0, 512)).isPositive();
            s.setInterval(t.group, 0);
            use(t, 512, 10);
            assertThat(t.pagesOn(1, 0, 512)).isZero();
        }
    }

    @Test
    void theIntervalAdaptsIfItMay() throws Exception {
        ScanSettings adaptive = new ScanSettings(ScanVariant.MULTIGEN, 2_000_000_000L, true, 131_072, 8);
        try (TwoTiers t = demoted(machine(TierSettings.KERNEL.with(adaptive)))) {
            AccessScanner s = Objects.requireNonNull(t.machine.tiering().scanner());
            use(t, 512, 4);
            assertThat(s.intervalNs()).isLessThan(2_000_000_000L); // passes are cheap
            assertThat(t.count(VmEvent.KLRUSCAND_PASSES)).isGreaterThan(4);
        }
    }

    @Test
    void theRateOfATargetIsLimited() throws Exception {
        try (TwoTiers t = demoted(machine(SCAN.with(PromotionSettings.ofMegabytes(1))))) {
            long start = t.task.clockNs();
            use(t, 2048, 8);
            long seconds = (t.task.clockNs() - start) / 1_000_000_000 + 2;
            assertThat(t.count(VmEvent.PGPROMOTE_SUCCESS)).isPositive().isLessThanOrEqualTo(256 * seconds);
            assertThat(t.count(VmEvent.PGPROMOTE_LIMITED)).isPositive();
        }
    }

    @Test
    void justDemotedPagesAreHeldBack() throws Exception {
        try (TwoTiers t = demoted(machine(SCAN.withHysteresisMs(60_000)))) {
            use(t, 512, 10);
            assertThat(t.pagesOn(1, 0, 512)).isPositive();
            assertThat(t.count(VmEvent.PGPROMOTE_HELD)).isPositive();
            assertThat(t.count(VmEvent.PGPROMOTE_SUCCESS)).isZero();
        }
    }

    /** With the fast node full, promotion waits for kswapd, which demotes what is cold. */
    @Test
    void aFullTargetMakesRoomFirst() {
        MachineBuilder small =
                TwoTiers.machine("6.18", 2048, 8192).numaBalancing(2).tiering(SCAN);
        try (TwoTiers t = new TwoTiers(small, 6000)) {
            t.touch(0, 6000, true);
            for (int i = 0; i < 200; i++) {
                t.touch(5000, 1000, false);
                t.task.compute(100_000_000);
            }
            assertThat(t.count(VmEvent.PGDEMOTE_KSWAPD)).isPositive();
            assertThat(t.pagesOn(0, 5000, 1000)).isGreaterThan(900);
            t.sound();
        }
    }

    @Test
    void hardwareHintsAndRecordedHintFaultsPromoteToo() throws Exception {
        try (TwoTiers t = demoted(machine(TierSettings.KERNEL.samplingOneOf(7)))) {
            use(t, 512, 10);
            assertThat(t.pagesOn(1, 0, 512)).isLessThan(20);
            assertThat(t.count(VmEvent.PGHOT_RECORDED_HWHINTS)).isPositive();
        }
        TierSettings hints = TierSettings.KERNEL.recordingHints(true).with(PromotionSettings.KERNEL.scanning(100, 256));
        try (TwoTiers t = demoted(machine(hints).numaBalancing(2))) {
            use(t, 512, 10);
            assertThat(t.pagesOn(1, 0, 512)).isZero();
            assertThat(t.count(VmEvent.PGHOT_RECORDED_HINTFAULTS)).isPositive();
        }
    }
}
