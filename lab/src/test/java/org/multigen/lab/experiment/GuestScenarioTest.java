package org.multigen.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multigen.lab.Golden;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.result.ExperimentResult;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.scenario.Scenario;

/** Guests as tasks of a scenario. */
class GuestScenarioTest {
    private static final String BASE = """
            kernel: 6.18
            tasks:
              vm:
                guest: {memory: 16m, vcpus: 2, workload: hotcold, tlb: 64}
                touches: 60000
            memory.max: 10m
            """;

    @TempDir
    private Path dir;

    private ExperimentResult run(String text, String... set) throws IOException {
        Path file = dir.resolve("g.yaml");
        Files.writeString(file, text);
        Scenario s = Scenario.read(file);
        return Experiment.run(s, s.variantNames(), List.of(set), Conduct.of(true, Progress.NONE));
    }

    @Test
    void aGuestUnderPressureFaultsAndIsAged() throws IOException {
        TrialResult r = run(BASE).variants().getFirst();
        assertThat(r.metric(Metrics.MAJOR_FAULTS)).isGreaterThan(100);
        assertThat(r.metric(Metrics.GUEST_FAULTS)).isGreaterThanOrEqualTo(r.metric(Metrics.MAJOR_FAULTS));
        assertThat(r.metric(Metrics.GUEST_QUESTIONS)).isGreaterThan(0);
        assertThat(r.metric(Metrics.GUEST_LATENCY_P999)).isGreaterThan(r.metric(Metrics.GUEST_LATENCY_P50));
        assertThat(r.notes()).isEmpty();
        assertThat(r.warnings()).isEmpty();
    }

    @Test
    void theSameInputGivesTheSameResult() throws IOException {
        assertThat(run(BASE).variants().getFirst().metrics())
                .isEqualTo(run(BASE).variants().getFirst().metrics());
    }

    @Test
    void ageingFromUserSpaceIsCounted() throws IOException {
        TrialResult r =
                run(BASE, "lru_gen.age_every=1ms", "memory.max=max").variants().getFirst();
        assertThat(r.metric(Metrics.AGE_PASSES)).isGreaterThan(1);
        assertThat(r.metric(Metrics.AGE_PASS_TIME)).isGreaterThan(0);
        assertThat(r.metric(Metrics.MAJOR_FAULTS)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "v2, x86_64, write, has no tables that can be aged without a lock",
        "v2, arm64, lockless, ''",
        "v3, arm64, lockless, is not x86",
        "v3, x86_64, lockless, ''",
        "v3, x86_64, try-lock, has no tables that can be aged without a lock",
        "fast-only, x86_64, rw-reader, offers no fast hook",
        "fast-only, x86_64, try-lock, ''",
        "landed, arm64, exclusive, ''",
        "eviction-only, arm64, exclusive, ''",
    })
    void aPolicyWithoutTheHookItNeedsSaysSo(String policy, String arch, String lock, String why) throws IOException {
        TrialResult r = run(
                        BASE,
                        "secondary_mmu.policy=" + policy,
                        "tasks.vm.guest.arch=" + arch,
                        "tasks.vm.guest.lock=" + lock)
                .variants()
                .getFirst();
        if (why.isEmpty()) {
            assertThat(r.notes()).isEmpty();
        } else {
            assertThat(r.notes())
                    .containsExactly(
                            "vm: " + policy + ": the guest's MMU " + why + ", so it is asked at eviction only");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "guest.vcpus=0 | guest.vcpus: expected a whole number from 1 to 1024",
                "guest.tlb=3 | guest.tlb: expected a power of two, not 3",
                "guest.memory=0.5 | guest.memory: expected bytes",
                "guest.slots=0+8m,4m+8m | guest.slots: 4m+8m overlaps another slot in the guest",
                "guest.slots=0+8m,1g+8m@4m | guest.slots: 1g+8m@4m overlaps another slot on the host",
                "guest.slots=0+16m@1m | guest.slots: 0+16m@1m lies outside the host mapping of 16777216 bytes",
                "guest.slots=0+8m | guest.slots: they hold 8388608 bytes, expected the guest's memory of 16777216",
                "guest.slots=all | guest.slots: expected ADDRESS+SIZE",
                "guest.lock=none | guest.lock: expected one of kernel",
                "size=4m | size: not for a guest",
                "pattern=seq | expected either a guest, a recording or a pattern",
            })
    void oneLineForEachMistake(String set, String expected) {
        Failure f = catchThrowableOfType(Failure.class, () -> run(BASE, "tasks.vm." + set));
        assertThat(f.getMessage()).contains(expected).doesNotContain("\n");
        assertThat(f.exitCode()).isIn(ExitCode.USAGE, ExitCode.BAD_DATA);
    }

    @Test
    void slotsNestedGuestsAndDirtyLogsRun() throws IOException {
        TrialResult r = run(
                        BASE,
                        "tasks.vm.guest.slots=0+12m,1g+4m",
                        "tasks.vm.guest.nested=0.25",
                        "tasks.vm.guest.dirty_log=1ms",
                        "tasks.vm.guest.hw_accessed=false",
                        "tasks.vm.guest.scatter=1.0",
                        "tasks.vm.guest.partition=true")
                .variants()
                .getFirst();
        assertThat(r.metric(Metrics.MAJOR_FAULTS)).isGreaterThan(100);
        assertThat(r.warnings()).isEmpty();
    }

    /** Every policy under every lock, on both architectures, ends with all invariants whole. */
    @Test
    void allPoliciesUnderAllLocks() throws IOException {
        for (String policy : List.of("eviction-only", "v2", "v3", "v4", "fast-only", "landed")) {
            for (String lock :
                    List.of("exclusive", "write", "rw-writer", "rw-reader", "lockless", "entry-bit", "try-lock")) {
                for (String arch : List.of("x86_64", "arm64")) {
                    TrialResult r = run(
                                    BASE,
                                    "tasks.vm.touches=10000",
                                    "secondary_mmu.policy=" + policy,
                                    "tasks.vm.guest.lock=" + lock,
                                    "tasks.vm.guest.arch=" + arch)
                            .variants()
                            .getFirst();
                    assertThat(r.killed()).isEmpty();
                    assertThat(r.warnings()).isEmpty();
                }
            }
        }
    }

    @Test
    void bundledScenariosAreSound() {
        for (String name :
                List.of("guest-aging", "guest-aging-proactive", "guest-scatter", "guest-bitmap", "guest-locks")) {
            Scenario s = Scenario.read(Golden.root().resolve("scenarios/" + name + ".yaml"));
            for (String v : s.variantNames()) {
                assertThat(s.settings(v, List.of()).flat()).isNotEmpty();
            }
        }
    }
}
