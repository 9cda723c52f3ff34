package org.multigen.testkit.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.addrspace.Advice;
import org.multigen.base.KernelError;
import org.multigen.base.VmEvent;
import org.multigen.machine.SwapConfig;
import org.multigen.memory.FolioFlags;
import org.multigen.pagetable.Pte;

/** What reclaim does on a machine whose pages can go to a slower node. */
class DemotionTest {
    private static void reclaim(TwoTiers t, long pages) {
        try {
            t.machine.writeCgroupFile("A", "memory.reclaim", Long.toString(pages * 4096));
        } catch (KernelError e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "6.18", "7.2"})
    void anonymousPagesCanBeReclaimedWithoutSwap(String kernel) {
        try (TwoTiers t = new TwoTiers(TwoTiers.machine(kernel, 4096, 4096), 2048)) {
            t.touch(0, 2048, true);
            t.task.drainBatches();
            reclaim(t, 256);
            assertThat(t.pagesOn(1, 0, 2048)).isBetween(256L, 1024L);
            assertThat(t.count(VmEvent.PSWPOUT)).isZero();
            t.sound();
        }
    }

    @Test
    void withoutDemotionTheyCannot() {
        try (TwoTiers t = new TwoTiers(TwoTiers.machine("6.12", 4096, 4096).demotion(false), 2048)) {
            t.touch(0, 2048, true);
            t.task.drainBatches();
            assertThatThrownBy(() -> t.machine.writeCgroupFile("A", "memory.reclaim", "1m"))
                    .isInstanceOf(KernelError.class);
            assertThat(t.pagesOn(0, 0, 2048)).isEqualTo(2048);
        }
    }

    /** Memory of the slow node is used before anything of the fast one is reclaimed. */
    @Test
    void aFullFastNodeFallsBackBeforeItReclaims() {
        try (TwoTiers t = new TwoTiers(TwoTiers.machine("6.12", 2048, 8192).watermarkBoostFactor(0), 6000)) {
            t.touch(0, 6000, true);
            assertThat(t.pagesOn(1, 0, 6000)).isGreaterThan(3900);
            assertThat(t.pagesOn(0, 0, 6000) + t.pagesOn(1, 0, 6000)).isEqualTo(6000);
            assertThat(t.count(VmEvent.PAGEOUTRUN)).isZero();
            t.sound();
        }
    }

    /** With both nodes full, each page-out daemon works: the fast node's pages go down, the slow one's to swap. */
    @Test
    void kswapdDemotes() {
        SwapConfig zram = new SwapConfig(SwapConfig.Kind.ZRAM, "lzo", 8192, 1);
        try (TwoTiers t = new TwoTiers(TwoTiers.machine("6.12", 2048, 4096).swap(zram), 8000)) {
            t.touch(0, 8000, true);
            assertThat(t.count(VmEvent.PGDEMOTE_KSWAPD)).isPositive();
            assertThat(t.count(VmEvent.PSWPOUT)).isPositive();
            t.sound();
        }
    }

    /** What the slow node has no room for is swapped out as before; proactive reclaim keeps it on later kernels. */
    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12"})
    void whatCannotBeDemotedIsReclaimedUnlessProactively(String kernel) {
        try (TwoTiers t = new TwoTiers(
                TwoTiers.machine(kernel, 4096, 64).swap(new SwapConfig(SwapConfig.Kind.ZRAM, "lzo", 4096, 1)), 2048)) {
            t.touch(0, 2048, true);
            t.task.drainBatches();
            try {
                t.machine.writeCgroupFile("A", "memory.reclaim", "2m");
            } catch (KernelError expectedOnLaterKernels) {
                assertThat(kernel).isEqualTo("6.12");
            }
            long demoted = t.count(VmEvent.PGDEMOTE_DIRECT) + t.count(VmEvent.PGDEMOTE_PROACTIVE);
            boolean straightFromTheFastNode = t.count(VmEvent.PSWPOUT) > demoted;
            assertThat(straightFromTheFastNode).isEqualTo(kernel.equals("6.1"));
            t.sound();
        }
    }

    @Test
    void aGroupsCpusetLimitsWhereItsPagesGo() {
        for (String kernel : new String[] {"6.12", "6.18", "7.2"}) {
            try (TwoTiers t =
                    new TwoTiers(TwoTiers.machine(kernel, 4096, 4096).node(TwoTiers.slowNode(2, 4096)), 2048)) {
                t.group.setAllowedNodes(0b101);
                t.touch(0, 2048, true);
                t.task.drainBatches();
                reclaim(t, 512);
                boolean asks = !kernel.equals("6.12");
                assertThat(t.pagesOn(1, 0, 2048) == 0).as(kernel).isEqualTo(asks);
                assertThat(t.pagesOn(2, 0, 2048)).as(kernel).isPositive();
            }
        }
    }

    @Test
    void migrationKeepsWhatTheKernelKeeps() {
        for (String kernel : new String[] {"6.12", "6.18"}) {
            try (TwoTiers t = new TwoTiers(TwoTiers.machine(kernel, 4096, 4096), 1024)) {
                t.touch(0, 1024, true);
                t.task.drainBatches();
                t.task.madvise(TwoTiers.VPN, 1024, Advice.COLD);
                t.task.drainBatches();
                var folios = t.machine.rooms().folios();
                for (int p = 0; p < 1024; p++) {
                    int folio = Pte.frame(t.task.mm().pageTable.lookup(TwoTiers.VPN + p));
                    folios.update(folio, FolioFlags.REFS_MASK, FolioFlags.REFERENCED | FolioFlags.withRefs(0, 1));
                }
                reclaim(t, 128);
                long kept = 0;
                long moved = 0;
                for (int p = 0; p < 1024; p++) {
                    if (t.nodeOf(p) == 1) {
                        moved++;
                        int folio = Pte.frame(t.task.mm().pageTable.lookup(TwoTiers.VPN + p));
                        kept += FolioFlags.refs(folios.flags(folio)) > 0 ? 1 : 0;
                    }
                }
                assertThat(moved).as(kernel).isPositive();
                assertThat(kept).as(kernel).isEqualTo(kernel.equals("6.12") ? 0 : moved);
            }
        }
    }
}
