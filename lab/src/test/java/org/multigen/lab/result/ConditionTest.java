package org.multigen.lab.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;

/** Conditions that a CI job states. */
final class ConditionTest {
    /** 18,877 and 13,210 major faults. */
    private static final ExperimentResult RESULT = Synthetic.experiment(Synthetic.classic(), Synthetic.mglru());

    private static final List<String> VARIANTS = List.of("classic", "mglru", "6.12", "6.12-mglru");

    @ParameterizedTest
    @CsvSource({
        "mglru.pgmajfault > 1.05 * classic.pgmajfault, false",
        "classic.pgmajfault > 1.05 * mglru.pgmajfault, true",
        "classic.pgmajfault>mglru.pgmajfault, true",
        "mglru.pgmajfault == 13210, true",
        "mglru.pgmajfault != 13210, false",
        "mglru.pgmajfault <= 13210, true",
        "mglru.pgmajfault >= 13211, false",
        "mglru.pgmajfault < 10000 + 3000, false",
        "mglru.pgmajfault < 10000 + 3000 + 211, true",
        "2 * (3 + 4) - 1 == 13, true",
        "100 / 10 / 5 == 2, true",
        "10 - 3 - 2 == 5, true",
        "mglru.mg_cpu_ns_zram_write_page == 2500000000, true",
        "mglru.oom_kill > 0, false",
        "1 / 0 > 1000, true"
    })
    void holdsOrNot(String text, boolean expected) {
        assertThat(Condition.parse(text, VARIANTS).holds(RESULT)).isEqualTo(expected);
    }

    @Test
    void namesWithDotsAreTheLongestThatFit() {
        ExperimentResult r = Synthetic.experiment(
                Synthetic.variant("6.12", 1_000_000, 5, 0, 0, 0),
                Synthetic.variant("6.12-mglru", 1_000_000, 7, 0, 0, 0));
        assertThat(Condition.parse("6.12-mglru.pgmajfault - 6.12.pgmajfault == 2", VARIANTS)
                        .holds(r))
                .isTrue();
        assertThat(Condition.parse("6.12 + 0.88 == 7", VARIANTS).holds(r)).isTrue();
    }

    @Test
    void aVariantThatRanOutOfMemoryPassesNothing() {
        TrialResult v = Synthetic.mglru();
        ExperimentResult r = Synthetic.experiment(
                Synthetic.classic(),
                new TrialResult(
                        "mglru",
                        v.kernel(),
                        v.settings(),
                        v.metrics(),
                        v.warmup(),
                        v.memcgs(),
                        List.of(new TrialResult.TaskResult("redis", "killed", new TreeMap<>())),
                        v.events(),
                        v.notes(),
                        v.warnings(),
                        v.costs(),
                        v.costModel(),
                        v.series()));
        Condition named = Condition.parse("mglru.pgmajfault > 1.05 * classic.pgmajfault", VARIANTS);
        assertThat(named.holds(r)).isTrue();
        assertThat(named.explained(r)).endsWith(": cannot be judged, out of memory: mglru");
        assertThat(Condition.parse("classic.pgmajfault > 20000", VARIANTS).holds(r))
                .isFalse();
        assertThat(Condition.parse("mglru.oom_kill > 5", VARIANTS).holds(r)).isFalse();
    }

    @Test
    void saysWhatItWasJudgedBy() {
        assertThat(Condition.parse("classic.pgmajfault > 1.05 * mglru.pgmajfault", VARIANTS)
                        .explained(RESULT))
                .isEqualTo("classic.pgmajfault > 1.05 * mglru.pgmajfault"
                        + " (classic.pgmajfault = 18,877, mglru.pgmajfault = 13,210)");
    }

    @Test
    void parenthesesEndSomewhere() {
        assertThat(Condition.parse("(".repeat(100) + "1" + ")".repeat(100) + " > 0", VARIANTS)
                        .holds(RESULT))
                .isTrue();
        Failure f = catchThrowableOfType(Failure.class, () -> Condition.parse("(".repeat(20_000) + "1", VARIANTS));
        assertThat(f.getMessage()).contains("at position 102: more than 100 open parentheses");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mglru.pgmajfault|at position 17: expected < <= > >= == or !=",
                "mglru.pgmajfalt > 1|at position 7: no metric 'pgmajfalt' (did you mean 'pgmajfault'?)",
                "lru.pgmajfault > 1|at position 1: expected a number or VARIANT.METRIC with one of the variants",
                "1 < mgrlu.pgmajfault + 1|at position 5: expected a number or VARIANT.METRIC with one of the variants",
                "mgrlu.pgmajfault > 1|(did you mean 'mglru'?)",
                "(1 + 2 > 1|at position 8: expected )",
                "1 > 2 3|at position 7: expected an operator or the end",
                "1 >|at position 4: expected a number",
                "|at position 1: expected a number"
            })
    void refusesWithThePlace(String text, String expected) {
        Failure f = catchThrowableOfType(Failure.class, () -> Condition.parse(text == null ? "" : text, VARIANTS));
        assertThat(f.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(f.getMessage()).contains(expected);
    }
}
