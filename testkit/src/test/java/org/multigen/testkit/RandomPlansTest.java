package org.multigen.testkit;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random plans on small machines, everything checked after each step; as many at a time as there are processors. The long plans are
 * {@value #LONG_PLANS} of {@value #LONG_STEPS} steps; {@code -Dplans=500} makes it a million operations.
 */
@Execution(ExecutionMode.CONCURRENT)
class RandomPlansTest {
    private static final int SHRINK_RUNS = 200;
    private static final int LONG_PLANS = 50;
    private static final int LONG_STEPS = 2000;

    static LongStream quickSeeds() {
        return LongStream.rangeClosed(1, 50);
    }

    static LongStream longSeeds() {
        return LongStream.rangeClosed(1001, 1000 + Integer.getInteger("plans", LONG_PLANS));
    }

    @ParameterizedTest
    @MethodSource("quickSeeds")
    void invariantsHoldAfterEveryStep(long seed) {
        runOrShrink(Plan.of(seed, 1000));
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("longSeeds")
    void invariantsHoldInLongPlans(long seed) {
        runOrShrink(Plan.of(seed, LONG_STEPS));
    }

    /** Replays one plan, step by step on the standard output: {@code -Dplan=SEED:RANGES}; without it, one with steps left out. */
    @Test
    void replay() {
        String text = System.getProperty("plan");
        new PlanRunner(1, text != null).run(Plan.parse(text == null ? "7:0-49,60-99,120" : text));
    }

    private static void runOrShrink(Plan plan) {
        try {
            new PlanRunner(1).run(plan);
        } catch (PlanFailure first) {
            PlanFailure shorter = new PlanRunner(1).shrink(first.cut(), SHRINK_RUNS);
            fail(shorter == null ? "fails only once: " + first.getMessage() : shorter.getMessage(), first);
        }
    }
}
