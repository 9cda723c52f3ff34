package org.multigen.walk;

import org.jetbrains.kotlinx.lincheck.LinChecker;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Lincheck of the list of address spaces, for both rules of the cursor; a failure prints the schedule that leads to it. */
class MmListLincheckTest {
    private static ModelCheckingOptions options(int scenarios, int schedules) {
        return new ModelCheckingOptions()
                .threads(3)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(2)
                .iterations(scenarios)
                .invocationsPerIteration(schedules);
    }

    @Test
    void headIsLast() {
        LinChecker.check(MmListLincheck.HeadIsLast.class, options(10, 100));
    }

    @Test
    void headIsNext() {
        LinChecker.check(MmListLincheck.HeadIsNext.class, options(10, 100));
    }

    @Test
    @Tag("long")
    void headIsLastLong() {
        LinChecker.check(MmListLincheck.HeadIsLast.class, options(60, 500));
    }

    @Test
    @Tag("long")
    void headIsNextLong() {
        LinChecker.check(MmListLincheck.HeadIsNext.class, options(60, 500));
    }
}
