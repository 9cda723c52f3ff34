package org.multigen.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.multigen.lab.Golden;
import org.multigen.lab.result.ExperimentResult;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.scenario.Scenario;

/** The scenario that a newcomer runs first. */
final class FirstScenarioTest {
    private final Scenario first = Scenario.read(Golden.root().resolve("scenarios/first.yaml"));

    @Test
    void bothLrusAreUnderPressureAndNothingIsLeftOut() {
        ExperimentResult r = Experiment.run(first, first.variantNames(), List.of(), Conduct.of(true, Progress.NONE));
        assertThat(r.variants()).extracting(TrialResult::name).containsExactly("classic", "mglru");
        assertThat(r.variants()).allSatisfy(v -> {
            assertThat(v.metric(Metrics.MAJOR_FAULTS)).isGreaterThanOrEqualTo(10_000);
            assertThat(v.metric(Metrics.TOUCHES)).isGreaterThan(1_000_000);
            assertThat(v.tasks().getFirst().outcome()).isEqualTo("finished");
            assertThat(v.notes()).isEmpty();
            assertThat(v.warnings()).isEmpty();
        });
        TrialResult again = Experiment.run(first, List.of("mglru"), List.of(), Conduct.of(true, Progress.NONE))
                .variants()
                .getFirst();
        assertThat(again).isEqualTo(r.variants().get(1));
    }
}
