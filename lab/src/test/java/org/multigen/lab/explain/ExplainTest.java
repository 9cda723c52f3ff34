package org.multigen.lab.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multigen.lab.Golden;
import org.multigen.lab.experiment.Conduct;
import org.multigen.lab.experiment.Experiment;
import org.multigen.lab.experiment.Progress;
import org.multigen.lab.result.ExperimentResult;
import org.multigen.lab.result.Explanation;
import org.multigen.lab.result.Explanation.Group;
import org.multigen.lab.scenario.Scenario;

/** Accounts are whole and name the right cause. */
final class ExplainTest {
    private static final int QUICK = 6;
    private static final int LONG = 60;

    @TempDir
    private Path dir;

    private Explanation explain(String yaml, Counted counted) throws IOException {
        Scenario s = Scenario.read(Files.writeString(dir.resolve("s.yaml"), yaml));
        ExperimentResult r = Experiment.explain(
                s, s.variantNames(), List.of(), Conduct.of(true, Progress.NONE), new Explainer(counted));
        Explanation e = r.explain().getFirst();
        assertThat(e.value()).isEqualTo(counted.valueIn(r.variants().get(1)));
        assertThat(e.againstValue()).isEqualTo(counted.valueIn(r.variants().get(0)));
        return e;
    }

    private static void assertWhole(Explanation e, String what) {
        assertThat(e.extraCount() - e.sparedCount()).as(what).isEqualTo(e.value() - e.againstValue());
        assertThat(e.same() + e.extraCount()).as(what).isEqualTo(e.value());
        assertThat(e.same() + e.sparedCount()).as(what).isEqualTo(e.againstValue());
        assertThat(e.extra()).as(what).extracting(Group::cause).doesNotContain("not-logged");
        assertThat(e.spared()).as(what).extracting(Group::cause).doesNotContain("not-logged");
    }

    /** A seeded scenario of two variants that differ in kernel, LRU and a knob. */
    private static String random(Random r) {
        String[] kernels = {"6.1", "6.12", "6.18", "7.2", "v10"};
        String[] patterns = {"uniform", "zipf", "hotcold", "scanhot", "shift", "seq"};
        String[] writes = {"all", "none", "anon"};
        String[] advice = {"normal", "random", "sequential"};
        StringBuilder y = new StringBuilder("seed: " + r.nextInt(100) + "\nmachine: {memory: 256m, swap: {kind: "
                + (r.nextBoolean() ? "zram" : "disk") + ", size: 64m}}\n");
        y.append("warmup: ").append(r.nextBoolean() ? "none" : "0.5").append("\ntasks:\n");
        int tasks = 1 + r.nextInt(2);
        for (int i = 0; i < tasks; i++) {
            String files = r.nextBoolean() ? "" : ", file: " + (1 + r.nextInt(8)) + "00k";
            y.append(String.format(
                    Locale.ROOT,
                    "  t%d: {pattern: %s, size: 2m, touches: %d, write: %s, madvise: %s%s}%n",
                    i,
                    patterns[r.nextInt(patterns.length)],
                    3_000 + r.nextInt(3_000),
                    writes[r.nextInt(writes.length)],
                    advice[r.nextInt(advice.length)],
                    files));
        }
        y.append("memory.max: 0.").append(4 + r.nextInt(5)).append("\nvariants:\n");
        for (String name : List.of("a", "b")) {
            y.append(String.format(
                    Locale.ROOT,
                    "  %s: {kernel: '%s', lru: %s, vm.swappiness: %d, vm.page-cluster: %d}%n",
                    name,
                    kernels[r.nextInt(kernels.length)],
                    r.nextInt(3) == 0 ? "classic" : "mglru",
                    1 + r.nextInt(150),
                    r.nextInt(4)));
        }
        return y.toString();
    }

    @Test
    void causesSumToTheDifference() throws IOException {
        assertThat(sums(0, QUICK, 4)).as("there was something to explain").isGreaterThan(5_000);
    }

    @Test
    @Tag("long")
    void causesSumToTheDifferenceInManyScenarios() throws IOException {
        assertThat(sums(QUICK, LONG, 1)).isGreaterThan(100_000);
    }

    /** Checks scenarios with every {@code step}-th metric; returns what was explained. */
    private long sums(int from, int to, int step) throws IOException {
        long extras = 0;
        for (int seed = from; seed < to; seed++) {
            String yaml = random(new Random(seed));
            Counted[] all = Counted.values();
            for (int i = seed % step; i < all.length; i += step) {
                Explanation e = explain(yaml, all[i]);
                assertWhole(e, "seed " + seed + " " + all[i] + "\n" + yaml);
                extras += e.extraCount() + e.sparedCount();
            }
        }
        return extras;
    }

    private static final String SCANHOT = """
            kernel: 6.12
            machine: {cpus: 1, memory: 512m, swap: {kind: zram, size: 512m}}
            vm.page-cluster: 0
            tasks:
              x: {pattern: scanhot, size: 24m, touches: 40000, hot: 0.25, hotprob: 0.7}
            memory.max: 8m
            variants: {classic: {lru: classic}, mglru: {lru: mglru}}
            """;

    @Test
    void theHotPagesOfAScanWereOnTheActiveList() throws IOException {
        Explanation e = explain(SCANHOT, Counted.MAJOR_FAULTS);
        assertThat(e.value()).isGreaterThan(e.againstValue() * 11 / 10);
        assertThat(e.extra())
                .allSatisfy(g -> assertThat(g.area()).isEqualTo("x/anon"))
                .extracting(Group::cause)
                .contains("generation-new", "aged-after-look-around")
                .doesNotContain("inactive-new", "inactive-far", "deactivated");
        long active = e.extra().stream()
                .mapToLong(g -> g.other().getOrDefault("on the active list", 0L))
                .sum();
        assertThat(active).isGreaterThan(e.extraCount() / 2);
        assertThat(e.evictions().values().stream().mapToLong(Long::longValue).sum())
                .isGreaterThan(e.value() * 99 / 100);
        assertThat(e.verdict())
                .startsWith("mglru has ")
                .contains("more major faults than classic")
                .contains("x/anon");
    }

    @Test
    void ignoredAccessedBitsAreNamed() throws IOException {
        String yaml = """
                machine: {memory: 256m, swap: {kind: zram, size: 64m}}
                tasks: {t: {pattern: hotcold, size: 4m, touches: 20000, write: none, file: 4m, madvise: normal}}
                memory.max: 0.6
                kernel: 6.12
                lru: mglru
                variants: {normal: {}, random: {tasks.t.madvise: random}}
                """;
        Explanation e = explain(yaml, Counted.MAJOR_FAULTS);
        assertWhole(e, yaml);
        Group top = e.extra().stream()
                .filter(g -> g.cause().equals("young-ignored"))
                .findFirst()
                .orElseThrow();
        assertThat(top.area()).isEqualTo("t.data");
        assertThat(top.count()).isGreaterThan(100);
        assertThat(top.text()).contains("MADV_RANDOM");
        assertThat(e.spared()).extracting(Group::cause).doesNotContain("young-ignored");
    }

    @Test
    void equalVariantsDifferInNothing() throws IOException {
        Explanation e = explain(SCANHOT.replace("mglru: {lru: mglru}", "again: {lru: classic}"), Counted.MAJOR_FAULTS);
        assertThat(e.extra()).isEmpty();
        assertThat(e.spared()).isEmpty();
        assertThat(e.same()).isEqualTo(e.value()).isPositive();
        assertThat(e.verdict()).startsWith("again and classic have the same ");
    }

    @Test
    void watchingChangesNothing() throws IOException {
        Scenario s = Scenario.read(Files.writeString(dir.resolve("s.yaml"), SCANHOT));
        ExperimentResult plain = Experiment.run(s, s.variantNames(), List.of(), Conduct.of(true, Progress.NONE));
        ExperimentResult watched = Experiment.explain(
                s, s.variantNames(), List.of(), Conduct.of(true, Progress.NONE), new Explainer(Counted.SCAN));
        assertThat(watched.variants()).isEqualTo(plain.variants());
    }

    @Test
    void everyCauseIsInTheDocs() throws IOException {
        String docs = Files.readString(Golden.root().resolve("docs/explain.md"));
        for (Cause c : Cause.values()) {
            assertThat(docs).contains("`" + Comparison.name(c) + "`");
        }
    }

    @Test
    void wordsOfPages() {
        PageWords words = new PageWords();
        Random r = new Random(7);
        java.util.Map<Long, Long> model = new java.util.HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            long page = PageIds.id(r.nextInt(3), r.nextInt(1 << 22));
            words.set(page, i);
            model.put(page, (long) i);
        }
        model.forEach((page, word) -> assertThat(words.get(page)).isEqualTo(word));
        assertThat(words.get(PageIds.id(9, 1))).isZero();
        assertThat(words.chunkStarts()).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void distancesKeepTheirSize() {
        for (long d = 0; d < 1L << 40; d = d * 9 / 8 + 1) {
            long back = Distance.middle(Distance.bucket(d));
            assertThat((double) back).isBetween(d * 0.85, d * 1.15 + 0.5);
        }
    }
}
