package org.multigen.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multigen.lab.figure.Intervals;
import org.multigen.lab.figure.Sampler;
import org.multigen.lab.result.ExperimentResult;
import org.multigen.lab.result.JsonFormat;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.result.TimeSeries;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.scenario.Scenario;

class SamplingTest {
    private static final String TEXT = """
            tasks: {x: {pattern: zipf, size: 8m, file: 2m, touches: %d}}
            memory.max: 4m
            variants: {classic: {lru: classic}, mglru: {lru: mglru}}
            """;

    @TempDir
    private Path dir;

    private ExperimentResult run(Sampling sampling, long touches) throws java.io.IOException {
        Scenario s = Scenario.read(java.nio.file.Files.writeString(dir.resolve("s.yaml"), TEXT.formatted(touches)));
        return Experiment.run(
                s, s.variantNames(), List.of(), Conduct.of(true, Progress.NONE).sampling(sampling));
    }

    @Test
    void nothingComesOutDifferently() throws java.io.IOException {
        ExperimentResult plain = run(Sampling.NONE, 40_000);
        for (Sampling sampling : List.of(Sampling.SERIES, Sampling.HEAT)) {
            ExperimentResult watched = run(sampling, 40_000);
            for (int i = 0; i < 2; i++) {
                TrialResult v = watched.variants().get(i);
                assertThat(v.metrics()).isEqualTo(plain.variants().get(i).metrics());
                assertThat(v.warmup()).isEqualTo(plain.variants().get(i).warmup());
                assertThat(v.memcgs()).isEqualTo(plain.variants().get(i).memcgs());
            }
        }
        assertThat(plain.variants().getFirst().series()).isNull();
        assertThat(JsonFormat.write(plain)).doesNotContain("\"series\"");
    }

    /** The run is long enough that intervals were joined several times. */
    @Test
    void intervalsSumToWhatTheRunCounted() throws java.io.IOException {
        ExperimentResult r = run(Sampling.HEAT, 400_000);
        for (TrialResult v : r.variants()) {
            TimeSeries s = v.series();
            assertThat(s).isNotNull();
            assertThat(s.intervalNs()).isGreaterThan(100_000);
            for (Map.Entry<String, List<Long>> e : s.happened().entrySet()) {
                assertThat(e.getValue()).hasSizeBetween(Sampler.MOST / 2, Sampler.MOST);
                assertThat(e.getValue().stream().mapToLong(Long::longValue).sum())
                        .as(v.name() + " " + e.getKey())
                        .isEqualTo(v.metric(e.getKey()) + v.warmup().getOrDefault(e.getKey(), 0L));
            }
            int points = s.happened().get(Metrics.TOUCHES).size();
            assertThat(s.endNs()).isBetween((points - 1) * s.intervalNs() + 1, points * s.intervalNs());
            assertThat(s.happened()).containsKeys("pgfault", Metrics.MAJOR_FAULTS, "pgscan_anon");
        }
    }

    @Test
    void pagesOfGenerationsAreThoseOfTheGroup() throws java.io.IOException {
        ExperimentResult r = run(Sampling.SERIES, 400_000);
        TimeSeries classic = r.variants().get(0).series();
        TimeSeries mglru = r.variants().get(1).series();
        assertThat(classic.state()).containsKey("nr_inactive_anon").doesNotContainKey("gen_anon_0");
        assertThat(mglru.state()).containsKeys("gen_anon_0", "gen_anon_1", TimeSeries.MAX_SEQ);
        assertThat(mglru.state()).doesNotContainKey("nr_inactive_anon");
        int points = mglru.state().get("gen_anon_0").size();
        for (int i = points / 2; i < points; i++) {
            int at = i;
            long pages = mglru.state().entrySet().stream()
                    .filter(e -> e.getKey().startsWith(TimeSeries.GENERATION))
                    .mapToLong(e -> e.getValue().get(at))
                    .sum();
            assertThat(pages).isBetween(512L, 1024L); // of 4 MiB, page tables and batches of CPUs taken off
        }
        List<Long> seq = mglru.state().get(TimeSeries.MAX_SEQ);
        assertThat(seq).isSorted();
        assertThat(seq.getLast()).isGreaterThan(seq.getFirst());
    }

    @Test
    void theHeatMapHoldsEveryTouch() throws java.io.IOException {
        ExperimentResult r = run(Sampling.HEAT, 100_000);
        for (TrialResult v : r.variants()) {
            TimeSeries.Heat heat = v.series().heat();
            assertThat(heat).isNotNull();
            long touches = heat.others();
            for (TimeSeries.Region region : heat.regions()) {
                assertThat(region.places()).hasSameSizeAs(region.accesses());
                for (int row = 0; row < region.places().size(); row++) {
                    touches += region.accesses().get(row).stream()
                            .mapToLong(Long::longValue)
                            .sum();
                    assertThat(region.places().get(row))
                            .hasSameSizeAs(region.accesses().get(row))
                            .matches("\\.*[-?" + (v.name().equals("classic") ? "ai" : "0-3") + "]*");
                }
            }
            assertThat(touches).isEqualTo(v.metric(Metrics.TOUCHES) + v.warmup().get(Metrics.TOUCHES));
            assertThat(String.join("", heat.regions().getFirst().places())).contains("-");
        }
        ExperimentResult again = JsonFormat.read(JsonFormat.write(r));
        assertThat(again).isEqualTo(r);
    }

    @Test
    void aRunOfAnyLengthTakesAsManyPoints() {
        Intervals sums = new Intervals(1, 4, true);
        Intervals last = new Intervals(1, 4, false);
        for (int i = 1; i <= 4; i++) {
            sums.add(new long[] {i});
            last.add(new long[] {i});
        }
        sums.halve();
        last.halve();
        assertThat(sums.row(0)).containsExactly(3L, 7L);
        assertThat(last.row(0)).containsExactly(2L, 4L);
    }
}
