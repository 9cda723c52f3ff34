package org.multigen.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multigen.addrspace.Prot;
import org.multigen.base.KernelError;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;
import org.multigen.memcg.Memcg;
import org.multigen.memory.NodeConfig;
import org.multigen.storage.BackingFile;
import org.multigen.storage.BlockDevice;

/** What the posting of April 2022 does and the releases do not. */
class FirstPostingTest {
    private static final long AT = 1 << 20;
    private static final int PAGES = 200;

    /** Ages once with dirty pages in memory; returns what is dirty some time later, long before the periodic flusher. */
    private static long dirtyAfterAgeing(String kernel) throws KernelError {
        try (Machine m = Machine.builder()
                .kernel(kernel)
                .node(NodeConfig.ofPages(0, 16384))
                .build()) {
            Memcg a = m.createMemcg("A");
            Task t = m.spawn("t", a);
            BackingFile f = m.createFile("/f", PAGES, BackingFile.Kind.EXT4, BlockDevice.DISK, 0);
            t.mmapFile(AT, PAGES, f, 0, true, Prot.READ_WRITE);
            for (int i = 0; i < PAGES; i++) {
                t.touch(AT + i, true);
            }
            t.drainBatches();
            assertThat(f.dirtyPages()).isEqualTo(PAGES);
            m.lruGen().write("+ " + a.id() + " 0 3");
            t.compute(200_000_000);
            t.mmapAnon(2 * AT, 1, Prot.READ_WRITE);
            t.touch(2 * AT, true); // a fault, after which daemons run
            return f.dirtyPages();
        }
    }

    @Test
    void everyAgeingWakesTheFlushers() throws KernelError {
        assertThat(dirtyAfterAgeing("v10")).isZero();
    }

    @ParameterizedTest
    @CsvSource({"6.1", "6.12", "6.18", "7.2"})
    void theReleasesLeaveThemAsleep(String kernel) throws KernelError {
        assertThat(dirtyAfterAgeing(kernel)).isEqualTo(PAGES);
    }

    @Test
    void theRulesOfThePosting() {
        KernelRules v10 = java.util.Objects.requireNonNull(Kernels.find("v10"));
        assertThat(v10.ageingCountsFileGenerations()).isTrue();
        assertThat(v10.walkYieldsBetweenChunks()).isFalse();
        assertThat(v10.walkSkipsOomVictims()).isTrue();
        assertThat(v10.walkVisitsRunning()).isTrue();
        assertThat(v10.smallestWalkedPages()).isEqualTo(64);
        assertThat(v10.headIsNext()).isTrue();
        assertThat(v10.proactiveAgeing()).isTrue();
        assertThat(v10.promotion()).isEqualTo(KernelRules.Promotion.ONE_SIGHTING);
        assertThat(v10.walkStatistics()).hasSize(6);
    }
}
