package org.multigen.testkit.tier;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.multigen.base.VmEvent;
import org.multigen.tier.PromotionSettings;

/** NUMA balancing in tiering mode. */
class HintFaultsTest {
    private static TwoTiers demoted(PromotionSettings settings) throws Exception {
        TwoTiers t = new TwoTiers(TwoTiers.machine("6.12", 8192, 8192).promotion(settings), 2048);
        t.touch(0, 2048, true);
        t.task.drainBatches();
        t.machine.writeCgroupFile("A", "memory.reclaim", "4m");
        t.task.drainBatches();
        return t;
    }

    @Test
    void touchedPagesComeBack() throws Exception {
        try (TwoTiers t = demoted(PromotionSettings.KERNEL.scanning(1, 256))) {
            long before = t.pagesOn(1, 0, 2048);
            assertThat(before).isPositive();
            for (int i = 0; i < 100; i++) {
                t.touch(0, 2048, false);
            }
            assertThat(t.pagesOn(1, 0, 2048)).isZero();
            assertThat(t.count(VmEvent.PGPROMOTE_SUCCESS)).isEqualTo(before);
            assertThat(t.count(VmEvent.NUMA_HINT_FAULTS)).isGreaterThanOrEqualTo(before);
            t.sound();
        }
    }

    @Test
    void notWithoutTheMode() throws Exception {
        try (TwoTiers t = demoted(PromotionSettings.KERNEL.scanning(1, 256))) {
            t.machine.tiers().setBalancing(0);
            t.task.compute(20_000_000);
            long before = t.pagesOn(1, 0, 2048);
            for (int i = 0; i < 100; i++) {
                t.touch(0, 2048, false);
            }
            assertThat(t.pagesOn(1, 0, 2048)).isEqualTo(before);
        }
    }

    /** With a limit of 1 MB/s at most 256 candidates come per second. */
    @Test
    void theRateIsLimited() throws Exception {
        try (TwoTiers t = demoted(PromotionSettings.ofMegabytes(1).scanning(1, 256))) {
            long start = t.task.clockNs();
            for (int i = 0; i < 100; i++) {
                t.touch(0, 2048, false);
            }
            long seconds = (t.task.clockNs() - start) / 1_000_000_000 + 1;
            assertThat(t.count(VmEvent.PGPROMOTE_SUCCESS)).isPositive().isLessThanOrEqualTo(256 * seconds);
            assertThat(t.count(VmEvent.PGPROMOTE_CANDIDATE)).isGreaterThan(256);
        }
    }

    /** A page whose fault comes later than the threshold is not hot. */
    @Test
    void slowPagesStay() throws Exception {
        try (TwoTiers t = demoted(PromotionSettings.KERNEL.scanning(1, 256).withHotThresholdMs(5))) {
            for (int i = 0; i < 20; i++) {
                t.task.touch(TwoTiers.VPN, false);
                t.task.compute(50_000_000); // the scan runs at the next touch; the pages are touched later
                t.task.touch(TwoTiers.VPN, false);
                t.task.compute(50_000_000);
                t.touch(0, 2048, false);
            }
            assertThat(t.count(VmEvent.NUMA_HINT_FAULTS)).isPositive();
            assertThat(t.count(VmEvent.PGPROMOTE_SUCCESS)).isLessThan(64);
        }
    }
}
