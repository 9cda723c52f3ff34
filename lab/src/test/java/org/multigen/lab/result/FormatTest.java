package org.multigen.lab.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.multigen.lab.Golden;

/** Results as people and programs see them. */
final class FormatTest {
    private static final List<String> VOUCHERS =
            List.of("Rules of kernel 6.12.117+deb12-cloud-amd64: checked against 46 recordings of it.");

    private static String table(TrialResult... variants) {
        return TableFormat.render(Synthetic.experiment(variants), VOUCHERS, false);
    }

    @Test
    void tableOfTwo() {
        Golden.check(Golden.beside(FormatTest.class, "two.txt"), table(Synthetic.classic(), Synthetic.mglru()));
    }

    @Test
    void tableOfOne() {
        Golden.check(Golden.beside(FormatTest.class, "one.txt"), table(Synthetic.mglru()));
    }

    @Test
    void tableOfFourInBlocks() {
        Golden.check(
                Golden.beside(FormatTest.class, "four.txt"),
                table(
                        Synthetic.classic(),
                        Synthetic.mglru(),
                        Synthetic.variant("a-long-variant-name", 99_000_000_000L, 1_234_567_890, 3, 4, 5),
                        Synthetic.variant("tiny", 12_000, 0, 3, 4, 5)));
    }

    @Test
    void tableWithEventsAndWarnings() {
        TrialResult v = Synthetic.mglru();
        TrialResult odd = new TrialResult(
                "odd",
                "6.18",
                v.settings(),
                v.metrics(),
                v.warmup(),
                v.memcgs(),
                List.of(new TrialResult.TaskResult("redis", "killed", new TreeMap<>())),
                List.of(
                        new TrialResult.EventResult("at 5s: write lru_gen + 2 0 9", 5_000_000_000L, 100, "EINVAL", ""),
                        new TrialResult.EventResult(
                                "at 6s: dump lru_gen", 6_000_000_000L, 200, "ok", "memcg     2 /A\n node     0\n"),
                        new TrialResult.EventResult("at 9s: dump vmstat", 0, 0, "never", "")),
                List.of("redis: 94 truncations of files left out"),
                List.of(new TrialResult.WarningResult("MultiGenLru.java:12", "a generation is negative", 3)),
                v.costs(),
                null,
                null);
        Golden.check(Golden.beside(FormatTest.class, "events.txt"), table(v, odd));
    }

    @Test
    void everyLineFitsAndNoneEndsInBlanks() {
        TrialResult big = Synthetic.variant("big", Long.MAX_VALUE / 8, Long.MAX_VALUE / 1_000_000, 1, 1, 1);
        for (String table : List.of(table(Synthetic.classic(), Synthetic.mglru()), table(big, Synthetic.mglru()))) {
            assertThat(table.lines()).allMatch(l -> l.length() <= TableFormat.WIDTH, "at most 100 columns");
            assertThat(table.lines()).noneMatch(l -> l.endsWith(" "));
        }
    }

    @Test
    void colorsOnlyWhereAsked() {
        ExperimentResult r = Synthetic.experiment(Synthetic.classic(), Synthetic.mglru());
        assertThat(TableFormat.render(r, VOUCHERS, false)).doesNotContain("\u001b");
        String colored = TableFormat.render(r, VOUCHERS, true);
        assertThat(colored).contains("\u001b[32m");
        assertThat(colored.replaceAll("\u001b\\[[0-9]*m", "")).isEqualTo(TableFormat.render(r, VOUCHERS, false));
    }

    @Test
    void jsonGoesBothWays() {
        ExperimentResult r = Synthetic.experiment(Synthetic.classic(), Synthetic.mglru());
        String json = JsonFormat.write(r);
        assertThat(JsonFormat.read(json)).isEqualTo(r);
        assertThat(JsonFormat.write(JsonFormat.read(json))).isEqualTo(json);
        Golden.check(Golden.beside(FormatTest.class, "two.json"), json);
    }

    @Test
    void csvHasALinePerMetric() {
        String csv = CsvFormat.write(Synthetic.experiment(Synthetic.classic(), Synthetic.mglru()));
        assertThat(csv.lines()).first().isEqualTo("scenario,seed,variant,kernel,phase,metric,value");
        assertThat(csv.lines())
                .contains("first,1,mglru,6.12,run,pgmajfault,13210", "first,1,classic,6.12,warmup,pswpout,8192");
    }
}
