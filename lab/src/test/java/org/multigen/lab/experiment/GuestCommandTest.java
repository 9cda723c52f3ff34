package org.multigen.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multigen.lab.cli.Main;
import org.multigen.lab.result.JsonFormat;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.result.TrialResult;

/** Guests through {@code multigen run}: bad input in one line, fallbacks in the result, every kind of guest. */
class GuestCommandTest {
    private static final String VM = """
            kernel: 6.18
            warmup: none
            tasks:
              vm:
                guest: {memory: 16m, vcpus: 2, workload: hotcold, tlb: 64}
                touches: 30000
            memory.max: 10m
            """;

    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String format, String... set) throws IOException {
        List<String> args = new ArrayList<>(List.of(
                "run",
                Files.writeString(dir.resolve("vm.yaml"), VM).toString(),
                "--panic-on-warn",
                "--format",
                format));
        for (String s : set) {
            args.addAll(List.of("--set", s));
        }
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Main.run(new PrintWriter(out), new PrintWriter(err), args.toArray(String[]::new));
    }

    private TrialResult result(String... set) throws IOException {
        assertThat(run("json", set)).as(err.toString()).isZero();
        TrialResult r = JsonFormat.read(out.toString()).variants().getFirst();
        assertThat(r.killed()).isEmpty();
        assertThat(r.warnings()).isEmpty();
        return r;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "guest.vcpus=0 | guest.vcpus: expected a whole number from 1 to 1024",
                "guest.slots=0+8m,4m+8m | overlaps another slot in the guest",
                "guest.slots=0+8m,1g+8m@4m | overlaps another slot on the host",
                "guest.slots=0+16m@1m | lies outside the host mapping of 16777216 bytes",
            })
    void badInputIsOneClearLine(String set, String expected) throws IOException {
        assertThat(run("table", "tasks.vm." + set)).isIn(64, 65);
        assertThat(err.toString()).contains(expected).hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aPolicyWithoutItsHookSaysSoAndFallsBack() throws IOException {
        assertThat(run("table", "secondary_mmu.policy=fast-only", "tasks.vm.guest.lock=rw-reader"))
                .isZero();
        assertThat(out.toString().replaceAll("\\s+", " "))
                .contains("fast-only: the guest's MMU offers no fast hook, so it is asked at eviction only");
        TrialResult fallen = result("secondary_mmu.policy=fast-only", "tasks.vm.guest.lock=rw-reader");
        TrialResult asked = result("secondary_mmu.policy=eviction-only", "tasks.vm.guest.lock=rw-reader");
        assertThat(fallen.metrics()).isEqualTo(asked.metrics());
    }

    @Test
    void withoutAccessedBitsAUseIsAFault() throws IOException {
        assertThat(result("tasks.vm.guest.hw_accessed=false").metric(Metrics.GUEST_FAULTS))
                .isGreaterThan(result().metric(Metrics.GUEST_FAULTS) * 6 / 5);
    }

    @Test
    void aDirtyLogMakesStoresFaultAgain() throws IOException {
        assertThat(result("memory.max=max", "tasks.vm.guest.dirty_log=2ms").metric(Metrics.GUEST_FAULTS))
                .isGreaterThan(result("memory.max=max").metric(Metrics.GUEST_FAULTS));
    }

    @Test
    void aNestedGuestIsAgedOrSkipped() throws IOException {
        TrialResult aged = result("tasks.vm.guest.nested=1", "tasks.vm.guest.lock=lockless");
        TrialResult skipped =
                result("tasks.vm.guest.nested=1", "tasks.vm.guest.lock=lockless", "tasks.vm.guest.age_shadow=false");
        assertThat(aged.metric(Metrics.WALK_LEAF_YOUNG)).isGreaterThan(skipped.metric(Metrics.WALK_LEAF_YOUNG));
    }

    @Test
    void hugePagesBecomeHugeLeaves() throws IOException {
        TrialResult huge = result("memory.max=max", "transparent_hugepage.enabled=always");
        assertThat(huge.metric("thp_fault_alloc")).isGreaterThanOrEqualTo(7);
        assertThat(huge.metric(Metrics.GUEST_FAULTS))
                .isLessThan(result("memory.max=max").metric(Metrics.GUEST_FAULTS) / 10);
        assertThat(result("transparent_hugepage.enabled=always").metric("thp_split_page"))
                .as("under pressure they are split")
                .isPositive();
    }
}
