package org.multigen.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multigen.lab.cli.Main;

/** What the first lines of {@code multigen run} say of experiments with guests. */
class GuestVerdictTest {
    private static final String VM = """
            kernel: 6.18
            warmup: none
            tasks:
              vm:
                guest: {memory: 16m, vcpus: 2, workload: hotcold, tlb: 64}
                touches: 30000
                think: 2us
            """;

    @TempDir
    private Path dir;

    private String verdict(String more) throws IOException {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Path file = Files.writeString(dir.resolve("vm.yaml"), VM + more);
        assertThat(Main.run(new PrintWriter(out), new PrintWriter(err), "run", file.toString()))
                .as(err.toString())
                .isZero();
        String text = out.toString();
        return text.substring(0, text.indexOf("\n\n")).replaceAll("\\s+", " ");
    }

    @Test
    void underPressureItSaysWhetherWalkingIsWorthItAndUnderWhichLock() throws IOException {
        String verdict = verdict("""
                memory.max: 10m
                variants:
                  eviction-only: {secondary_mmu.policy: eviction-only}
                  v2: {secondary_mmu.policy: v2}
                  write: {tasks.vm.guest.lock: write}
                  lockless: {tasks.vm.guest.lock: lockless}
                """);
        assertThat(verdict)
                .startsWith("Walking the guests is ")
                .containsPattern("v2 \\([+-][0-9.]+ %\\)")
                .containsPattern("under the locks .*(write|lockless) \\([+-][0-9.]+ %\\)");
    }

    @Test
    void withoutPressureItSaysWhatAPassCosts() throws IOException {
        assertThat(verdict("""
                variants:
                  eviction-only.1ms: {secondary_mmu.policy: eviction-only, lru_gen.age_every: 1ms}
                  landed.1ms: {secondary_mmu.policy: landed, lru_gen.age_every: 1ms}
                """))
                .startsWith("Nothing is reclaimed, so walking the guests is pure cost; an ageing pass takes on average:"
                        + " eviction-only.1ms ")
                .contains(", landed.1ms ");
    }

    @Test
    void ofLocksAloneItSaysWhatAgeingCostsTheVcpus() throws IOException {
        assertThat(verdict("""
                variants:
                  none: {}
                  write: {tasks.vm.guest.lock: write, lru_gen.age_every: 1us}
                  lockless: {tasks.vm.guest.lock: lockless, lru_gen.age_every: 1us}
                """)).startsWith("What ageing costs the vCPUs, in run time at worst, by the lock: write +");
    }
}
