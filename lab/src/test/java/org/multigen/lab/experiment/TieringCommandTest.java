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
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.lab.cli.Main;
import org.multigen.lab.result.ExperimentResult;
import org.multigen.lab.result.JsonFormat;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.result.TrialResult;

/** Memory tiers through the command: what is refused, what is said, the bound that no variant exceeds, real threads. */
final class TieringCommandTest {
    private static final String TIERS = """
            kernel: 6.18
            machine:
              nodes:
                0: {memory: 0.3}
                1: {memory: 0.9, medium: cxl}
              swap: {kind: none}
            numa.demotion_enabled: true
            tasks:
              x: {pattern: zipf, size: 24m, touches: 60_000, scatter: true, think: 200us}
            warmup: 1.0
            """;

    private static final String ALL = TIERS + """
            variants:
              optimum: {promotion.policy: optimum}
              none: {}
              hint-faults: {promotion.policy: hint-faults}
              scan: {promotion.policy: scan, scan.interval: 500ms}
              kpromoted: {promotion.policy: scan, promotion.daemon: kpromoted, scan.interval: 500ms}
              flat: {promotion.policy: scan, scan.variant: flat, scan.interval: 500ms}
              adaptive: {promotion.policy: scan, scan.interval: adaptive}
              rfc-v1: {promotion.policy: scan, scan.variant: rfc-v1, scan.interval: 500ms}
              rfc-v2: {promotion.policy: scan, scan.variant: rfc-v2, scan.interval: 500ms}
              hw-hints: {promotion.policy: hw-hints, promotion.hw_sample: 8}
            """;

    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String yaml, String... options) throws IOException {
        Path file = Files.writeString(dir.resolve("s.yaml"), yaml);
        List<String> args = new ArrayList<>(List.of("run", file.toString()));
        args.addAll(List.of(options));
        return Main.run(new PrintWriter(out), new PrintWriter(err), args.toArray(new String[0]));
    }

    private ExperimentResult result(String yaml, String... options) throws IOException {
        List<String> args = new ArrayList<>(List.of("--format", "json"));
        args.addAll(List.of(options));
        assertThat(run(yaml, args.toArray(new String[0]))).as(err.toString()).isZero();
        return JsonFormat.read(out.toString());
    }

    // ---- bad input

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "promotion.policy=scan | without a lower tier; expected a node with medium: cxl",
                "promotion.policy=hint-faults | without a lower tier; expected a node with medium: cxl",
                "numa.demotion_enabled=true | without a lower tier; expected a node with medium: cxl",
            })
    void noLowerTier(String setting, String message) throws IOException {
        String one = "tasks:\n  x: {pattern: uniform, size: 8m, touches: 10}\n";
        assertThat(run(one, "--set", setting)).isEqualTo(64);
        assertThat(err.toString())
                .contains(setting.replaceAll("=.*", ""), message)
                .hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "machine.nodes.1.memory=0 | a node without memory",
                "machine.nodes.1.memory=0.0 | a node without memory",
                "pghot.threshold=0 | pghot.threshold",
                "pghot.threshold=4 | a hot threshold of 4, expected 1..3 (1..7 in precise mode)",
                "pghot.threshold=8 | pghot.threshold",
                "scan.batch=0 | scan.batch",
                "scan.interval=0s | 0 is no interval",
                "scan.sweep=0 | scan.sweep",
                "pghot.window=0s | a window of 0 ns, expected more than 0",
                "promotion.rate_limit=0 | promotion.rate_limit",
            })
    void whatCannotBeIsRefusedInOneLine(String setting, String message) throws IOException {
        assertThat(run(TIERS, "--set", "promotion.policy=scan", "--set", setting))
                .as(out.toString())
                .isIn(64, 65);
        assertThat(err.toString()).contains(message).hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"4", "7"})
    void preciseRecordsCountFurther(String threshold) throws IOException {
        ExperimentResult r = result(
                TIERS,
                "--set",
                "promotion.policy=scan",
                "--set",
                "pghot.mode=precise",
                "--set",
                "scan.interval=300ms",
                "--set",
                "pghot.threshold=" + threshold);
        assertThat(r.variants().getFirst().metric("pgpromote_success")).isPositive();
    }

    @Test
    void anIntervalShorterThanAPassIsSaidAndCounted() throws IOException {
        ExperimentResult r = result(TIERS, "--set", "promotion.policy=scan", "--set", "scan.interval=1us");
        TrialResult v = r.variants().getFirst();
        assertThat(v.metric("klruscand_late")).isPositive();
        assertThat(v.notes()).filteredOn(n -> n.contains("klruscand is late")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x1", "0x2", "0x0"})
    void withoutWalksTheScannerIsIdleAndSaysSoOnce(String enabled) throws IOException {
        ExperimentResult r = result(TIERS, "--set", "promotion.policy=scan", "--set", "lru_gen.enabled=" + enabled);
        TrialResult v = r.variants().getFirst();
        assertThat(v.metric("klruscand_idle")).isGreaterThan(1);
        assertThat(v.metric("klruscand_passes")).isZero();
        assertThat(v.notes())
                .filteredOn(n -> n.contains("klruscand stays idle"))
                .hasSize(1);
    }

    // ---- the bound

    @ParameterizedTest
    @CsvSource({"zipf,1,65536", "shift,2,65536", "windows,3,65536", "hotcold,4,1", "zipf,5,1"})
    void noVariantBeatsTheOptimum(String pattern, long seed, long rateLimit) throws IOException {
        ExperimentResult r = result(
                ALL,
                "--seed",
                Long.toString(seed),
                "--set",
                "tasks.x.pattern=" + pattern,
                "--set",
                "promotion.rate_limit=" + rateLimit);
        long most = r.variants().getFirst().metric(Metrics.NET_SHARE);
        assertThat(r.variants().getFirst().notes()).anyMatch(n -> n.contains("a bound that no policy exceeds"));
        assertThat(most).isBetween(1L, 1_000_000L);
        boolean promoted = false;
        for (TrialResult v : r.variants().subList(1, r.variants().size())) {
            assertThat(v.metric(Metrics.NET_SHARE))
                    .as("%s, replay: --set tasks.x.pattern=%s --seed %d", v.name(), pattern, seed)
                    .isLessThanOrEqualTo(most);
            promoted |= v.metric("pgpromote_success") > 0;
        }
        assertThat(promoted).isTrue();
    }

    @Test
    void theOptimumNeedsVirtualTime() throws IOException {
        assertThat(run(TIERS, "--set", "promotion.policy=optimum", "--threads", "2"))
                .isEqualTo(64);
        assertThat(err.toString()).contains("promotion.policy optimum").hasLineCount(1);
    }

    @Test
    void theOptimumNeedsTouchesThatItSees() throws IOException {
        String guest = TIERS.replaceAll("(?m)^  x: .*$", "  x: {guest: {memory: 16m, workload: uniform}, touches: 10}");
        assertThat(run(guest, "--set", "promotion.policy=optimum")).isEqualTo(64);
        assertThat(err.toString()).contains("promotion.policy", "guests").hasLineCount(1);
    }

    // ---- scale

    @Test
    void aSmallerScaleTakesAsLong() throws IOException {
        String plain = TIERS + "promotion.policy: scan\nscan.interval: 500ms\n";
        TrialResult whole = result(plain).variants().getFirst();
        out.getBuffer().setLength(0);
        TrialResult smaller = result(plain, "--set", "scale=0.75").variants().getFirst();
        assertThat(smaller.metric(Metrics.TOUCHES)).isEqualTo(whole.metric(Metrics.TOUCHES) / 4 * 3);
        double ratio = (double) smaller.metric(Metrics.RUN_TIME) / whole.metric(Metrics.RUN_TIME);
        assertThat(ratio).isBetween(0.9, 1.1);
        double passes = (double) smaller.metric("klruscand_passes") / whole.metric("klruscand_passes");
        assertThat(passes).isBetween(0.9, 1.1);
    }

    // ---- real threads

    @Test
    void aProposalThatWouldHangReclaimIsRefusedThere() throws IOException {
        assertThat(run(
                        TIERS,
                        "--threads",
                        "2",
                        "--set",
                        "kernel=6.1",
                        "--set",
                        "promotion.policy=scan",
                        "--set",
                        "scan.variant=rfc-v1"))
                .isEqualTo(65);
        assertThat(err.toString())
                .contains("stalls ageing for good", "expected multigen or flat")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hint-faults", "scan", "hw-hints"})
    void allRunOnRealThreads(String policy) throws IOException {
        ExperimentResult r = result(
                TIERS,
                "--threads",
                "2",
                "--panic-on-warn",
                "--set",
                "tasks.x.touches=3_000_000",
                "--set",
                "tasks.x.think=0s", // it would pass on the wall
                "--set",
                "promotion.policy=" + policy,
                "--set",
                "promotion.hint_period=5ms",
                "--set",
                "promotion.hw_sample=4",
                "--set",
                "scan.interval=10ms");
        TrialResult v = r.variants().getFirst();
        assertThat(v.metric(Metrics.TOUCHES) + v.warmup().get(Metrics.TOUCHES)).isGreaterThanOrEqualTo(3_000_000);
        String found = switch (policy) {
            case "scan" -> "klruscand_passes";
            case "hint-faults" -> "numa_hint_faults";
            default -> "pghot_recorded_hwhints";
        };
        assertThat(v.metric(found) + v.warmup().get(found)).isPositive();
        assertThat(v.killed()).isEmpty();
    }
}
